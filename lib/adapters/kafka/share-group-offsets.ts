import { createAPI, Writer, type API, type describeGroupsV5 } from "@platformatic/kafka";

/** Offsets of share groups as DescribeShareGroupOffsets (key 90) answers them. */
export interface ShareOffsetsAnswer {
  groups: {
    groupId: string;
    errorCode: number;
    topics: {
      topic: string;
      partitions: { partition: number; startOffset: bigint; lag: bigint; errorCode: number }[];
    }[];
  }[];
}

type ShareOffsetsApi = API<[groupIds: readonly string[]], ShareOffsetsAnswer>;
type Parsing = Parameters<typeof describeGroupsV5.parseResponse>;

/**
 * DescribeShareGroupOffsets, which the client does not offer: version 0 of Kafka 4.0, version 1 of Kafka 4.2 with the
 * lag that the broker counts (KIP-1226).
 * Request: [group_id [topic_name [partition]]], where a null list of topics asks for all of them. Answer:
 * throttle_time_ms [group_id [topic_name topic_id [partition start_offset leader_epoch lag(1+) error_code
 * error_message]] error_code error_message]; all flexible. -1 stands for unknown in start_offset and lag.
 */
const describeShareGroupOffsets = (version: 0 | 1): ShareOffsetsApi =>
  createAPI(
    90,
    version,
    (groupIds: readonly string[]) =>
      Writer.create()
        .appendArray([...groupIds], (writer, id) =>
          writer.appendString(id).appendArray(null, () => undefined),
        )
        .appendTaggedFields(),
    (...[, , , reader]: Parsing): ShareOffsetsAnswer => {
      reader.readInt32();
      const groups = reader.readArray((g) => {
        const groupId = g.readString();
        const topics = g.readArray((t) => {
          const topic = t.readString();
          t.readUUID();
          return { topic, partitions: t.readArray((p) => partitionOf(p, version)) };
        });
        const errorCode = g.readInt16();
        g.readNullableString();
        return { groupId, errorCode, topics };
      });
      reader.readTaggedFields();
      return { groups };
    },
  );

function partitionOf(
  reader: Parsing[3],
  version: 0 | 1,
): ShareOffsetsAnswer["groups"][number]["topics"][number]["partitions"][number] {
  const partition = reader.readInt32();
  const startOffset = reader.readInt64();
  reader.readInt32();
  const lag = version === 0 ? -1n : reader.readInt64();
  const errorCode = reader.readInt16();
  reader.readNullableString();
  return { partition, startOffset, lag, errorCode };
}

/** The versions of DescribeShareGroupOffsets, newest first. */
export const SHARE_OFFSETS_VERSIONS: readonly ShareOffsetsApi[] = [
  describeShareGroupOffsets(1),
  describeShareGroupOffsets(0),
];
