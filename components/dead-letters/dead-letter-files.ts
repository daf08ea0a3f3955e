import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import {
  DEAD_LETTER_STATES,
  type DeadLetterCause,
  type DeadLetterTopic,
} from "#lib/domain/dead-letters/dead-letter.ts";
import type { DeadLetterCopy, ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";

import { newInHour } from "./cause-words.ts";

/** Causes as a file. `keys` is exact below 1,000. */
export const CAUSE_FILE: readonly FileColumn<DeadLetterCause>[] = [
  { name: "cause", value: (row) => row.id },
  { name: "class", value: (row) => row.causeClass },
  { name: "frame", value: (row) => row.frame },
  { name: "message", value: (row) => row.message },
  { name: "group", value: (row) => row.group },
  { name: "source_topic", value: (row) => row.sourceTopic },
  { name: "event_type", value: (row) => row.eventType },
  { name: "dialect", value: (row) => row.dialect },
  { name: "topics", value: (row) => row.topics },
  { name: "looks_like", value: (row) => row.verdict.kind },
  { name: "evidence", value: (row) => row.verdict.sentence },
  ...DEAD_LETTER_STATES.map((state): FileColumn<DeadLetterCause> => ({
    name: state.replaceAll("-", "_"),
    value: (row) => row.counts[state],
  })),
  { name: "new_in_last_hour", value: newInHour },
  { name: "keys", value: (row) => row.keys },
  { name: "first_seen_at", value: (row) => instantText(row.firstSeenAt) },
  { name: "last_seen_at", value: (row) => instantText(row.lastSeenAt) },
  { name: "owner", value: (row) => row.owner },
  { name: "ticket", value: (row) => row.ticket },
  { name: "note", value: (row) => row.note },
];

/** Dead letters as a file. */
export const DEAD_LETTER_FILE: readonly FileColumn<ListedDeadLetter>[] = [
  { name: "id", value: (row) => row.id },
  { name: "topic", value: (row) => row.topic },
  { name: "partition", value: (row) => row.partition },
  { name: "offset", value: (row) => row.offset },
  { name: "at", value: (row) => instantText(row.at) },
  { name: "expires_at", value: (row) => instantText(row.expiresAt) },
  { name: "state", value: (row) => row.state },
  { name: "state_at", value: (row) => instantText(row.stateAt) },
  { name: "state_reason", value: (row) => row.stateReason },
  { name: "group", value: (row) => row.group },
  { name: "class", value: (row) => row.causeClass },
  { name: "exception", value: (row) => row.exception },
  { name: "message", value: (row) => row.message },
  { name: "attempts", value: (row) => row.attempts },
  { name: "hops", value: (row) => row.hops },
  { name: "key", value: (row) => row.key },
  { name: "value_bytes", value: (row) => row.valueBytes },
  { name: "event_id", value: (row) => row.eventId },
  { name: "event_type", value: (row) => row.eventType },
  { name: "origin_topic", value: (row) => row.origin.topic },
  { name: "origin_partition", value: (row) => row.origin.partition },
  { name: "origin_offset", value: (row) => row.origin.offset },
  { name: "from_topic", value: (row) => row.from.topic },
  { name: "from_partition", value: (row) => row.from.partition },
  { name: "from_offset", value: (row) => row.from.offset },
  { name: "dialect", value: (row) => row.dialect },
  { name: "pointer", value: (row) => row.pointer },
  { name: "twin_of", value: (row) => row.twinOf },
  { name: "job", value: (row) => row.copy?.job ?? null },
  { name: "job_outcome", value: (row) => row.copy?.outcome ?? null },
  { name: "job_sent_at", value: (row) => instantText(row.copy?.sentAt ?? null) },
  { name: "job_settled_at", value: (row) => instantText(row.copy?.settledAt ?? null) },
  { name: "came_back_from_job", value: (row) => row.cameFrom?.job ?? null },
  { name: "came_back_hop", value: (row) => row.cameFrom?.hop ?? null },
];

/** The jobs of one dead letter as a file. */
export const COPY_FILE: readonly FileColumn<DeadLetterCopy>[] = [
  { name: "job", value: (row) => row.job },
  { name: "name", value: (row) => row.name },
  { name: "state", value: (row) => row.state },
  { name: "outcome", value: (row) => row.outcome },
  { name: "reason", value: (row) => row.reason },
  { name: "hop", value: (row) => row.hop },
  { name: "target_topic", value: (row) => row.target?.topic ?? null },
  { name: "target_partition", value: (row) => row.target?.partition ?? null },
  { name: "target_offset", value: (row) => row.target?.offset ?? null },
  { name: "sent_at", value: (row) => instantText(row.sentAt) },
  { name: "settled_at", value: (row) => instantText(row.settledAt) },
  { name: "returned_as", value: (row) => row.returnedId },
];

/** Dead-letter topics as a file. */
export const CHAIN_FILE: readonly FileColumn<DeadLetterTopic>[] = [
  { name: "topic", value: (row) => row.topic },
  { name: "sources", value: (row) => row.sources },
  { name: "retry_topics", value: (row) => row.retryTopics },
  { name: "groups", value: (row) => row.groups },
  { name: "open", value: (row) => row.open },
  { name: "behind_records", value: (row) => row.behind },
  { name: "found_by", value: (row) => row.foundBy },
  { name: "left_out", value: (row) => row.leftOut },
  { name: "flood_since", value: (row) => instantText(row.flood?.sinceAt ?? null) },
  { name: "flood_one_row_in", value: (row) => row.flood?.oneIn ?? null },
  { name: "flood_counted", value: (row) => row.flood?.counted ?? null },
  { name: "failure", value: (row) => row.failure },
];
