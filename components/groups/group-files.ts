import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { GroupEvent, GroupMember, GroupPartition, GroupRow } from "#lib/domain/groups/group.ts";

import { assignmentWords } from "./member-lag.ts";
import { lagRecords } from "./partition-order.ts";

/** A list of groups as a file. */
export const GROUP_FILE: readonly FileColumn<GroupRow>[] = [
  { name: "group", value: (row) => row.id },
  { name: "kind", value: (row) => row.kind },
  { name: "state", value: (row) => row.state },
  { name: "verdict", value: (row) => row.verdict },
  { name: "reason", value: (row) => row.reason },
  { name: "lag_records", value: (row) => row.lag },
  { name: "time_lag_ms", value: (row) => row.timeLagMs },
  { name: "drains_in_ms", value: (row) => row.drainsInMs },
  { name: "reads_records_per_second", value: (row) => row.consumeRate },
  { name: "retention_used_share", value: (row) => row.retentionUsed },
  { name: "first_unread_expires_at", value: (row) => instantText(row.expiresAt) },
  { name: "last_moved_at", value: (row) => instantText(row.lastMovedAt) },
  { name: "offsets_expire_at", value: (row) => instantText(row.offsetsExpireAt) },
  { name: "rebalances_last_hour", value: (row) => row.rebalances },
  { name: "members", value: (row) => row.memberCount },
  { name: "topics", value: (row) => row.topics },
  { name: "reads_for_group", value: (row) => row.parentId },
  { name: "observed_at", value: (row) => instantText(row.observedAt) },
];

/** The partitions of a group as a file. */
export const PARTITION_FILE: readonly FileColumn<GroupPartition>[] = [
  { name: "topic", value: (row) => row.topic },
  { name: "partition", value: (row) => row.partition },
  { name: "verdict", value: (row) => row.verdict },
  { name: "reason", value: (row) => row.reason },
  { name: "committed_offset", value: (row) => row.committed },
  { name: "start_offset", value: (row) => row.start },
  { name: "end_offset", value: (row) => row.end },
  { name: "lag_state", value: (row) => row.lag.state },
  { name: "lag_records", value: (row) => lagRecords(row.lag) },
  { name: "lost_records", value: ({ lag }) => (lag.state === "lost" ? lag.lost : null) },
  { name: "time_lag_ms", value: (row) => row.timeLagMs },
  { name: "retention_used_share", value: (row) => row.retentionUsed },
  { name: "first_unread_expires_at", value: (row) => instantText(row.expiresAt) },
  { name: "moved_at", value: (row) => instantText(row.movedAt) },
  { name: "member_id", value: (row) => row.memberId },
];

/** The members of a group as a file. */
export const MEMBER_FILE: readonly FileColumn<GroupMember>[] = [
  { name: "member_id", value: (row) => row.memberId },
  { name: "client_id", value: (row) => row.clientId },
  { name: "host", value: (row) => row.host },
  { name: "instance_id", value: (row) => row.instanceId },
  { name: "partitions", value: (row) => assignmentWords(row) },
  { name: "pattern", value: (row) => row.pattern },
  { name: "waits_for", value: (row) => row.waitsFor },
];

/** What happened to a group, as a file. */
export const EVENT_FILE: readonly FileColumn<GroupEvent>[] = [
  { name: "at", value: (row) => instantText(row.at) },
  { name: "kind", value: (row) => row.kind },
  { name: "sentence", value: (row) => row.sentence },
];
