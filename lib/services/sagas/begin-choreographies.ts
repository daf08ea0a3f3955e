import type { Tx } from "#lib/adapters/db/db.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ResolvedOffsets, ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import { topicsOf, type ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import { knowMap, type KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { hashOf } from "#lib/services/hash-of.ts";
import { instanceOf } from "#lib/services/sagas/choreography-batch.ts";
import { ChoreographyPlaces } from "#lib/services/sagas/choreography-places.ts";

/** How far back a map that was not followed before begins, ms. */
const BEGIN_BACK_MS = 7 * 86_400_000;
const REFOLDED_A_TIME = 500;
/** In place of the hash while instances are folded anew. */
const OF_TWO_MAPS = "";

/** What beginning runs on. */
export interface Beginning {
  readonly ctx: Pick<Ctx, "db" | "now">;
  readonly cluster: string;
  /** Runs a transaction that the lease guards. */
  readonly guarded: (work: (tx: Tx) => Promise<void>) => Promise<void>;
}

/**
 * beginChoreographies prepares the maps of a cluster and answers where each goes on. A map that changed folds its stored
 * instances anew, and forgets how far it had read the topics that it does not name any more. `watermarks` are those that
 * were stored, by type; a map that is new or changed has none yet.
 */
export async function beginChoreographies(
  on: Beginning,
  declared: readonly ChoreographyMap[],
  signal: AbortSignal,
): Promise<{ maps: KnownMap[]; places: ChoreographyPlaces; watermarks: Map<string, number | null> }> {
  const { ctx, cluster, guarded } = on;
  const maps = declared.map(knowMap);
  const followed = await ctx.db.choreographies.maps(cluster);
  const positions = await ctx.db.choreographies.positions(cluster);
  const watermarks = new Map(followed.map(({ type, watermarkAt }) => [type, watermarkAt]));
  for (const known of maps) {
    const { type } = known.map;
    const hash = hashOf(known.map);
    const before = followed.find((each) => each.type === type);
    if (before?.hash === hash) continue;
    watermarks.set(type, null);
    const note = (tx: Tx, noted: string): Promise<void> =>
      tx.choreographies.noteMaps(
        cluster,
        [{ type, hash: noted, watermarkAt: null, hindrance: null }],
        ctx.now(),
      );
    if (before !== undefined) {
      // From here on the instances are of two maps: whoever is interrupted leaves word of it.
      await guarded((tx) => note(tx, OF_TWO_MAPS));
      await refold(on, known, signal);
    }
    const topics = topicsOf(known.map);
    const dropped = positions.filter((each) => each.type === type && !topics.includes(each.topic));
    await guarded(async (tx) => {
      await tx.choreographies.dropPositions(cluster, dropped);
      await note(tx, hash);
    });
  }
  return { maps, places: new ChoreographyPlaces(maps, positions), watermarks };
}

async function refold(
  { ctx, cluster, guarded }: Beginning,
  known: KnownMap,
  signal: AbortSignal,
): Promise<void> {
  const { type } = known.map;
  for (let after = ""; ;) {
    signal.throwIfAborted();
    const page = await ctx.db.choreographies.behind(cluster, { type, after, limit: REFOLDED_A_TIME });
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.correlationId;
    await guarded((tx) =>
      tx.choreographies.write(
        cluster,
        page.map((instance) => instanceOf(known, instance)),
      ),
    );
  }
}

/**
 * beginPlaces gives each map a place in the partitions that it has none in: the first record of the last 7 days, and the
 * end where there is none. Topics that were made anew lose their former places. Throws KafkaError.
 */
export async function beginPlaces(
  { ctx, cluster, guarded }: Beginning,
  places: ChoreographyPlaces,
  {
    offsets,
    kafka,
    signal,
  }: { offsets: ResolvedOffsets; kafka: Pick<KafkaCluster, "topicLogs">; signal: AbortSignal },
): Promise<void> {
  const dropped = places.dropFormer(offsets.partitions);
  if (dropped.length > 0) await guarded((tx) => tx.choreographies.dropPositions(cluster, dropped));
  const lacking = offsets.partitions
    .map((partition) => ({ partition, types: places.lacking(partition) }))
    .filter(({ types }) => types.length > 0);
  if (lacking.length === 0) return;
  const at = Math.max(0, ctx.now() - BEGIN_BACK_MS);
  const found = await kafka.topicLogs.offsetsAt(
    lacking.map(({ partition: { topic, partition } }) => ({ topic, partition, at })),
    signal,
  );
  for (const [nth, { partition, types }] of lacking.entries()) {
    const { topic, topicId, partition: index } = partition;
    const nextOffset = within(partition, found[nth]?.offset ?? partition.logEnd);
    for (const type of types) places.begin({ type, topic, topicId, partition: index, nextOffset });
  }
}

function within({ logStart, logEnd }: ResolvedPartition, offset: bigint): bigint {
  if (offset < logStart) return logStart;
  return offset > logEnd ? logEnd : offset;
}
