import type { Arrival, StoredCause } from "#lib/adapters/db/dead-letter-causes.ts";
import type { StoredDeadLetter } from "#lib/adapters/db/dead-letters.ts";
import type { DeadLetterCause, DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";
import { readsRecords } from "#lib/services/access/reads-records.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

const MINUTE_MS = 60_000;
/** Minutes of a sparkline. */
const SPARK_MINUTES = 60;

/** Shown is what of a cluster's dead letters may be shown to who asks: the permission first, then the masking rules. */
export interface Shown {
  row(stored: StoredDeadLetter): DeadLetterRow;
  cause(stored: StoredCause, arrivals: readonly Arrival[]): DeadLetterCause;
  /** An exception's text of a topic. */
  text(topic: string, text: string | null): string | null;
  /** A key of a topic. */
  key(topic: string, key: string | null): string | null;
  /** Whether `text` hides nothing in these topics: only then may a filter look at messages. */
  readsTexts(topics: readonly string[]): boolean;
}

/** shownTo makes the {@link Shown} of one call. */
export function shownTo(ctx: Ctx, cluster: string): Shown {
  const reads = readsRecords(ctx);
  const { records } = ctx.kafka(cluster);
  const now = ctx.now();
  const text = (topic: string, given: string | null): string | null =>
    !reads || given === null ? null : records.maskError(topic, given);
  const key = (topic: string, given: string | null): string | null =>
    reads && records.maskOf(topic).key.kind === "none" ? given : null;
  return {
    text,
    key,
    row: ({ row }) => ({ ...row, message: text(row.topic, row.message), key: key(row.topic, row.key) }),
    cause({ cause }, arrivals) {
      const topics = cause.topics.length > 0 ? cause.topics : [cause.sourceTopic ?? ""];
      // A rule that covers one of its topics covers the cause.
      const message = topics.reduce<string | null>((told, topic) => text(topic, told), cause.message);
      return { ...cause, message, spark: sparkOf(arrivals, now) };
    },
    readsTexts: (topics) => reads && topics.every((topic) => !records.maskOf(topic).error),
  };
}

/** Dead letters of each minute of the last hour, oldest first. */
function sparkOf(arrivals: readonly Arrival[], now: number): number[] {
  const firstAt = (Math.floor(now / MINUTE_MS) - SPARK_MINUTES + 1) * MINUTE_MS;
  const spark = new Array<number>(SPARK_MINUTES).fill(0);
  for (const { at, count } of arrivals) {
    const minute = Math.floor((at - firstAt) / MINUTE_MS);
    if (minute >= 0 && minute < SPARK_MINUTES) spark[minute] = (spark[minute] ?? 0) + count;
  }
  return spark;
}

/** showCauses shows causes with their sparklines. */
export async function showCauses(
  ctx: Ctx,
  cluster: string,
  stored: readonly StoredCause[],
): Promise<DeadLetterCause[]> {
  const shown = shownTo(ctx, cluster);
  const refs = stored.map(({ ref }) => ref);
  const fromAt = ctx.now() - (SPARK_MINUTES + 1) * MINUTE_MS;
  const arrivals = await ctx.db.deadLetterCauses.arrivals(refs, { stepS: 60, fromAt });
  return stored.map((each) => shown.cause(each, arrivals.get(each.ref) ?? []));
}

/** findCause is the cause of this id. Throws AppError `cause_unknown`. */
export async function findCause(ctx: Ctx, cluster: string, id: string): Promise<StoredCause> {
  const stored = UUID.test(id) ? await ctx.db.deadLetterCauses.get(cluster, id.toLowerCase()) : null;
  if (stored !== null) return stored;
  throw new AppError("cause_unknown", "There is no such cause, or its last dead letter was forgotten.", {
    details: { cluster },
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** findDeadLetter is the dead letter of this id. Throws AppError `dead_letter_unknown`. */
export async function findDeadLetter(ctx: Ctx, cluster: string, id: string): Promise<StoredDeadLetter> {
  const stored = await ctx.db.deadLetters.get(cluster, id);
  if (stored !== null) return stored;
  throw new AppError("dead_letter_unknown", "There is no such dead letter, or it was forgotten.", {
    details: { cluster },
  });
}
