import { createHash } from "node:crypto";
import type { RecordSearch } from "#lib/domain/records/record-search.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** Where a search goes on in one partition: forward from `nextOffset` to `toOffset`, backward from it to `fromOffset`. */
export interface TokenPartition {
  topic: string;
  topicId: string;
  partition: number;
  fromOffset: bigint;
  nextOffset: bigint;
  toOffset: bigint;
}

const VERSION = 1;

/** writeToken is the token of a search that has not read everything: opaque text, good for the same question only. */
export function writeToken(question: RecordSearch, partitions: readonly TokenPartition[]): string {
  const rows = partitions.map(({ topic, topicId, partition, fromOffset, nextOffset, toOffset }) => [
    topic,
    topicId,
    partition,
    ...[fromOffset, nextOffset, toOffset].map(String),
  ]);
  return Buffer.from(JSON.stringify([VERSION, hashOf(question), rows])).toString("base64url");
}

/** readToken reads a token back; null where the question has none. Throws SearchRefused for a foreign or broken one. */
export function readToken(question: RecordSearch): TokenPartition[] | null {
  if (question.token === null) return null;
  const rows = rowsOf(question.token, question);
  const partitions = rows?.map(partitionOf) ?? [null];
  if (partitions.every((each) => each !== null)) return partitions;
  throw new SearchRefused(
    "search_token_invalid",
    "The token belongs to another search, or is broken: start the search anew.",
  );
}

function rowsOf(token: string, question: RecordSearch): unknown[] | null {
  try {
    const read = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as unknown;
    if (!Array.isArray(read)) return null;
    const [version, hash, rows] = read as unknown[];
    return version === VERSION && hash === hashOf(question) && Array.isArray(rows)
      ? (rows as unknown[])
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function partitionOf(row: unknown): TokenPartition | null {
  if (!Array.isArray(row)) return null;
  const [topic, topicId, partition, from, next, to] = row as unknown[];
  if (typeof topic !== "string" || typeof topicId !== "string" || !Number.isSafeInteger(partition))
    return null;
  const [fromOffset, nextOffset, toOffset] = [offsetOf(from), offsetOf(next), offsetOf(to)];
  if (fromOffset === null || nextOffset === null || toOffset === null) return null;
  return { topic, topicId, partition: Number(partition), fromOffset, nextOffset, toOffset };
}

const offsetOf = (text: unknown): bigint | null =>
  typeof text === "string" && /^\d{1,19}$/.test(text) ? BigInt(text) : null;

/** The question that a token belongs to: limits and how fields are shown may differ. */
function hashOf({ topics, partitions, start, end, terms, isolation }: RecordSearch): string {
  const asked = { topics: topics.toSorted(), partitions, start, end, terms, isolation };
  const text = JSON.stringify(asked, (_name, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
