import type { InstanceStream } from "#lib/adapters/db/choreographies.sql.ts";
import type { Db, Tx } from "#lib/adapters/db/db.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ResolvedOffsets } from "#lib/adapters/kafka/scan/types.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import { topicsOf, type ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import type { KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";
import type { Log } from "#lib/log.ts";
import { hashOf } from "#lib/services/hash-of.ts";
import { pause } from "#lib/services/pause.ts";
import {
  beginChoreographies,
  beginPlaces,
  type Beginning,
} from "#lib/services/sagas/begin-choreographies.ts";
import { EVENTS_A_BATCH, foldChoreographies, type Folding } from "#lib/services/sagas/fold-choreographies.ts";
import { forgetChoreographies } from "#lib/services/sagas/forget-choreographies.ts";
import { reasonOf } from "#lib/worker/keep-lease.ts";

const BEAT_MS = 1_000;
const LEAST_EVENTS_A_BATCH = 250;
const FORGET_EVERY_MS = 60_000;
/** Open pages read their sources again at a hint. */
const TELL_EVERY_MS = 2_000;
const OFFSETS_LIMIT_MS = 15_000;
/** The protocol's limit of a guarded transaction. */
const WRITE_LIMIT_MS = 2_000;

/** What folding the choreographies of one cluster runs on. */
export interface ChoreographyLoop {
  readonly cluster: string;
  /** Those declared for the cluster. */
  readonly maps: readonly ChoreographyMap[];
  readonly kafka: Pick<KafkaCluster, "reader" | "topicLogs">;
  readonly db: Db;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
  /** The pause between two looks; tests shorten it. */
  readonly beatMs?: number;
  /** How long one look reads; tests shorten it. */
  readonly turnMs?: number;
  /** Events of one transaction at the start; less after a failure. */
  readonly eventsABatch?: number;
}

/** What one holder of the lease keeps between beats. */
interface Run {
  readonly loop: ChoreographyLoop;
  readonly beginning: Beginning;
  readonly folding: Folding;
  readonly maps: readonly KnownMap[];
  /** By type, as last stored. */
  readonly watermarks: Map<string, number | null>;
  forgetAt: number;
  /** Whether sagas moved since the consoles were last told. */
  untold: boolean;
  /** Epoch ms before which they are not told again. */
  tellAt: number;
  /** The sentence of the outage that was last logged; null while the cluster answers. */
  outage: string | null;
}

/**
 * foldChoreographiesOf folds the records of declared topics into instances while its lease holds. It goes on from the
 * stored positions, so that a takeover neither loses nor repeats an event. A cluster that does not answer is asked again;
 * a database that is away throws, so that the lease is asked for anew.
 */
export async function foldChoreographiesOf(
  loop: ChoreographyLoop,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  let { eventsABatch = EVENTS_A_BATCH } = loop;
  while (!signal.aborted) {
    const failed = await beats({ ...loop, eventsABatch }, lease, signal);
    if (failed === null) continue;
    const { cause } = failed;
    if (cause instanceof LeaseLostError || loop.db.unreachableSinceAt !== null) throw cause;
    // What is in memory may be ahead of what is stored: the next round begins with what the database says.
    loop.log.error({ cluster: loop.cluster, reason: reasonOf(cause) }, "choreographies could not be folded");
    // A database that is too slow for a batch within the limit is asked for less.
    eventsABatch = Math.max(LEAST_EVENTS_A_BATCH, Math.floor(eventsABatch / 2));
    await pause(5 * (loop.beatMs ?? BEAT_MS), signal);
  }
}

/** Beats until the signal, or until one fails; answers what it failed of. */
async function beats(
  loop: ChoreographyLoop,
  lease: Lease,
  signal: AbortSignal,
): Promise<{ cause: unknown } | null> {
  try {
    const run = await begin(loop, lease, signal);
    while (!signal.aborted) {
      const more = await beat(run, signal);
      if (!more) await pause(loop.beatMs ?? BEAT_MS, signal);
    }
    return null;
  } catch (cause) {
    // An abort in the middle of a read is the end of the work, not its failure.
    return signal.aborted ? null : { cause };
  }
}

async function begin(loop: ChoreographyLoop, lease: Lease, signal: AbortSignal): Promise<Run> {
  const { cluster, db, now, kafka, turnMs, eventsABatch } = loop;
  const guarded = (work: (tx: Tx) => Promise<void>): Promise<void> =>
    db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        await work(tx);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  const ctx = { db, now };
  const beginning: Beginning = { ctx, cluster, guarded };
  const { maps, places, watermarks } = await beginChoreographies(beginning, loop.maps, signal);
  const byType = new Map(maps.map((known) => [known.map.type, known]));
  return {
    ...{ loop, beginning, maps, watermarks, outage: null, forgetAt: now() + FORGET_EVERY_MS / 2 },
    ...{ untold: false, tellAt: 0 },
    folding: { ctx, cluster, kafka, lease, places, maps: byType, turnMs, eventsABatch },
  };
}

/** One look at all topics; true when more is to be read than its time allowed. */
async function beat(run: Run, signal: AbortSignal): Promise<boolean> {
  const { loop, folding, beginning } = run;
  const askedAt = loop.now();
  const offsets = await offsetsOf(run, signal);
  if (offsets === null) {
    await noteHindrance(run);
    return false;
  }
  const folded = await foldChoreographies(folding, { offsets, askedAt, signal });
  run.untold ||= folded.events > 0;
  await noteMaps(run, offsets, folded.failures);
  if (folded.events > 0)
    loop.log.debug({ cluster: loop.cluster, events: folded.events }, "choreographies folded");
  if (loop.now() >= run.forgetAt) {
    run.forgetAt = loop.now() + FORGET_EVERY_MS;
    await forgetChoreographies(beginning);
  }
  return folded.more;
}

/** Where topics begin and end, each partition with a place; null when no broker answers. */
async function offsetsOf(run: Run, signal: AbortSignal): Promise<ResolvedOffsets | null> {
  const { loop, folding, beginning } = run;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(OFFSETS_LIMIT_MS)]);
  const { cluster, kafka, log } = loop;
  try {
    const offsets = await kafka.reader.offsets(folding.places.topics, limit);
    await beginPlaces(beginning, folding.places, { offsets, kafka, signal: limit });
    if (run.outage !== null) log.info({ cluster }, "choreographies can be read again");
    run.outage = null;
    return offsets;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LeaseLostError || loop.db.unreachableSinceAt !== null) throw error;
    const { kind, message } = toKafkaError(error, `cluster ${cluster}`);
    if (run.outage === null) log.warn({ cluster, kind, reason: message }, "choreographies cannot be read");
    run.outage = message;
    return null;
  }
}

/**
 * Stores the watermarks: what lies before them is written by now. Until every partition was read in this run the stored
 * one stands. Tells the consoles, now and then, that sagas moved, by an event or by a deadline that passed.
 */
async function noteMaps(
  run: Run,
  offsets: ResolvedOffsets,
  failures: ReadonlyMap<string, string>,
): Promise<void> {
  const { loop, maps, folding, beginning, watermarks } = run;
  const { cluster, db, now } = loop;
  const passed: InstanceStream[] = [];
  const noted = maps.map((known) => {
    const { type } = known.map;
    const before = watermarks.get(type) ?? null;
    const watermarkAt = folding.places.watermarkOf(known, offsets.partitions) ?? before;
    watermarks.set(type, watermarkAt);
    if (watermarkAt !== null && before !== null && watermarkAt > before)
      for (const state of ["running", "compensating"])
        passed.push({ type, state, dueUntil: watermarkAt, dueAfter: before });
    return { type, hash: hashOf(known.map), watermarkAt, hindrance: hindranceOf(known, offsets, failures) };
  });
  const due = await db.choreographies.count(cluster, { streams: passed, limit: 1 });
  run.untold ||= due.some((count) => count > 0);
  const tells = run.untold && now() >= run.tellAt;
  await beginning.guarded(async (tx) => {
    await tx.choreographies.noteMaps(cluster, noted, now());
    if (tells) await tx.hints.notify([{ feature: "sagas", cluster, id: null }]);
  });
  if (!tells) return;
  run.untold = false;
  run.tellAt = now() + TELL_EVERY_MS;
}

function hindranceOf(
  { map }: KnownMap,
  offsets: ResolvedOffsets,
  failures: ReadonlyMap<string, string>,
): string | null {
  for (const topic of topicsOf(map)) {
    const named = `topic ${topic}`;
    const found = offsets.failures.find(
      ({ subject }) => subject === named || subject.startsWith(`${named} `),
    );
    if (found !== undefined) return `${found.subject}: ${found.reason}`;
    const failed = failures.get(topic);
    if (failed !== undefined) return failed;
  }
  return null;
}

/** Stores why nothing is read; the watermarks stay where they are. */
async function noteHindrance({ loop, beginning, outage }: Run): Promise<void> {
  const { cluster, db, now } = loop;
  const followed = await db.choreographies.maps(cluster);
  const noted = followed
    .filter((each) => each.hindrance !== outage && loop.maps.some(({ type }) => type === each.type))
    .map((each) => ({ ...each, hindrance: outage }));
  if (noted.length > 0) await beginning.guarded((tx) => tx.choreographies.noteMaps(cluster, noted, now()));
}
