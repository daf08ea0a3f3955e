/** Reads one value of a payload; `at` is its place (`lines[0].sku`) for the error. */
export type Reader<T> = (value: unknown, at: string) => T;

/** A payload has another shape than its event promises. The message names the place, never the value. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  constructor(at: string, expected: string) {
    super(`${at === "" ? "The payload" : at} is not ${expected}`);
  }
}

/** A text of at least one character. */
export const text: Reader<string> = (value, at) => {
  if (typeof value !== "string" || value === "") throw new ShapeError(at, "a text");
  return value;
};

/** A whole number, also a negative one: rules, not shapes, say what is sensible. */
export const whole: Reader<number> = (value, at) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new ShapeError(at, "a whole number");
  return value;
};

/** One of the given words. */
export function oneOf<const W extends string>(...words: readonly W[]): Reader<W> {
  return (value, at) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new ShapeError(at, `one of ${words.join(", ")}`);
    return word;
  };
}

/** Nothing yet (null), or what `reader` reads. */
export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : reader(value, at));
}

/** A list, each element by `item`. */
export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new ShapeError(at, "a list");
    return value.map((element, index) => item(element, `${at}[${index}]`));
  };
}

/** An object with at least these fields; further fields are dropped, so that a newer writer does not break a reader. */
export function shape<F extends Record<string, Reader<unknown>>>(
  fields: F,
): Reader<{ readonly [K in keyof F]: ReturnType<F[K]> }> {
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ShapeError(at, "an object");
    }
    const read = Object.entries(fields).map(([name, field]) => {
      const found: unknown = Object.hasOwn(value, name) ? value[name as keyof typeof value] : undefined;
      return [name, field(found, at === "" ? name : `${at}.${name}`)] as const;
    });
    return Object.fromEntries(read) as { readonly [K in keyof F]: ReturnType<F[K]> };
  };
}
