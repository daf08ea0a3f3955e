import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import { OUTCOMES, type JobRecord, type JobRow } from "#lib/domain/jobs/job.ts";

import { targetPhrase } from "./job-words.ts";

/** Jobs as a file. */
export const JOB_FILE: readonly FileColumn<JobRow>[] = [
  { name: "number", value: (row) => row.number },
  { name: "id", value: (row) => row.id },
  { name: "kind", value: (row) => row.kind },
  { name: "name", value: (row) => row.name },
  { name: "state", value: (row) => row.state },
  { name: "state_reason", value: (row) => row.stateReason },
  { name: "target", value: (row) => targetPhrase(row.target) },
  ...OUTCOMES.map((outcome): FileColumn<JobRow> => ({
    name: `${outcome}_records`,
    value: (row) => row.counts[outcome],
  })),
  { name: "requested_by", value: (row) => row.requestedBy },
  { name: "requested_at", value: (row) => instantText(row.requestedAt) },
  { name: "started_at", value: (row) => instantText(row.startedAt) },
  { name: "ended_at", value: (row) => instantText(row.endedAt) },
];

/** Records of a job with their outcomes as a file. */
export const RECORD_FILE: readonly FileColumn<JobRecord>[] = [
  { name: "position", value: (row) => row.seq },
  { name: "topic", value: (row) => row.topic },
  { name: "partition", value: (row) => row.partition },
  { name: "offset", value: (row) => row.offset },
  { name: "dead_letter", value: (row) => row.deadLetterId },
  { name: "outcome", value: (row) => row.outcome },
  { name: "reason", value: (row) => row.reason },
  { name: "event_id", value: (row) => row.eventId },
  { name: "hop", value: (row) => row.hop },
  { name: "processed", value: (row) => row.processed },
  { name: "target_topic", value: (row) => row.target?.topic ?? null },
  { name: "target_partition", value: (row) => row.target?.partition ?? null },
  { name: "target_offset", value: (row) => row.target?.offset ?? null },
  { name: "sent_at", value: (row) => instantText(row.sentAt) },
  { name: "settled_at", value: (row) => instantText(row.settledAt) },
  { name: "returned_as", value: (row) => row.returnedId },
];
