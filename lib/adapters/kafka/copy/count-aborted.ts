import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { LedgeredCopies } from "#lib/adapters/kafka/copy/copy-port.ts";
import { readingError } from "#lib/adapters/kafka/copy/passing-failure.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { readOffsets } from "#lib/adapters/kafka/read-offsets.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import type { PartitionPlan, ReadIsolation, RecordView } from "#lib/adapters/kafka/scan/types.ts";
import { leadersOf, topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import { LINEAGE_HEADERS } from "#lib/domain/jobs/copy-headers.ts";

/** Whose copies are counted, and from where on. */
interface AbortedAsked {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly from: bigint;
  readonly job: string;
}

/**
 * countAborted counts a job's copies from an offset on that are there and were never committed: those that a
 * read_uncommitted reader is given, less those that a read_committed one is. It is exact where none of the job's
 * transactions is open, and where no committed copy lies behind another's open transaction. Throws KafkaError
 * `not_found` for a topic that is gone, `unknown` where offsets cannot be read.
 */
export async function countAborted(
  links: ClusterLinks,
  asked: AbortedAsked,
  signal: AbortSignal,
): Promise<number> {
  const plan = await planOf(links, asked, signal);
  const { job } = asked;
  const written = await countCopies(links, plan, { job, isolation: "read_uncommitted", signal });
  if (written === 0) return 0;
  return written - (await countCopies(links, plan, { job, isolation: "read_committed", signal }));
}

/**
 * countUnledgered counts a job's copies from an offset on that are there, committed or not, and that no entry of its
 * ledger tells of. Throws KafkaError as {@link countAborted} does.
 */
export async function countUnledgered(
  links: ClusterLinks,
  asked: AbortedAsked & { readonly ledgered: readonly LedgeredCopies[] },
  signal: AbortSignal,
): Promise<number> {
  const plan = await planOf(links, asked, signal);
  const isLedgered = ledgeredBy(asked.ledgered);
  const counts = (offset: bigint): boolean => !isLedgered(offset);
  return countCopies(links, plan, { job: asked.job, isolation: "read_uncommitted", signal, counts });
}

/** Tells whether an offset is one of those that entries name; for offsets in any order. */
function ledgeredBy(ledgered: readonly LedgeredCopies[]): (offset: bigint) => boolean {
  const runs = [...ledgered].sort((a, b) => (a.baseOffset < b.baseOffset ? -1 : 1));
  return (offset) => {
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle]?.baseOffset ?? 0n) <= offset) low = middle + 1;
      else high = middle;
    }
    const run = runs[low - 1];
    return run !== undefined && offset < run.baseOffset + BigInt(run.count);
  };
}

/** What is looked through: to the partition's end as it is now. */
async function planOf(links: ClusterLinks, asked: AbortedAsked, signal: AbortSignal): Promise<PartitionPlan> {
  const { topic, topicId, partition, from } = asked;
  const metadata = await links.metadata([topic], signal);
  const told = metadata.topics.find(({ name }) => name === topic);
  if (told === undefined || topicIdOf(told.topicId) !== topicId)
    throw new KafkaError("not_found", `topic ${topic} is deleted or made anew.`);
  const topics = new Map([[topic, leadersOf(metadata).get(topic) ?? []]]);
  const { offsets } = await readOffsets("end", topics, { brokers: links.brokers(), signal });
  const end = offsets.get(topic)?.[partition] ?? null;
  if (end === null) throw new KafkaError("unreachable", `topic ${topic} ${partition}: its end is not told.`);
  return { topic, topicId, partition, fromOffset: from, toOffset: end };
}

/** How copies are looked through; `counts` leaves some out. */
interface Counting {
  readonly job: string;
  readonly isolation: ReadIsolation;
  readonly signal: AbortSignal;
  readonly counts?: (offset: bigint) => boolean;
}

async function countCopies(
  links: ClusterLinks,
  plan: PartitionPlan,
  { job, isolation, signal, counts = () => true }: Counting,
): Promise<number> {
  const mark = Buffer.from(`${job}:`);
  let count = 0;
  const [outcome] = await readPartitions(links, [plan], {
    ...{ isolation, signal },
    mayMatch: (bytes) => bytes.includes(mark),
    onBatch({ records }) {
      for (const record of records) if (isCopyOf(record, mark) && counts(record.offset)) count += 1;
      return undefined;
    },
  });
  // Retention may take old ones, and an open transaction hides the last: neither holds an aborted copy of this job.
  const failure = outcome?.failures.find(({ kind }) => kind !== "retention" && kind !== "truncated");
  if (failure !== undefined) throw readingError(failure, "unknown");
  return count;
}

const isCopyOf = ({ headers }: RecordView, mark: Buffer): boolean =>
  headers.some(
    ({ name, value }) =>
      name === LINEAGE_HEADERS.redriveId && value?.subarray(0, mark.length).equals(mark) === true,
  );
