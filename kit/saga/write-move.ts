import { v7 as uuidv7 } from "uuid";
import { SAGA_HEADER } from "../headers.ts";
import { enqueue } from "../outbox.ts";
import type { SqlClient } from "../sql-client.ts";
import type { Moved } from "./decide.ts";
import type { PlainSaga } from "./definition.ts";
import { appendJournal } from "./journal.ts";
import type { JournalEntry } from "./saga.ts";
import { updateSaga, writeSteps } from "./store.ts";

/** What made the saga move: the message that its next command names as its cause. */
export interface MoveCause {
  readonly causationId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/**
 * Writes all of a move in the caller's transaction: the saga where it is still at the version before, its steps, its
 * journal, and its next command into the outbox. `isNew`: the instance's row is written already.
 * @throws VersionConflictError where the saga moved since it was read.
 */
export async function writeMove(
  tx: SqlClient,
  {
    plain,
    moved,
    cause,
    isNew = false,
  }: { plain: PlainSaga; moved: Moved; cause: MoveCause; isNew?: boolean },
): Promise<void> {
  const { saga, command } = moved;
  const commandId = uuidv7();
  if (!isNew) await updateSaga(tx, saga);
  const steps = moved.steps.map((row) => (row.position === command?.position ? { ...row, commandId } : row));
  await writeSteps(tx, saga, steps);
  await appendJournal(
    tx,
    saga,
    moved.journal.map((entry) => (isSent(entry) ? { ...entry, eventId: commandId } : entry)),
  );
  if (!command) return;
  const causationId = cause.causationId ?? earlierCommand(moved);
  await enqueue(tx, {
    event: command.event,
    key: saga.id,
    payload: command.payload,
    eventId: commandId,
    correlationId: saga.correlationId,
    ...(causationId === undefined ? {} : { causationId }),
    ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
    headers: {
      [SAGA_HEADER.type]: saga.type,
      [SAGA_HEADER.id]: saga.id,
      [SAGA_HEADER.step]: command.step,
      [SAGA_HEADER.command]: command.key,
    },
    service: plain.service,
    aggregateType: saga.type,
  });
}

/** Of a command that a timer sends: the command before it of the same step, else what began the saga. */
function earlierCommand({ saga, command }: Moved): string | undefined {
  const row = saga.steps.find(({ position }) => position === command?.position);
  return row?.commandId ?? saga.causationId ?? undefined;
}

function isSent({ kind }: JournalEntry): boolean {
  return kind === "command-sent" || kind === "compensation-sent";
}
