import type { Db, Tx } from "#lib/adapters/db/db.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ResolvedOffsets } from "#lib/adapters/kafka/scan/types.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import type { Log } from "#lib/log.ts";
import {
  expireBelowStart,
  expireEnded,
  forgetOld,
  type ExpiryCtx,
} from "#lib/services/dead-letters/expire-dead-letters.ts";
import { HeaderFinder, type TopicByHeaders } from "#lib/services/dead-letters/find-by-headers.ts";
import {
  findDeadLetterTopics,
  unexplainedTopics,
  type FollowedTopic,
} from "#lib/services/dead-letters/find-dead-letter-topics.ts";
import {
  followDeadLetters,
  type Followed,
  type Following,
} from "#lib/services/dead-letters/follow-dead-letters.ts";
import type { IndexSettings } from "#lib/services/dead-letters/index-settings.ts";
import { judgeCauses } from "#lib/services/dead-letters/judge-causes.ts";
import { LateReturns } from "#lib/services/jobs/tell-late-returns.ts";
import { DeadLetterReader } from "#lib/services/dead-letters/read-dead-letter.ts";
import { reasonOf } from "#lib/worker/keep-lease.ts";
import { pause } from "#lib/services/pause.ts";

const BEAT_MS = 1_000;
/** How often topics are looked for, verdicts are passed, and what is old is forgotten. */
const FIND_EVERY_MS = 5_000;
const JUDGE_EVERY_MS = 3_000;
const FORGET_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 10_000;
const OFFSETS_LIMIT_MS = 15_000;
/** The protocol's limit of a guarded transaction. */
const WRITE_LIMIT_MS = 2_000;

/** What the index of one cluster runs on. */
export interface IndexLoop {
  readonly cluster: string;
  readonly kafka: Pick<KafkaCluster, "reader">;
  readonly db: Db;
  readonly settings: IndexSettings;
  /** Whether no masking rule hides the keys of a topic. */
  readonly keepsKey: (topic: string) => boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
  /** The pause between two looks; tests shorten it. */
  readonly beatMs?: number;
  /** How long one look reads; tests shorten it. */
  readonly turnMs?: number;
}

/** What one holder of the lease keeps between beats. */
interface Run {
  readonly loop: IndexLoop;
  readonly ctx: ExpiryCtx;
  readonly following: Following;
  readonly late: LateReturns;
  readonly missing: Map<string, number>;
  topics: FollowedTopic[];
  /** Finds topics by the headers of their records; what it found since the last write. */
  readonly finder: HeaderFinder;
  byHeaders: TopicByHeaders[];
  readonly dueAt: Record<"find" | "look" | "judge" | "forget", number>;
  /** The sentence of the outage that was last logged; null while the cluster answers. */
  outage: string | null;
}

/**
 * indexDeadLetters follows the dead-letter topics of one cluster into the database while its lease holds. It goes on
 * from the stored positions, so that a takeover neither loses nor repeats a record. A cluster that does not answer is
 * asked again; a database that is away throws, so that the lease is asked for anew.
 */
export async function indexDeadLetters(loop: IndexLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const run = await begin(loop, lease);
    const failed = await beats(run, signal);
    if (failed === null) continue;
    const { cause } = failed;
    if (cause instanceof LeaseLostError || loop.db.unreachableSinceAt !== null) throw cause;
    // What is in memory may be ahead of what is stored: the next round begins with what the database says.
    loop.log.error({ cluster: loop.cluster, reason: reasonOf(cause) }, "dead letters could not be indexed");
    await pause(5 * (loop.beatMs ?? BEAT_MS), signal);
  }
}

/** Beats until the signal, or until one fails; answers what it failed of. */
async function beats(run: Run, signal: AbortSignal): Promise<{ cause: unknown } | null> {
  try {
    while (!signal.aborted) {
      const more = await beat(run, signal);
      if (!more) await pause(run.loop.beatMs ?? BEAT_MS, signal);
    }
    return null;
  } catch (cause) {
    // An abort in the middle of a read is the end of the work, not its failure.
    return signal.aborted ? null : { cause };
  }
}

async function begin(loop: IndexLoop, lease: Lease): Promise<Run> {
  const { cluster, db, now, settings, keepsKey, kafka, turnMs } = loop;
  const causes = await db.deadLetterCauses.ids(cluster);
  const lastFailed: Following["lastFailed"] = new Map();
  for (const { ref } of await db.deadLetterTopics.indexed(cluster)) {
    const last = await db.deadLetterIndex.lastFailed(ref);
    lastFailed.set(
      ref,
      new Map(last.map(({ topic, partition, offset }) => [`${partition} ${topic}`, offset])),
    );
  }
  const guarded = (work: (tx: Tx) => Promise<void>): Promise<void> =>
    db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        await work(tx);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  return {
    ...{ loop, missing: new Map(), topics: [], outage: null },
    ctx: { db, now, guarded },
    late: new LateReturns({ db, now, guarded }, cluster),
    finder: new HeaderFinder(kafka.reader, { generic: settings.generic }),
    byHeaders: [],
    dueAt: { find: 0, look: 0, judge: 0, forget: now() + FORGET_EVERY_MS / 2 },
    following: {
      ...{ ctx: { db, now }, cluster, kafka, lease, settings, lastFailed, turnMs },
      reader: new DeadLetterReader(cluster, { settings, causes, keepsKey }),
    },
  };
}

/** Whether a work is due, which is then due again after a while. */
function isDue({ dueAt, loop }: Run, work: keyof Run["dueAt"], everyMs: number): boolean {
  const now = loop.now();
  if (dueAt[work] > now) return false;
  dueAt[work] = now + everyMs;
  return true;
}

/** One look at all topics; true when more is to be read than its time allowed. */
async function beat(run: Run, signal: AbortSignal): Promise<boolean> {
  const { loop, ctx, missing } = run;
  const { cluster, settings } = loop;
  if (isDue(run, "look", LOOK_EVERY_MS)) await lookByHeaders(run, signal);
  if (isDue(run, "find", FIND_EVERY_MS)) {
    const { byHeaders } = run;
    const { guarded } = ctx;
    run.topics = await findDeadLetterTopics(ctx, { cluster, settings, missing, byHeaders, guarded });
    run.byHeaders = [];
  }
  for (const topic of run.topics) if (topic.endedAt !== null) await expireEnded(ctx, topic);
  const { rows, more } = await follow(run, signal);
  await run.late.look();
  if (isDue(run, "judge", JUDGE_EVERY_MS)) await judgeCauses(ctx, { cluster, guarded: ctx.guarded });
  if (isDue(run, "forget", FORGET_EVERY_MS)) await forgetOld(ctx, cluster, run.topics);
  if (rows > 0) loop.log.debug({ cluster, rows }, "dead letters indexed");
  return more;
}

/** Looks into some topics whose names tell nothing. What cannot be read now is looked into later. */
async function lookByHeaders(run: Run, signal: AbortSignal): Promise<void> {
  const { loop, ctx } = run;
  const topics = await unexplainedTopics(ctx, loop.cluster, loop.settings);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(OFFSETS_LIMIT_MS)]);
  try {
    run.byHeaders = [...run.byHeaders, ...(await run.finder.look(topics, loop.now(), limit))];
  } catch (error) {
    signal.throwIfAborted();
    const { kind, message } = toKafkaError(error, `cluster ${loop.cluster}`);
    loop.log.debug({ cluster: loop.cluster, kind, reason: message }, "topics could not be looked into");
  }
}

const NOTHING: Followed = { rows: 0, more: false };

/** Reads what is new of all topics. */
async function follow(run: Run, signal: AbortSignal): Promise<Followed> {
  const { following, ctx, loop } = run;
  const topics = run.topics.filter(({ endedAt }) => endedAt === null);
  if (topics.length === 0) return NOTHING;
  const before = new Map(topics.map((topic) => [topic.ref, noted(topic)]));
  const offsets = await offsetsOf(run, topics, signal);
  if (offsets === null) return NOTHING;
  for (const topic of topics) topic.failure = failureOf(topic, offsets);
  let expired = 0;
  for (const topic of topics) expired += await expireBelowStart(ctx, topic, startsOf(topic, offsets));
  const followed = await followDeadLetters(following, topics, { offsets, signal });
  for (const topic of topics) topic.behind = behindOf(topic, offsets);
  const changed = topics.filter((topic) => before.get(topic.ref) !== noted(topic));
  if (changed.length + followed.rows + expired > 0)
    await ctx.guarded(async (tx) => {
      await tx.deadLetterTopics.note(changed, loop.now());
      await tx.hints.notify([{ feature: "dead-letters", cluster: loop.cluster, id: null }]);
    });
  return followed;
}

/** Where topics begin and end; null when no broker answers. */
async function offsetsOf(
  run: Run,
  topics: readonly FollowedTopic[],
  signal: AbortSignal,
): Promise<ResolvedOffsets | null> {
  const { loop } = run;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(OFFSETS_LIMIT_MS)]);
  try {
    const offsets = await loop.kafka.reader.offsets(
      topics.map(({ topic }) => topic),
      limit,
    );
    if (run.outage !== null) loop.log.info({ cluster: loop.cluster }, "dead letters can be read again");
    run.outage = null;
    return offsets;
  } catch (error) {
    signal.throwIfAborted();
    const { kind, message } = toKafkaError(error, `cluster ${loop.cluster}`);
    if (run.outage === null)
      loop.log.warn({ cluster: loop.cluster, kind, reason: message }, "dead letters cannot be read");
    run.outage = message;
    return null;
  }
}

/** What of a topic is stored when it changes. */
const noted = ({ expiredBelow, behind, oneIn, failure }: FollowedTopic): string =>
  [expiredBelow.join(), behind, oneIn, failure].join("|");

/** Why a topic cannot be read, as far as its offsets tell. */
function failureOf(
  { topic, topicId }: FollowedTopic,
  { failures, partitions }: ResolvedOffsets,
): string | null {
  const named = `topic ${topic}`;
  const found = failures.find(({ subject }) => subject === named || subject.startsWith(`${named} `));
  if (found !== undefined) return found.reason;
  const other = partitions.find((each) => each.topic === topic && each.topicId !== topicId);
  return other === undefined ? null : "The topic was made anew; the new one is looked for.";
}

function startsOf(
  { topic, topicId, nextOffsets }: FollowedTopic,
  { partitions }: ResolvedOffsets,
): (bigint | null)[] {
  const starts = new Array<bigint | null>(nextOffsets.length).fill(null);
  for (const each of partitions)
    if (each.topic === topic && each.topicId === topicId) starts[each.partition] = each.logStart;
  return Array.from(starts, (start) => start ?? null);
}

function behindOf(
  { topic, topicId, nextOffsets, leftOut }: FollowedTopic,
  { partitions }: ResolvedOffsets,
): number {
  if (leftOut) return 0;
  return partitions
    .filter((each) => each.topic === topic && each.topicId === topicId)
    .map(({ partition, logStart, logEnd }) => {
      const next = nextOffsets[partition] ?? 0n;
      return Number(logEnd - (next < logStart ? logStart : next));
    })
    .reduce((sum, behind) => sum + Math.max(0, behind), 0);
}
