import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { SagaEntry, SagaRow, SagaStep } from "#lib/domain/sagas/saga.ts";

/** Sagas as a file. */
export const SAGA_FILE: readonly FileColumn<SagaRow>[] = [
  { name: "id", value: (row) => row.id },
  { name: "source", value: (row) => row.source },
  { name: "type", value: (row) => row.type },
  { name: "saga_id", value: (row) => row.sagaId },
  { name: "kind", value: (row) => row.kind },
  { name: "state", value: (row) => row.state },
  { name: "stuck_because", value: (row) => row.stuck?.kind ?? null },
  { name: "stuck_sentence", value: (row) => row.stuck?.sentence ?? null },
  { name: "step", value: (row) => row.step },
  { name: "correlation_id", value: (row) => row.correlationId },
  { name: "started_at", value: (row) => instantText(row.startedAt) },
  { name: "updated_at", value: (row) => instantText(row.updatedAt) },
  { name: "ended_at", value: (row) => instantText(row.endedAt) },
];

/** The steps of a saga as a file. */
export const STEP_FILE: readonly FileColumn<SagaStep>[] = [
  { name: "step", value: (row) => row.name },
  { name: "service", value: (row) => row.service },
  { name: "state", value: (row) => row.state },
  { name: "attempts", value: (row) => row.attempts },
  { name: "sent_at", value: (row) => instantText(row.sentAt) },
  { name: "due_at", value: (row) => instantText(row.dueAt) },
  { name: "ended_at", value: (row) => instantText(row.endedAt) },
  { name: "command_topic", value: (row) => row.commandTopic },
  { name: "command_id", value: (row) => row.commandId },
  { name: "pivot", value: (row) => row.pivot },
  { name: "compensation_topic", value: (row) => row.compensation },
  { name: "error", value: (row) => row.error },
  { name: "input", value: (row) => jsonOrNull(row.input) },
  { name: "output", value: (row) => jsonOrNull(row.output) },
];

/** The journal of a saga as a file. */
export const ENTRY_FILE: readonly FileColumn<SagaEntry>[] = [
  { name: "seq", value: (row) => row.seq },
  { name: "at", value: (row) => instantText(row.at) },
  { name: "kind", value: (row) => row.kind },
  { name: "step", value: (row) => row.step },
  { name: "service", value: (row) => row.service },
  { name: "topic", value: (row) => row.topic },
  { name: "event_id", value: (row) => row.eventId },
  { name: "partition", value: (row) => row.record?.partition ?? null },
  { name: "offset", value: (row) => row.record?.offset ?? null },
  { name: "detail", value: (row) => row.detail },
  { name: "actor", value: (row) => row.actor },
  { name: "data", value: (row) => jsonOrNull(row.data) },
];

function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
