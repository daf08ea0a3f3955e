import { openSearchPool, type SearchPoolOptions } from "#lib/adapters/kafka/search/pool.ts";
import type { ClusterRecords } from "#lib/adapters/kafka/search/types.ts";
import { SEARCH_LIMITS, type RecordSearch, type SearchEvent } from "#lib/domain/records/record-search.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";
import { testStack } from "#test/support/stack.ts";

/** A pool over this run's broker. */
export function openTestPool(options: Partial<SearchPoolOptions> = {}): ClusterRecords {
  return openSearchPool({
    bootstrap: testStack().kafkaBrokers.split(","),
    link: { clientId: "test", tls: null, sasl: null, connectTimeoutMs: 3_000, requestTimeoutMs: 8_000 },
    masking: [],
    schemaRegistry: null,
    threads: 2,
    ...options,
  });
}

/** A search of topics from the oldest record, with `limits` over the usual ones. */
export function question(
  topics: string[],
  {
    limits,
    ...rest
  }: Partial<Omit<RecordSearch, "limits">> & { limits?: Partial<RecordSearch["limits"]> } = {},
): RecordSearch {
  return {
    topics,
    partitions: null,
    start: { kind: "oldest" },
    end: { kind: "end" },
    terms: [],
    isolation: "read_committed",
    keyDecoder: "auto",
    valueDecoder: "auto",
    token: null,
    ...rest,
    limits: { ...SEARCH_LIMITS.usual, ...limits },
  };
}

/** What a search told. */
export interface Told {
  events: SearchEvent[];
  records: ShownRecord[];
  end: Extract<SearchEvent, { type: "end" }>;
}

/** Runs a search to its end. */
export async function runToEnd(
  records: ClusterRecords,
  asked: RecordSearch,
  signal: AbortSignal = AbortSignal.timeout(50_000),
): Promise<Told> {
  const events: SearchEvent[] = [];
  for await (const event of records.search(asked, { signal })) events.push(event);
  const end = events.at(-1);
  if (end?.type !== "end") throw new Error("the last event is not the end");
  return { events, end, records: events.flatMap((event) => (event.type === "record" ? [event.record] : [])) };
}
