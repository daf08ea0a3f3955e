import { Partitioners, type Consumer, type Producer } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import type { ClusterSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { GroupPartition } from "#lib/domain/groups/group.ts";
import { createTopics, runKafkaTool, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { commitOffsets, withAdminClient, type Commits } from "./commit-offsets.ts";
import { joinConsumerGroup, type HeldMember } from "./group-heartbeats.ts";
import { ALL, closeAfterEach, connect, sweep } from "./open-test-cluster.ts";

const prefix = topicPrefix();
/** Three partitions of 30 records. */
const PLAIN = `${prefix}.plain`;
/** 60 records, of which those below 40 were deleted. */
const CUT = `${prefix}.cut`;
/** 5 records in a committed transaction: the marker makes the end 6. */
const TRANSACTIONAL = `${prefix}.tx`;

const NAMED = {
  uncommitted: `${prefix}-uncommitted`,
  lost: `${prefix}-lost`,
  beyond: `${prefix}-beyond`,
  marker: `${prefix}-marker`,
} as const;
const GROUPS = 500;
const LIVE_CLASSIC = 2;
const CONSUMER_GROUPS = 36;
const MEMBERLESS = GROUPS - LIVE_CLASSIC - CONSUMER_GROUPS - Object.keys(NAMED).length;
closeAfterEach();

const producers: Producer[] = [];
const consumers: Consumer[] = [];
const members: HeldMember[] = [];
const ids: string[] = Object.values(NAMED);

/** Idempotent, so that a send to a partition that is not there yet is never doubled by its retry. */
const produce = async (topic: string, partition: number, count: number): Promise<void> => {
  const producer = testKafka().producer({
    ...{ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 },
  });
  producers.push(producer);
  await producer.connect();
  await producer.send({ topic, messages: Array.from({ length: count }, () => ({ partition, value: "x" })) });
};

const produceTransaction = async (topic: string, count: number): Promise<void> => {
  const producer = testKafka().producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    ...{ transactionalId: `${prefix}-tx`, idempotent: true, maxInFlightRequests: 1 },
    retry: { initialRetryTime: 20, retries: 40 },
  });
  producers.push(producer);
  await producer.connect();
  const transaction = await producer.transaction();
  const messages = Array.from({ length: count }, () => ({ partition: 0, value: "x" }));
  await transaction.send({ topic, messages });
  await transaction.commit();
};

/** Where the nth group stands on PLAIN: everywhere between the start and the end, with gaps. */
const standing = (n: number): (number | null)[] => [n % 31, n % 4 === 0 ? null : (n * 7) % 31, 30];

const makeMemberless = async (): Promise<void> => {
  const groups = new Map<string, Commits>([
    [NAMED.lost, { [CUT]: [10] }],
    [NAMED.beyond, { [CUT]: [1_000] }],
    [NAMED.marker, { [TRANSACTIONAL]: [5] }],
  ]);
  for (let n = 0; n < MEMBERLESS; n += 1) {
    const id = `${prefix}-${n}`;
    ids.push(id);
    groups.set(id, { [PLAIN]: standing(n), ...(n % 3 === 0 ? { [CUT]: [40 + (n % 21)] } : {}) });
  }
  await commitOffsets(groups);
};

const makeLiveClassic = async (n: number): Promise<void> => {
  const groupId = `${prefix}-live-${n}`;
  ids.push(groupId);
  const consumer = testKafka().consumer({ groupId });
  consumers.push(consumer);
  await consumer.connect();
  await consumer.subscribe({ topic: PLAIN, fromBeginning: true });
  await consumer.run({ autoCommitThreshold: 1, eachMessage: () => Promise.resolve() });
  await until(
    () =>
      withAdmin(async (admin) => {
        const [read] = await admin.fetchOffsets({ groupId, topics: [PLAIN] });
        return read?.partitions.every((each) => each.offset === "30") ?? false;
      }),
    { limitMs: 30_000, everyMs: 250, what: `${groupId} reads everything` },
  );
};

/** Every other one keeps its member. */
const makeConsumerGroups = async (): Promise<void> => {
  for (let n = 0; n < CONSUMER_GROUPS; n += 1) {
    const id = `${prefix}-848-${n}`;
    ids.push(id);
    const member = await joinConsumerGroup(id, PLAIN);
    await member.commit({ [PLAIN]: standing(n).map((offset) => offset ?? 15) });
    if (n % 2 === 0) await member.leave();
    else members.push(member);
  }
  const member = await joinConsumerGroup(NAMED.uncommitted, PLAIN);
  await member.commit({ [PLAIN]: [12, null, null] });
  members.push(member);
};

beforeAll(async () => {
  await createTopics([
    { topic: PLAIN, numPartitions: 3 },
    { topic: CUT, numPartitions: 1 },
    { topic: TRANSACTIONAL, numPartitions: 1 },
  ]);
  await Promise.all([
    ...[0, 1, 2].map((partition) => produce(PLAIN, partition, 30)),
    produce(CUT, 0, 60),
    produceTransaction(TRANSACTIONAL, 5),
  ]);
  await withAdminClient((admin) =>
    admin.deleteRecords({ topics: [{ name: CUT, partitions: [{ partition: 0, offset: 40n }] }] }),
  );
  await makeMemberless();
  for (let n = 0; n < LIVE_CLASSIC; n += 1) await makeLiveClassic(n);
  await makeConsumerGroups();
}, 120_000);

afterAll(async () => {
  await Promise.all([
    ...producers.map((each) => each.disconnect()),
    ...consumers.map((each) => each.disconnect()),
    ...members.map((each) => each.leave()),
  ]);
  await withAdminClient((admin) => admin.deleteGroups({ groups: ids }));
}, 60_000);

/** A row of Kafka's own tool; null is its `-`. */
interface JavaRow {
  committed: bigint | null;
  end: bigint | null;
  lag: number | null;
}
type Rows<Row> = Map<string, Row>;
const keyOf = (group: string, topic: string, partition: number | string): string =>
  `${group} ${topic} ${partition}`;

const rowsOfJava = async (): Promise<Rows<JavaRow>> => {
  const rows: Rows<JavaRow> = new Map();
  const args = ["--bootstrap-server", testStack().kafkaBrokers, "--describe", "--all-groups"];
  const text = await runKafkaTool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", args);
  for (const line of text.split("\n")) {
    const [group = "", topic = "", partition = "", committed = "", end = "", lag = ""] = line.split(/\s+/);
    if (!group.startsWith(prefix) || !/^\d+$/.test(partition)) continue;
    const offsetOf = (word: string): bigint | null => (word === "-" ? null : BigInt(word));
    rows.set(keyOf(group, topic, partition), {
      committed: offsetOf(committed),
      end: offsetOf(end),
      lag: lag === "-" ? null : Number(lag),
    });
  }
  return rows;
};

/** What the console stores after some sweeps: marker tails and truncation are told when seen twice. */
const observe = async (): Promise<ClusterSnapshot> => {
  const cluster = connect();
  const book = new ClusterBook({ allowedLag: () => 0 });
  let snapshot = book.record(await sweep(cluster, ALL));
  for (let n = 0; n < 3; n += 1) {
    book.learnTails(await cluster.readTails(book.turnTails(), AbortSignal.timeout(10_000)));
    snapshot = book.record(await sweep(cluster, ALL));
  }
  return snapshot;
};

const rowsOf = (snapshot: ClusterSnapshot): Rows<Omit<GroupPartition, "topic">> =>
  new Map(
    snapshot.groups
      .filter((group) => group.id.startsWith(prefix))
      .flatMap((group) =>
        group.topics.flatMap(({ topic, partitions }) =>
          partitions.map((each) => [keyOf(group.id, topic, each.partition), each] as const),
        ),
      ),
  );

describe(`${GROUPS} classic and consumer groups`, () => {
  let snapshot: ClusterSnapshot;
  let ours: ReturnType<typeof rowsOf>;
  let java: Rows<JavaRow>;
  beforeAll(async () => {
    snapshot = await observe();
    ours = rowsOf(snapshot);
    // The tool gives up where a group of another test ends while it looks.
    java = await until(rowsOfJava, { limitMs: 90_000, what: "Kafka's own tool" });
  }, 120_000);
  const corrected = [
    keyOf(NAMED.lost, CUT, 0),
    keyOf(NAMED.beyond, CUT, 0),
    keyOf(NAMED.marker, TRANSACTIONAL, 0),
  ];

  test("are all there, by kind", () => {
    const kinds = Map.groupBy(
      snapshot.groups.filter((group) => group.id.startsWith(prefix)),
      (group) => group.kind,
    );
    expect(kinds.get("classic")).toHaveLength(MEMBERLESS + LIVE_CLASSIC + 3);
    expect(kinds.get("consumer")).toHaveLength(CONSUMER_GROUPS + 1);
    expect(snapshot.groups.filter((group) => group.id.startsWith(prefix))).toHaveLength(GROUPS);
  });
  test("have the commits and ends that Kafka's own tool prints", () => {
    const printed = [...java].filter(([, row]) => row.committed !== null).sort();
    const seen = [...ours].filter(([, row]) => row.committed !== null).sort();
    expect(seen.map(([key, { committed, end }]) => [key, committed, end])).toEqual(
      printed.map(([key, { committed, end }]) => [key, committed, end]),
    );
    expect(printed.length).toBeGreaterThan(2 * GROUPS);
  });
  test("have the lag that Kafka's own tool prints, but for the rows named below", () => {
    const differing = [...java].flatMap(([key, row]) => {
      if (row.committed === null) return [];
      const lag = ours.get(key)?.lag;
      return lag?.state === "known" && lag.lag === row.lag ? [] : [key];
    });
    expect(differing.sort()).toEqual([...corrected].sort());
  });
  test("uncommitted: a partition with an owner and no commit has no lag", () => {
    for (const partition of [1, 2]) {
      const key = keyOf(NAMED.uncommitted, PLAIN, partition);
      expect(java.get(key)).toEqual({ committed: null, end: 30n, lag: null });
      expect(ours.get(key)).toMatchObject({
        committed: null,
        end: 30n,
        lag: { state: "uncommitted" },
        memberId: members.at(-1)?.memberId,
      });
    }
    const open = [...ours].filter(([, row]) => row.lag.state === "uncommitted").map(([key]) => key);
    expect(open.filter((key) => (java.get(key)?.committed ?? null) !== null)).toEqual([]);
  });
  test("lost: a commit below the start keeps its lag and says how many are gone", () => {
    const key = keyOf(NAMED.lost, CUT, 0);
    expect(java.get(key)).toEqual({ committed: 10n, end: 60n, lag: 50 });
    expect(ours.get(key)).toMatchObject({ start: 40n, lag: { state: "lost", lag: 50, lost: 30 } });
  });
  test("beyond the end: not a negative number", () => {
    const key = keyOf(NAMED.beyond, CUT, 0);
    expect(java.get(key)).toEqual({ committed: 1_000n, end: 60n, lag: -940 });
    expect(ours.get(key)?.lag).toEqual({ state: "beyond-end", by: 940 });
  });
  test("marker tail: nothing is left to read", () => {
    const key = keyOf(NAMED.marker, TRANSACTIONAL, 0);
    expect(java.get(key)).toEqual({ committed: 5n, end: 6n, lag: 1 });
    expect(ours.get(key)?.lag).toEqual({ state: "marker-tail", markers: 1 });
  });
});
