import { randomUUID } from "node:crypto";
import {
  Connection,
  consumerGroupHeartbeatV0,
  createAPI,
  findCoordinatorV6,
  offsetCommitV9,
  Writer,
  type API,
  type consumerGroupHeartbeatV0 as Heartbeat,
} from "@platformatic/kafka";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import type { Commits } from "./commit-offsets.ts";

/** A member that is kept by heartbeats alone: it stays for the session's 45 s unless it leaves. */
export interface HeldMember {
  memberId: string;
  /** Commits in the member's name; null leaves a partition without a commit. */
  commit(commits: Commits): Promise<void>;
  leave(): Promise<void>;
}

type Beat = (
  connection: Connection,
  member: { groupId: string; memberId: string; epoch: number },
) => Promise<{ memberEpoch: number }>;

async function join(groupId: string, beat: Beat): Promise<HeldMember> {
  const connection = await coordinatorOf(groupId);
  const memberId = randomUUID();
  let { memberEpoch: epoch } = await beat(connection, { groupId, memberId, epoch: 0 });
  return {
    memberId,
    async commit(commits) {
      // The coordinator may have moved the member on; a heartbeat tells to which epoch.
      epoch = (await beat(connection, { groupId, memberId, epoch })).memberEpoch;
      const topics = Object.entries(commits).map(([name, offsets]) => ({
        name,
        partitions: offsets.flatMap((offset, partitionIndex) =>
          offset === null
            ? []
            : [{ partitionIndex, committedOffset: BigInt(offset), committedLeaderEpoch: -1 }],
        ),
      }));
      await offsetCommitV9.api.async(connection, groupId, epoch, memberId, null, topics);
    },
    async leave() {
      await beat(connection, { groupId, memberId, epoch: -1 });
      await connection.close();
    },
  };
}

async function coordinatorOf(groupId: string): Promise<Connection> {
  const [host = "", port = ""] = (testStack().kafkaBrokers.split(",")[0] ?? "").split(":");
  const connection = new Connection("test-member");
  await connection.connect(host, Number(port));
  // The test broker is the only one; the question makes it load its offsets topic.
  await until(
    async () =>
      (await findCoordinatorV6.api.async(connection, 0, [groupId])).coordinators[0]?.errorCode === 0,
    { limitMs: 20_000, what: `the coordinator of ${groupId}` },
  );
  return connection;
}

/** joinConsumerGroup joins a KIP-848 group with a subscription to one topic. */
export function joinConsumerGroup(groupId: string, topic: string): Promise<HeldMember> {
  return join(groupId, (connection, { memberId, epoch }) => {
    const args: Parameters<typeof Heartbeat.createRequest> =
      epoch === 0
        ? [groupId, memberId, epoch, null, null, 60_000, [topic], null, null, []]
        : [groupId, memberId, epoch, null, null, -1, null, null, null, null];
    return consumerGroupHeartbeatV0.api.async(connection, ...args);
  });
}

/** joinStreamsGroup joins a streams group (KIP-1071) whose topology reads one topic. */
export function joinStreamsGroup(groupId: string, topic: string): Promise<HeldMember> {
  return join(groupId, (connection, { memberId, epoch }) =>
    streamsHeartbeatV0.async(connection, groupId, memberId, epoch, topic),
  );
}

/**
 * StreamsGroupHeartbeat version 0. Request: group_id member_id member_epoch endpoint_information_epoch instance_id
 * rack_id rebalance_timeout_ms ?topology [active] [standby] [warmup] process_id ?user_endpoint [client_tag]
 * [task_offset] [task_end_offset] shutdown_application. Answer: throttle_time_ms error_code error_message member_id
 * member_epoch and what an application would act on.
 */
const streamsHeartbeatV0: API<
  [groupId: string, memberId: string, epoch: number, topic: string],
  { memberEpoch: number }
> = createAPI(
  88,
  0,
  (groupId: string, memberId: string, epoch: number, topic: string) => {
    const joining = epoch === 0;
    const none = joining ? [] : null;
    const nothing = (): void => undefined;
    const writer = Writer.create()
      .appendString(groupId)
      .appendString(memberId)
      .appendInt32(epoch)
      .appendInt32(-1)
      .appendString(null)
      .appendString(null)
      .appendInt32(joining ? 60_000 : -1);
    if (joining) appendTopology(writer, topic);
    else writer.appendInt8(-1);
    return writer
      .appendArray(none, nothing)
      .appendArray(none, nothing)
      .appendArray(none, nothing)
      .appendString(joining ? memberId : null)
      .appendInt8(-1)
      .appendArray(none, nothing)
      .appendArray(null, nothing)
      .appendArray(null, nothing)
      .appendBoolean(false)
      .appendTaggedFields();
  },
  (...[, , , reader]: Parameters<typeof Heartbeat.parseResponse>) => {
    reader.readInt32();
    const errorCode = reader.readInt16();
    const message = reader.readNullableString();
    if (errorCode !== 0) throw new Error(`StreamsGroupHeartbeat: ${errorCode} ${message ?? ""}`);
    reader.readString();
    return { memberEpoch: reader.readInt32() };
  },
);

/** One subtopology that reads one topic: no internal topics, no copartitioning. */
function appendTopology(writer: Writer, topic: string): void {
  const empty: string[] = [];
  writer
    .appendInt8(1)
    .appendInt32(0)
    .appendArray([topic], (w, source) => {
      w.appendString("0")
        .appendArray([source], (s, name) => s.appendString(name), true, false)
        .appendArray(empty, () => undefined)
        .appendArray(empty, () => undefined)
        .appendArray(empty, () => undefined)
        .appendArray(empty, () => undefined)
        .appendArray(empty, () => undefined);
    })
    .appendTaggedFields();
}
