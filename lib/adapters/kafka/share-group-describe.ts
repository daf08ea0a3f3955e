import { createAPI, Writer, type API, type describeGroupsV5 } from "@platformatic/kafka";

/** A share group as ShareGroupDescribe (key 77) answers it, the parts that the console shows. */
export interface ShareGroupAnswer {
  groups: {
    errorCode: number;
    groupId: string;
    groupState: string;
    members: {
      memberId: string;
      clientId: string;
      host: string;
      instanceId: null;
      assignments: { topic: string; partitions: number[] }[];
      subscription: { topics: string[]; pattern: null };
    }[];
  }[];
}

/**
 * shareGroupDescribeV1 is ShareGroupDescribe version 1 (Kafka 4.1), which the client does not offer.
 * Request: [group_id] include_authorized_operations. Answer: throttle_time_ms [error_code error_message group_id
 * group_state group_epoch assignment_epoch assignor_name [member_id rack_id member_epoch client_id client_host
 * [subscribed_topic] [topic_id topic_name [partition]]] authorized_operations]; all flexible.
 */
export const shareGroupDescribeV1: API<[groupIds: string[]], ShareGroupAnswer> = createAPI(
  77,
  1,
  (groupIds: string[]) =>
    Writer.create()
      .appendArray(groupIds, (writer, id) => writer.appendString(id), true, false)
      .appendBoolean(false)
      .appendTaggedFields(),
  (...[, , , reader]: Parameters<typeof describeGroupsV5.parseResponse>): ShareGroupAnswer => {
    reader.readInt32();
    const groups = reader.readArray((r) => {
      const errorCode = r.readInt16();
      r.readNullableString();
      const groupId = r.readString();
      const groupState = r.readString();
      r.readInt32();
      r.readInt32();
      r.readString();
      const members = r.readArray((m) => {
        const memberId = m.readString();
        m.readNullableString();
        m.readInt32();
        const clientId = m.readString();
        const host = m.readString();
        const topics = m.readArray((s) => s.readString(), true, false);
        const assignments = m.readArray((a) => {
          a.readUUID();
          return { topic: a.readString(), partitions: a.readArray((p) => p.readInt32(), true, false) };
        });
        m.readTaggedFields();
        const subscription = { topics, pattern: null };
        return { memberId, clientId, host, instanceId: null, assignments, subscription };
      });
      r.readInt32();
      return { errorCode, groupId, groupState, members };
    });
    reader.readTaggedFields();
    return { groups };
  },
);
