import { createAPI, Writer, type API, type describeGroupsV5 } from "@platformatic/kafka";

/** A task of a streams group: a part of the topology on one partition of its source topics. */
interface StreamsTasks {
  subtopologyId: string;
  partitions: number[];
}

/** A streams group as StreamsGroupDescribe (key 89) answers it, the parts that the console shows. */
export interface StreamsGroupAnswer {
  groups: {
    errorCode: number;
    groupId: string;
    /** The topics that each part of the topology reads, internal ones included; empty before it is known. */
    subtopologies: { id: string; topics: string[] }[];
    members: {
      memberId: string;
      instanceId: string | null;
      clientId: string;
      host: string;
      activeTasks: StreamsTasks[];
    }[];
  }[];
}

type Reader = Parameters<typeof describeGroupsV5.parseResponse>[3];

/**
 * streamsGroupDescribeV0 is StreamsGroupDescribe version 0 (KIP-1071, Kafka 4.1), which the client does not offer.
 * Request: [group_id] include_authorized_operations. Answer: throttle_time_ms [error_code error_message group_id
 * group_state group_epoch assignment_epoch ?topology [member] authorized_operations] with
 * topology = epoch [subtopology_id [source_topic] [repartition_sink_topic] [changelog topic] [repartition topic]],
 * topic = name partitions replication_factor [key value], and member = member_id member_epoch instance_id rack_id
 * client_id client_host topology_epoch process_id ?(host port) [tag] [task_offset] [task_end_offset] assignment
 * target_assignment is_classic; all flexible, `?` a nullable struct.
 */
export const streamsGroupDescribeV0: API<[groupIds: string[]], StreamsGroupAnswer> = createAPI(
  89,
  0,
  (groupIds: string[]) =>
    Writer.create()
      .appendArray(groupIds, (writer, id) => writer.appendString(id), true, false)
      .appendBoolean(false)
      .appendTaggedFields(),
  (...[, , , reader]: Parameters<typeof describeGroupsV5.parseResponse>): StreamsGroupAnswer => {
    reader.readInt32();
    const groups = reader.readArray((r) => {
      const errorCode = r.readInt16();
      r.readNullableString();
      const groupId = r.readString();
      r.readString();
      r.readInt32();
      r.readInt32();
      const subtopologies = r.readNullableStruct(() => topologyOf(r)) ?? [];
      const members = r.readArray(memberOf);
      r.readInt32();
      return { errorCode, groupId, subtopologies, members };
    });
    reader.readTaggedFields();
    return { groups };
  },
);

function topologyOf(reader: Reader): StreamsGroupAnswer["groups"][number]["subtopologies"] {
  reader.readInt32();
  const subtopologies = reader.readArray((r) => {
    const id = r.readString();
    const sources = stringsOf(r);
    stringsOf(r);
    topicsOf(r);
    return { id, topics: [...sources, ...topicsOf(r)] };
  });
  reader.readTaggedFields();
  return subtopologies;
}

function memberOf(reader: Reader): StreamsGroupAnswer["groups"][number]["members"][number] {
  const memberId = reader.readString();
  reader.readInt32();
  const instanceId = reader.readNullableString();
  reader.readNullableString();
  const clientId = reader.readString();
  const host = reader.readString();
  reader.readInt32();
  reader.readString();
  reader.readNullableStruct(() => {
    reader.readString();
    reader.readUnsignedInt16();
    reader.readTaggedFields();
  });
  pairsOf(reader);
  taskOffsetsOf(reader);
  taskOffsetsOf(reader);
  const activeTasks = assignmentOf(reader);
  assignmentOf(reader);
  reader.readBoolean();
  return { memberId, instanceId, clientId, host, activeTasks };
}

const stringsOf = (reader: Reader): string[] => reader.readArray((r) => r.readString(), true, false);

const topicsOf = (reader: Reader): string[] =>
  reader.readArray((r) => {
    const name = r.readString();
    r.readInt32();
    r.readInt16();
    pairsOf(r);
    return name;
  });

const pairsOf = (reader: Reader): unknown => reader.readArray((r) => [r.readString(), r.readString()]);

const taskOffsetsOf = (reader: Reader): unknown =>
  reader.readArray((r) => [r.readString(), r.readInt32(), r.readInt64()]);

/** The active tasks; standby and warm-up tasks read nothing of a source topic. */
function assignmentOf(reader: Reader): StreamsTasks[] {
  const active = tasksOf(reader);
  tasksOf(reader);
  tasksOf(reader);
  reader.readTaggedFields();
  return active;
}

const tasksOf = (reader: Reader): StreamsTasks[] =>
  reader.readArray((r) => ({
    subtopologyId: r.readString(),
    partitions: r.readArray((p) => p.readInt32(), true, false),
  }));
