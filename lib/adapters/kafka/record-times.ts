import { fetchV13, fetchV15, fetchV16, fetchV17, type RecordsBatch } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import type { TopicLeaders } from "#lib/adapters/kafka/read-offsets.ts";
import type { RecordAt, RecordTime } from "#lib/domain/offset-resets/standing.ts";

/** A small read holds the first batch of most partitions; a batch that did not fit is asked for with room. */
const FIRST_READ_BYTES = 64 * 1024;
const LATER_READ_BYTES = 4 * 1024 * 1024;
const ANSWER_BYTES = 16 * 1024 * 1024;
const PARTITIONS_A_REQUEST = 100;
/** Reads of one partition until its first record is there: markers and compacted batches may lie before it. */
const MOST_READS = 6;
const OFFSET_OUT_OF_RANGE = 1;
/** Bits of a batch's attributes: every record has the broker's time; a transaction wrote it; it holds markers. */
const LOG_APPEND_TIME = 1 << 3;
const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;
const VERSIONS = [fetchV17.api, fetchV16.api, fetchV15.api, fetchV13.api];

/** An offset whose record is looked for: where the next read begins, and how many there were. */
interface Search {
  readonly asked: RecordAt;
  at: bigint;
  reads: number;
  /** A batch did not fit into the last read. */
  crowded: boolean;
  found: RecordTime | null;
}

interface Where {
  readonly brokers: ReadonlyMap<number, BrokerLink>;
  readonly leaders: TopicLeaders;
  readonly signal: AbortSignal;
}

/**
 * readRecordTimes reads the timestamp of the first record at or after each offset, with small fetches of many
 * partitions at a time. Markers are passed over. A record that is not there, or cannot be read, is `unknown` with
 * the reason; only the signal's abort throws.
 */
export async function readRecordTimes(asked: readonly RecordAt[], where: Where): Promise<RecordTime[]> {
  const searches = asked.map((each): Search => {
    return { asked: each, at: each.offset, reads: 0, crowded: false, found: null };
  });
  for (;;) {
    const round = nextRound(searches, where.leaders);
    if (round.size === 0) break;
    await Promise.all(
      [...round].map(async ([leaderId, ofLeader]) => {
        for (let from = 0; from < ofLeader.length; from += PARTITIONS_A_REQUEST) {
          const portion = ofLeader.slice(from, from + PARTITIONS_A_REQUEST);
          await readPortion(where.brokers.get(leaderId), portion, where.signal);
        }
      }),
    );
  }
  return searches.map((each) => each.found ?? unknown(each, "It was not read."));
}

/** The open searches by leader, one a partition: a fetch names a partition once. */
function nextRound(searches: readonly Search[], leaders: TopicLeaders): Map<number, Search[]> {
  const round = new Map<number, Search[]>();
  const taken = new Set<string>();
  for (const search of searches) {
    if (search.found !== null) continue;
    const { topic, partition } = search.asked;
    const leaderId = leaders.get(topic)?.[partition]?.leaderId ?? null;
    if (leaderId === null) search.found = unknown(search, "The partition has no leader.");
    else if (search.reads >= MOST_READS)
      search.found = unknown(search, `No record was reached within ${MOST_READS} reads.`);
    else if (!taken.has(`${partition} ${topic}`)) {
      taken.add(`${partition} ${topic}`);
      const ofLeader = round.get(leaderId);
      if (ofLeader === undefined) round.set(leaderId, [search]);
      else ofLeader.push(search);
    }
  }
  return round;
}

/** Reads a portion; where that fails as a whole, each half alone: one batch that cannot be decoded spoils an answer. */
async function readPortion(
  link: BrokerLink | undefined,
  portion: readonly Search[],
  signal: AbortSignal,
): Promise<void> {
  if (link === undefined) {
    for (const each of portion) each.found = unknown(each, "The partition's leader is not known.");
    return;
  }
  try {
    await fetchPortion(link, portion, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { kind, message } = toKafkaError(error, link.address);
    const [first, ...others] = portion;
    if (first === undefined) return;
    if (others.length === 0 || kind === "unreachable" || kind === "timeout") {
      for (const each of portion) each.found = unknown(each, message);
      return;
    }
    const middle = portion.length >> 1;
    await readPortion(link, portion.slice(0, middle), signal);
    await readPortion(link, portion.slice(middle), signal);
  }
}

async function fetchPortion(
  link: BrokerLink,
  portion: readonly Search[],
  signal: AbortSignal,
): Promise<void> {
  const byId = Map.groupBy(portion, (each) => each.asked.topicId);
  const topics = [...byId].map(([topicId, searches]) => ({
    topicId,
    partitions: searches.map(({ asked, at, crowded }) => ({
      partition: asked.partition,
      currentLeaderEpoch: -1,
      fetchOffset: at,
      lastFetchedEpoch: -1,
      partitionMaxBytes: crowded ? LATER_READ_BYTES : FIRST_READ_BYTES,
    })),
  }));
  const answer = await speakNewest(link, VERSIONS, {
    args: [0, 0, ANSWER_BYTES, 0, 0, -1, topics, [], ""],
    signal,
  });
  for (const search of portion) {
    search.reads += 1;
    const told = answer.responses
      .find((each) => each.topicId === search.asked.topicId)
      ?.partitions.find((each) => each.partitionIndex === search.asked.partition);
    if (told !== undefined) take(search, told);
  }
}

/** Takes what one fetch told: the record, that there is none, or where to read on. */
function take(
  search: Search,
  told: { errorCode: number; highWatermark: bigint; records?: RecordsBatch[] | null },
): void {
  if (told.errorCode !== 0) {
    search.found = unknown(
      search,
      told.errorCode === OFFSET_OUT_OF_RANGE
        ? "The partition does not hold this offset."
        : `Its record cannot be read (${nameOf(told.errorCode)}).`,
    );
    return;
  }
  const batches = told.records ?? [];
  for (const batch of batches) {
    const record = (batch.attributes & CONTROL) === 0 ? firstFrom(batch, search.at) : undefined;
    if (record !== undefined) {
      const { topic, partition, offset } = search.asked;
      const sparse = record.offset !== offset || (batch.attributes & TRANSACTIONAL) !== 0;
      search.found = {
        ...{ state: "known", topic, partition, offset, recordOffset: record.offset, at: record.at, sparse },
      };
      return;
    }
    const next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (next > search.at) search.at = next;
  }
  search.crowded = batches.length === 0;
  if (search.at >= told.highWatermark) search.found = unknown(search, "No record lies at or after it.");
}

function firstFrom(batch: RecordsBatch, from: bigint): { offset: bigint; at: number } | undefined {
  for (const { offsetDelta, timestampDelta } of batch.records) {
    const offset = batch.firstOffset + BigInt(offsetDelta);
    if (offset < from) continue;
    const appended = (batch.attributes & LOG_APPEND_TIME) !== 0;
    return { offset, at: Number(appended ? batch.maxTimestamp : batch.firstTimestamp + timestampDelta) };
  }
  return undefined;
}

function unknown({ asked }: Search, reason: string): RecordTime {
  const { topic, partition, offset } = asked;
  return { state: "unknown", topic, partition, offset, reason };
}
