import type { Sql } from "#lib/adapters/db/client.ts";
import { idOfPlace } from "#lib/adapters/db/dead-letter-id.ts";
import {
  deleteArrivals,
  deleteEmptyCauses,
  selectArrivals,
  selectCauses,
  selectHistory,
  selectKeySpread,
  selectTopKeys,
  selectTotals,
  updateVerdicts,
  type CauseListRow,
} from "#lib/adapters/db/dead-letter-causes.sql.ts";
import { storableText } from "#lib/adapters/db/array-text.ts";
import type { DeadLetterFilter } from "#lib/adapters/db/dead-letters.sql.ts";
import { after, type SortKey } from "#lib/adapters/db/keyset.sql.ts";
import {
  DEAD_LETTER_STATES,
  type DeadLetterCause,
  type DeadLetterState,
  type DialectId,
  type FailureVerdict,
} from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** How causes may be ordered. */
type CauseSort = "trouble" | "open" | "lastSeen" | "firstSeen";

/** A cause as stored; its sparkline is made of arrivals. */
export interface StoredCause {
  /** The number of its row. */
  ref: number;
  cause: Omit<DeadLetterCause, "spark">;
}

/** Dead letters that came in one step of time; `at` is its begin. */
export interface Arrival {
  at: number;
  count: number;
}

/** What people write of a cause; an absent one stays as it is. */
interface CauseNotes {
  note?: string | null | undefined;
  owner?: string | null | undefined;
  ticket?: string | null | undefined;
}

/** DeadLetterCauseStore reads causes and keeps what is said of them. */
export interface DeadLetterCauseStore {
  list(query: {
    filter: DeadLetterFilter;
    sort: CauseSort;
    after: readonly (string | number)[] | null;
    limit: number;
  }): Promise<{ stored: StoredCause; sortValues: (string | number)[] }[]>;
  /** null when the cluster has none of this id. */
  get(cluster: string, id: string): Promise<StoredCause | null>;
  totals(cluster: string): Promise<Record<DeadLetterState, number>>;
  /** Arrivals by cause in steps of 5 or 60 s, oldest first; a step without any is absent. */
  arrivals(refs: readonly number[], of: { stepS: 5 | 60; fromAt: number }): Promise<Map<number, Arrival[]>>;
  /** Arrivals of what a filter matches, by the number of the step from `fromAt`. */
  history(
    filter: DeadLetterFilter,
    range: { fromAt: number; toAt: number; stepMs: number },
  ): Promise<Map<number, number>>;
  /** The stack of a typical dead letter with the topic it lies in. */
  stack(ref: number): Promise<{ stack: string; topic: string } | null>;
  /** Most first. */
  topKeys(ref: number, limit: number): Promise<{ key: string; topic: string; count: number }[]>;
  /** Dead letters of the keys that are counted, and of the busiest of them. */
  keySpread(refs: readonly number[]): Promise<Map<number, { total: number; most: number }>>;
  update(cluster: string, id: string, notes: CauseNotes): Promise<boolean>;
  /** Causes of a cluster that were seen since an instant, at most `limit`, newest first. */
  seenSince(cluster: string, sinceAt: number, limit: number): Promise<StoredCause[]>;
  /** The ids of all causes of a cluster. */
  ids(cluster: string): Promise<string[]>;
  /** Answers how many verdicts changed. */
  judge(verdicts: readonly { ref: number; verdict: FailureVerdict }[]): Promise<number>;
  /** Forgets what is older than it is kept; answers how much, at most `limit` of each. */
  forget(
    cluster: string,
    before: { causesAt: number; minutesAt: number; fineAt: number; limit: number },
  ): Promise<number>;
}

/** deadLetterCauseStore makes a {@link DeadLetterCauseStore}. */
export function deadLetterCauseStore(sql: Sql): DeadLetterCauseStore {
  return { ...lists(sql), ...facts(sql), ...changes(sql) };
}

type Lists = Pick<DeadLetterCauseStore, "list" | "get" | "totals" | "seenSince" | "ids">;
type Facts = Pick<DeadLetterCauseStore, "arrivals" | "history" | "stack" | "topKeys" | "keySpread">;
type Changes = Pick<DeadLetterCauseStore, "update" | "judge" | "forget">;

const NO_PAGE = Prisma.sql`true`;
const BY_ID: SortKey = { sql: Prisma.sql`c.cause_id::text COLLATE "C"`, order: "asc" };
const BY_OPEN: SortKey = { sql: Prisma.sql`c.open`, order: "desc" };
const seenKey = (column: Prisma.Sql): SortKey => ({
  sql: Prisma.sql`(extract(epoch FROM ${column}) * 1000)::bigint`,
  order: "desc",
});
const BY_LAST_SEEN = seenKey(Prisma.sql`c.last_seen_at`);

const SORTS: Readonly<Record<CauseSort, readonly SortKey[]>> = {
  trouble: [
    { sql: Prisma.sql`CASE WHEN c.open > 0 THEN c.trouble_rank ELSE 2 END`, order: "asc" },
    BY_OPEN,
    BY_ID,
  ],
  open: [BY_OPEN, BY_ID],
  lastSeen: [BY_LAST_SEEN, BY_ID],
  firstSeen: [seenKey(Prisma.sql`c.first_seen_at`), BY_ID],
};

function lists(sql: Sql): Lists {
  return {
    async list({ filter, sort, after: values, limit }) {
      const keys = SORTS[sort];
      const page = values === null ? NO_PAGE : after(keys, values);
      const rows = await selectCauses(sql, { filter, page, keys, limit });
      return rows.map((row) => ({ stored: storedOf(row), sortValues: row.keys }));
    },
    async get(cluster, cause) {
      const [row] = await selectCauses(sql, {
        ...{ filter: { cluster, cause }, page: NO_PAGE, keys: [BY_ID], limit: 1 },
      });
      return row === undefined ? null : storedOf(row);
    },
    async seenSince(cluster, sinceAt, limit) {
      const page = Prisma.sql`c.last_seen_at >= ${new Date(sinceAt).toISOString()}::timestamptz`;
      const rows = await selectCauses(sql, { filter: { cluster }, page, keys: [BY_LAST_SEEN], limit });
      return rows.map(storedOf);
    },
    async ids(cluster) {
      const rows = await sql.deadLetterCause.findMany({ where: { cluster }, select: { causeId: true } });
      return rows.map(({ causeId }) => causeId);
    },
    async totals(cluster) {
      const counts = noCounts();
      for (const { state, count } of await selectTotals(sql, cluster))
        counts[state as DeadLetterState] = Number(count);
      return counts;
    },
  };
}

function facts(sql: Sql): Facts {
  return {
    async arrivals(refs, of) {
      const byCause = new Map<number, Arrival[]>();
      if (refs.length === 0) return byCause;
      for (const { ref, at, count } of await selectArrivals(sql, { refs, ...of })) {
        const ofCause = byCause.get(ref) ?? [];
        ofCause.push({ at: at.getTime(), count: Number(count) });
        byCause.set(ref, ofCause);
      }
      return byCause;
    },
    async history(filter, range) {
      const rows = await selectHistory(sql, filter, range);
      return new Map(rows.map(({ step, count }) => [step, Number(count)]));
    },
    async stack(ref) {
      const row = await sql.deadLetterCause.findUnique({
        where: { id: ref },
        select: { stack: true, stackTopic: true },
      });
      if (row === null || row.stack === null) return null;
      return { stack: row.stack, topic: row.stackTopic ?? "" };
    },
    async topKeys(ref, limit) {
      const rows = await selectTopKeys(sql, ref, limit);
      return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }));
    },
    async keySpread(refs) {
      const rows = refs.length === 0 ? [] : await selectKeySpread(sql, refs);
      return new Map(rows.map(({ ref, total, most }) => [ref, { total: Number(total), most: Number(most) }]));
    },
  };
}

function changes(sql: Sql): Changes {
  return {
    async update(cluster, causeId, { note, owner, ticket }) {
      const given = Object.entries({ note, owner, ticket }).filter(([, text]) => text !== undefined);
      const data = Object.fromEntries(
        given.map(([name, text]) => [name, typeof text === "string" ? storableText(text) : null]),
      );
      const { count } = await sql.deadLetterCause.updateMany({ where: { cluster, causeId }, data });
      return count === 1;
    },
    judge: (verdicts) => (verdicts.length === 0 ? Promise.resolve(0) : updateVerdicts(sql, verdicts)),
    async forget(cluster, { causesAt, minutesAt, fineAt, limit }) {
      const minutes = await deleteArrivals(sql, { stepS: 60, beforeAt: minutesAt, limit });
      const fine = await deleteArrivals(sql, { stepS: 5, beforeAt: fineAt, limit });
      return minutes + fine + (await deleteEmptyCauses(sql, cluster, causesAt));
    },
  };
}

const noCounts = (): Record<DeadLetterState, number> =>
  Object.fromEntries(DEAD_LETTER_STATES.map((state) => [state, 0])) as Record<DeadLetterState, number>;

function storedOf(row: CauseListRow): StoredCause {
  const { typicalTopic, typicalPartition, typicalOffset } = row;
  return {
    ref: row.ref,
    cause: {
      id: row.id,
      causeClass: row.causeClass,
      frame: row.frame,
      message: row.message,
      sourceTopic: row.sourceTopic,
      group: row.group,
      eventType: row.eventType,
      dialect: row.dialect as DialectId,
      topics: row.topics,
      counts: { ...noCounts(), ...(row.counts as Partial<Record<DeadLetterState, number>>) },
      firstSeenAt: row.firstSeen.getTime(),
      lastSeenAt: row.lastSeen.getTime(),
      keys: row.keyCount,
      verdict: { kind: row.verdict as FailureVerdict["kind"], sentence: row.sentence },
      typicalId:
        typicalTopic === null || typicalPartition === null || typicalOffset === null
          ? null
          : idOfPlace({ topicRef: typicalTopic, partition: typicalPartition, offset: typicalOffset }),
      note: row.note,
      owner: row.owner,
      ticket: row.ticket,
    },
  };
}
