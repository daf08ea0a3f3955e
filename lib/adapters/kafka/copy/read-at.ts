import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { ReadPlace, RecordPlace } from "#lib/adapters/kafka/copy/copy-port.ts";
import { keptRecord } from "#lib/adapters/kafka/copy/kept-record.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { refusePassing } from "#lib/adapters/kafka/copy/passing-failure.ts";
import type { PartitionPlan, ScanFailure } from "#lib/adapters/kafka/scan/types.ts";

/** Places that lie no further apart than this are read in one go. */
const NEAR = 1_000n;
/** What a fetch brings of a partition where single records are looked for; a larger batch comes whole. */
const SPARSE_BYTES = 128 * 1024;
const DENSE_BYTES = 1024 * 1024;
/** More places than this of one stretch are worth a large fetch. */
const FEW = 32;
const NOT_THERE = "no committed record is there: compaction took it, or its transaction was aborted";

/** Places of one partition that are read in one go, by offset. */
interface Stretch {
  readonly plan: PartitionPlan;
  readonly places: ReadonlyMap<bigint, readonly number[]>;
}

/**
 * readAt reads records by their places, committed ones alone; the answers stand in the order of the places. Throws
 * KafkaError where no broker answers for a partition, or an open transaction holds a record back.
 */
export async function readAt(
  links: ClusterLinks,
  places: readonly RecordPlace[],
  signal: AbortSignal,
): Promise<ReadPlace[]> {
  const answers = new Array<ReadPlace>(places.length).fill({ found: false, reason: NOT_THERE });
  const byPartition = Map.groupBy(places.keys(), (n) => `${places[n]?.partition} ${places[n]?.topicId}`);
  const stretches = [...byPartition.values()].map((indices) => stretchesOf(indices, places));
  // A scan reads each partition once: the n-th stretches of all partitions are read together.
  for (let round = 0; stretches.some((each) => each.length > round); round += 1) {
    const together = stretches.flatMap((each) => each[round] ?? []);
    await readStretches(links, together, { answers, signal });
  }
  return answers;
}

function stretchesOf(indices: readonly number[], places: readonly RecordPlace[]): Stretch[] {
  const sorted = [...Map.groupBy(indices, (n) => places[n]?.offset ?? 0n)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const stretches: [bigint, number[]][][] = [];
  for (const each of sorted) {
    const last = stretches.at(-1);
    const before = last?.at(-1)?.[0];
    if (last !== undefined && before !== undefined && each[0] - before <= NEAR) last.push(each);
    else stretches.push([each]);
  }
  return stretches.flatMap((found) => {
    const place = places[found[0]?.[1][0] ?? -1];
    const [first, last] = [found[0]?.[0], found.at(-1)?.[0]];
    if (place === undefined || first === undefined || last === undefined) return [];
    const { topic, topicId, partition } = place;
    const plan = { topic, topicId, partition, fromOffset: first, toOffset: last + 1n };
    return [{ plan, places: new Map(found) }];
  });
}

async function readStretches(
  links: ClusterLinks,
  stretches: readonly Stretch[],
  { answers, signal }: { answers: ReadPlace[]; signal: AbortSignal },
): Promise<void> {
  const of = new Map(stretches.map((each) => [`${each.plan.partition} ${each.plan.topicId}`, each]));
  const partitionBytes = stretches.some((each) => each.places.size > FEW) ? DENSE_BYTES : SPARSE_BYTES;
  const failures: ScanFailure[] = [];
  const put = (indices: readonly number[] | undefined, answer: ReadPlace): void => {
    for (const index of indices ?? []) answers[index] = answer;
  };
  await readPartitions(
    links,
    stretches.map((each) => each.plan),
    {
      ...{ isolation: "read_committed", signal, partitionBytes },
      onBatch({ topicId, partition, records }) {
        const wanted = of.get(`${partition} ${topicId}`)?.places;
        for (const record of records) {
          const indices = wanted?.get(record.offset);
          if (indices !== undefined) put(indices, { found: true, record: keptRecord(record) });
        }
        return undefined;
      },
      onFailure: (failure) => failures.push(failure),
    },
  );
  for (const failure of failures) {
    const stretch = stretches.find(
      ({ plan }) => plan.topic === failure.topic && plan.partition === failure.partition,
    );
    if (stretch === undefined) continue;
    await refusePassing(links, { failure, toOffset: stretch.plan.toOffset }, signal);
    for (const [offset, indices] of stretch.places)
      if (failure.fromOffset <= offset && offset < failure.toOffset)
        put(indices, { found: false, reason: failure.reason });
  }
}
