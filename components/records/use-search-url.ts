import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsJson,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import { z } from "zod";

import { filterTerm } from "#lib/contracts/records.ts";
import { DECODERS } from "#lib/domain/records/record.ts";

const decoder = parseAsStringLiteral([...DECODERS, "auto"]).withDefault("auto");
const terms = z.array(filterTerm).max(20);

const FIELDS = {
  topic: parseAsArrayOf(parseAsString).withDefault([]),
  from: parseAsString.withDefault("newest"),
  to: parseAsString.withDefault("end"),
  partitions: parseAsString.withDefault(""),
  q: parseAsString.withDefault(""),
  anyCase: parseAsBoolean.withDefault(false),
  where: parseAsJson((value) => terms.safeParse(value).data ?? null).withDefault([]),
  keyAs: decoder,
  valueAs: decoder,
  isolation: parseAsStringLiteral(["read_committed", "read_uncommitted"]).withDefault("read_committed"),
  hits: parseAsInteger.withDefault(100),
  /** JSON paths drawn as columns. */
  columns: parseAsArrayOf(parseAsString, ";").withDefault([]),
  /** The record in the drawer: `topic/partition/offset`. */
  record: parseAsString,
};

/** What the Records page keeps in its address: the whole question, the columns, the open record. */
export function useSearchUrl() {
  return useQueryStates(FIELDS);
}

export type SearchUrl = ReturnType<typeof useSearchUrl>[0];
