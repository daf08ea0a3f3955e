import type { Prisma } from "#prisma/generated/client.ts";

/** How a bigint stands in a json column: decimal text, told from other text by its key. */
interface StoredOffset {
  $offset: string;
}

/** jsonOf writes a value of the domain for a json column; a bigint, which JSON has none of, as decimal text. */
export function jsonOf(value: unknown): Prisma.InputJsonValue {
  const text = JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? ({ $offset: each.toString() } satisfies StoredOffset) : each,
  );
  return JSON.parse(text) as Prisma.InputJsonValue;
}

/** valueOf reads what {@link jsonOf} wrote; the caller knows its type. */
export function valueOf(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(valueOf);
  if (typeof json !== "object" || json === null) return json;
  const { $offset } = json as Partial<StoredOffset>;
  if ($offset !== undefined) return BigInt($offset);
  return Object.fromEntries(Object.entries(json).map(([key, each]) => [key, valueOf(each)]));
}
