import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DialectId } from "#lib/domain/dead-letters/dead-letter.ts";
import type { DeadLetterRecord } from "#lib/domain/dead-letters/dialects/dialect.ts";
import type { ReadOptions } from "#lib/domain/dead-letters/dialects/registry.ts";

/** A record of a fixture file; bytes are base64. */
export interface FixtureRecord {
  name: string;
  topic: string;
  at: number | null;
  stampedBy?: "producer" | "broker";
  key: string | null;
  value: string | null;
  headers: { name: string; value: string | null }[];
  /** Fields of the envelope, with offsets as decimal text; what is left out is not checked. */
  expected: Record<string, unknown>;
  /** Of captured ones: the first frame of the application's own. */
  frame?: string | null;
}

/** A fixture file: made by hand from a source, or captured from a framework that really ran. */
export interface Fixture {
  dialect: DialectId;
  source: string;
  options?: ReadOptions;
  /** Of captured ones: what ran. */
  versions?: Record<string, string>;
  records: FixtureRecord[];
}

const DIR = join(import.meta.dirname, "../../../../fixtures/dead-letters");

/** readFixtures reads every fixture of a folder under `test/fixtures/dead-letters`. */
export function readFixtures(folder = "."): Fixture[] {
  const dir = join(DIR, folder);
  return readdirSync(dir)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(dir, name), "utf8")) as Fixture);
}

const bytes = (text: string | null): Uint8Array | null =>
  text === null ? null : Buffer.from(text, "base64");

/** recordOf is a fixture's record as a dialect is given it. */
export function recordOf(record: FixtureRecord): DeadLetterRecord {
  return {
    topic: record.topic,
    at: record.at,
    ...(record.stampedBy === undefined ? {} : { stampedBy: record.stampedBy }),
    key: bytes(record.key),
    value: bytes(record.value),
    headers: record.headers.map(({ name, value }) => ({ name, value: bytes(value) })),
  };
}

/** plain is an envelope as a fixture writes it: offsets as decimal text. */
export function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one)),
  );
}
