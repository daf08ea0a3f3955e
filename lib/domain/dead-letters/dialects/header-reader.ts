import type { RawHeader } from "#lib/domain/dead-letters/dead-letter.ts";
import { TextMemory } from "#lib/domain/dead-letters/dialects/text-memory.ts";

/** Which of the headers of one name counts: frameworks that append on each hop leave the origin first, the latest last. */
type Occurrence = "first" | "last";

/** How a number stands in a header: decimal text, or a big-endian two's complement of one of these sizes in bytes. */
export type NumberForm = "decimal" | { bigEndian: readonly number[] };

/** BIG_ENDIAN names the binary forms of the JVM: int, long, and BigInteger's shortest form. */
export const BIG_ENDIAN = {
  int: { bigEndian: [4] },
  long: { bigEndian: [8] },
  /** Attempts of Spring were one byte once. */
  byteOrInt: { bigEndian: [1, 4] },
  bigInteger: { bigEndian: [1, 2, 3, 4, 5, 6, 7, 8] },
} as const satisfies Record<string, NumberForm>;

/**
 * HeaderReader reads one record's headers. A header that is absent or null reads as null; one that is not in the form
 * that was asked for reads as null too and is noted in `failures`. Nothing throws.
 */
export interface HeaderReader {
  has(name: string): boolean;
  /** How often a name occurs. */
  count(name: string): number;
  /** A name of something (topic, group, class): UTF-8 of at most 1,000 bytes. */
  name(name: string, occurrence?: Occurrence): string | null;
  /** Text for people: UTF-8, broken characters replaced, cut at 64 kB. */
  text(name: string, occurrence?: Occurrence): string | null;
  /** A whole number from 0 to 2^31 - 1; null for -1, which is how Kafka says that there is none. */
  int(name: string, form: NumberForm, occurrence?: Occurrence): number | null;
  /** A whole number from 0 to 2^63 - 1. */
  offset(name: string, form: NumberForm, occurrence?: Occurrence): bigint | null;
  /** Epoch ms, of a number of ms. */
  instant(name: string, form: NumberForm, occurrence?: Occurrence): number | null;
  /** Epoch ms, of an ISO 8601 text. */
  isoInstant(name: string, occurrence?: Occurrence): number | null;
  /** Each number of a name in order, the unreadable left out and noted. */
  ints(name: string, form: NumberForm): number[];
  /** Notes a header that reads well and makes no sense. */
  fail(name: string, reason: string): void;
  readonly failures: { name: string; reason: string }[];
}

const NAME_BYTES = 1_000;
const TEXT_BYTES = 64 * 1024;
const FAILURES = 20;
const INT_MAX = 2n ** 31n - 1n;
const INT_LIMIT = Number(INT_MAX);
const LONG_MAX = 2n ** 63n - 1n;
/** The latest instant that a JavaScript date can hold, ms: more than any number of fifteen digits. */
const INSTANT_MAX = 8_640_000_000_000_000n;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const strictTexts = new TextMemory();
const lenientTexts = new TextMemory();
const decodeStrictly = (bytes: Uint8Array): string => strict.decode(bytes);
const decodeLeniently = (bytes: Uint8Array): string => lenient.decode(bytes);

type HeaderValue = Uint8Array | null;

/** A value that reads, or why it does not. */
type Reading<T> = { value: T } | { reason: string };

function readName(bytes: Uint8Array): Reading<string> {
  if (bytes.length > NAME_BYTES) return { reason: `It has ${bytes.length} bytes; a name has at most 1,000.` };
  const read = readUtf8(bytes);
  if ("reason" in read) return read;
  return read.value.includes("\0") ? { reason: "It holds a NUL character." } : read;
}

function readUtf8(bytes: Uint8Array): Reading<string> {
  try {
    return { value: strictTexts.textOf(bytes, decodeStrictly) };
  } catch {
    return { reason: "It is not UTF-8 text." };
  }
}

/** PostgreSQL keeps no NUL in a text, and a message may hold one: it is shown as a broken character. */
function readText(bytes: Uint8Array): string {
  const cut = bytes.length > TEXT_BYTES;
  const text = lenientTexts.textOf(cut ? bytes.subarray(0, TEXT_BYTES) : bytes, decodeLeniently);
  const whole = cut ? text.replace(/\uFFFD+$/, "") : text;
  return whole.includes("\0") ? whole.replaceAll("\0", "\uFFFD") : whole;
}

/** A decimal number of at most fifteen digits and nothing else, without a text in between; null for all the others. */
function readDigits(bytes: Uint8Array): number | null {
  if (bytes.length === 0 || bytes.length > 15) return null;
  let value = 0;
  for (let at = 0; at < bytes.length; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value;
}

function readNumber(bytes: Uint8Array, form: NumberForm): Reading<bigint> {
  if (form === "decimal") {
    const read = bytes.length <= 20 ? readUtf8(bytes) : { reason: "It is too long for a number." };
    if ("reason" in read) return read;
    return /^-?\d{1,19}$/.test(read.value)
      ? { value: BigInt(read.value) }
      : { reason: "It is not a whole number." };
  }
  if (!form.bigEndian.includes(bytes.length)) {
    return {
      reason: `It has ${bytes.length} ${bytes.length === 1 ? "byte" : "bytes"} where ${sizesOf(form.bigEndian)} were expected.`,
    };
  }
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return { value: BigInt.asIntN(bytes.length * 8, value) };
}

function sizesOf(sizes: readonly number[]): string {
  const last = sizes.at(-1) ?? 0;
  if (sizes.length === 1) return String(last);
  return sizes.length > 2 ? `${sizes[0] ?? 0} to ${last}` : sizes.join(" or ");
}

function within(value: bigint, most: bigint): Reading<bigint | null> {
  if (value === -1n) return { value: null };
  return value < 0n || value > most ? { reason: `${value} is out of range.` } : { value };
}

/** headerReader reads the headers of one record. */
export function headerReader(headers: readonly RawHeader[]): HeaderReader {
  return new RecordHeaders(headers);
}

class RecordHeaders implements HeaderReader {
  readonly failures: { name: string; reason: string }[] = [];
  /** The value of a name that occurs once; those of one that occurs more often. */
  readonly #byName = new Map<string, HeaderValue | HeaderValue[]>();

  constructor(headers: readonly RawHeader[]) {
    for (const { name, value } of headers) {
      const same = this.#byName.get(name);
      if (same === undefined) this.#byName.set(name, value);
      else if (Array.isArray(same)) same.push(value);
      else this.#byName.set(name, [same, value]);
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  count(name: string): number {
    return this.#values(name).length;
  }

  name(name: string, occurrence?: Occurrence): string | null {
    const bytes = this.#bytes(name, occurrence);
    return bytes === null || bytes.length === 0 ? null : this.#take(name, readName(bytes));
  }

  text(name: string, occurrence?: Occurrence): string | null {
    const bytes = this.#bytes(name, occurrence);
    return bytes === null ? null : readText(bytes);
  }

  int(name: string, form: NumberForm, occurrence?: Occurrence): number | null {
    return this.#int(name, this.#bytes(name, occurrence), form);
  }

  offset(name: string, form: NumberForm, occurrence?: Occurrence): bigint | null {
    const bytes = this.#bytes(name, occurrence);
    const digits = bytes !== null && form === "decimal" ? readDigits(bytes) : null;
    return digits === null ? this.#whole(name, bytes, { form, most: LONG_MAX }) : BigInt(digits);
  }

  instant(name: string, form: NumberForm, occurrence?: Occurrence): number | null {
    const bytes = this.#bytes(name, occurrence);
    const digits = bytes !== null && form === "decimal" ? readDigits(bytes) : null;
    return digits ?? numberOf(this.#whole(name, bytes, { form, most: INSTANT_MAX }));
  }

  isoInstant(name: string, occurrence?: Occurrence): number | null {
    const text = this.name(name, occurrence);
    return text === null ? null : this.#take(name, readIso(text));
  }

  ints(name: string, form: NumberForm): number[] {
    return this.#values(name)
      .map((bytes) => this.#int(name, bytes, form))
      .filter((value) => value !== null);
  }

  fail(name: string, reason: string): void {
    const shown = name.replaceAll("\0", "\uFFFD");
    const known = this.failures.some((one) => one.name === shown && one.reason === reason);
    if (!known && this.failures.length < FAILURES) this.failures.push({ name: shown, reason });
  }

  #values(name: string): readonly HeaderValue[] {
    const values = this.#byName.get(name);
    if (values === undefined) return [];
    return Array.isArray(values) ? values : [values];
  }

  #bytes(name: string, occurrence: Occurrence = "last"): HeaderValue {
    const values = this.#byName.get(name) ?? null;
    if (!Array.isArray(values)) return values;
    return values.at(occurrence === "first" ? 0 : -1) ?? null;
  }

  #int(name: string, bytes: HeaderValue, form: NumberForm): number | null {
    const digits = bytes !== null && form === "decimal" ? readDigits(bytes) : null;
    if (digits !== null && digits <= INT_LIMIT) return digits;
    return numberOf(this.#whole(name, bytes, { form, most: INT_MAX }));
  }

  #take<T>(name: string, reading: Reading<T>): T | null {
    if ("value" in reading) return reading.value;
    this.fail(name, reading.reason);
    return null;
  }

  #whole(name: string, bytes: Uint8Array | null, limits: { form: NumberForm; most: bigint }): bigint | null {
    if (bytes === null) return null;
    const value = this.#take(name, readNumber(bytes, limits.form));
    return value === null ? null : this.#take(name, within(value, limits.most));
  }
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function readIso(text: string): Reading<number> {
  const at = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? { reason: "It is not an ISO 8601 time." } : { value: at };
}
