import { createHmac, timingSafeEqual } from "node:crypto";
import { handle, type Handler } from "../handler.ts";
import { once } from "../inbox.ts";
import type { Message } from "../message.ts";
import { enqueue } from "../outbox.ts";
import type { SqlClient } from "../sql-client.ts";
import { inTransaction } from "../transaction.ts";
import { decide } from "./decide.ts";
import { readOperatorCommand, type SignedCommand } from "./operator-command.ts";
import type { OrchestratorParts } from "./parts.ts";
import { databaseNow, lockSaga } from "./store.ts";
import { operatorGroup, sagaCommand, sagaCommandResult } from "./topics.ts";
import { writeMove } from "./write-move.ts";

/** The header that holds a command's signature. */
export const SIGNATURE_HEADER = "sluice-signature";

/** What became of a command. Only `refused` and `expired` say that nothing was done. */
export interface CommandResult {
  readonly commandId: string;
  readonly service: string;
  readonly sagaId: string;
  readonly type: string;
  readonly outcome: "done" | "refused" | "expired";
  /** One sentence. */
  readonly detail: string;
  /** The saga's version after it; null where there is no such saga. */
  readonly version: number | null;
  /** ISO, by the service's database. */
  readonly answeredAt: string;
}

/** The signature of a command's value: HMAC-SHA256 over its exact bytes under the shared key, in hex. */
export function signCommand(value: string | Uint8Array, key: string): string {
  return createHmac("sha256", key).update(value).digest("hex");
}

/** Whether a signature is that of a value; takes the same time wherever they differ. */
export function isSignedBy(value: Uint8Array, signature: string | undefined, key: string): boolean {
  const wanted = Buffer.from(signCommand(value, key), "hex");
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature ?? "") ? (signature ?? "") : "", "hex");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

type Verdict = Pick<CommandResult, "outcome" | "detail" | "version">;

const refused = (detail: string, version: number | null = null): Verdict => ({
  outcome: "refused",
  detail,
  version,
});

/** Decides on one command and writes what follows; the saga's row is locked before the clock is read. */
async function obey(
  tx: SqlClient,
  { sagas }: OrchestratorParts,
  { command, message }: { command: SignedCommand; message: Message<unknown> },
): Promise<Verdict> {
  const plain = sagas.get(command.type);
  const locked = plain ? await lockSaga(tx, { type: command.type, id: command.sagaId }) : undefined;
  const nowAt = locked?.nowAt ?? (await databaseNow(tx));
  if (nowAt >= command.expiresAt)
    return {
      outcome: "expired",
      detail: "It came too late: nothing was done",
      version: locked?.saga.version ?? null,
    };
  if (!plain) return refused(`This service has no saga of type ${command.type}`);
  if (!locked) return refused(`There is no saga ${command.sagaId}`);
  const { saga } = locked;
  if ("fault" in command.wish) return refused(command.wish.fault, saga.version);
  const decision = decide(plain, locked, command.wish);
  if (decision.kind === "refused") return refused(decision.reason, saga.version);
  if (decision.kind !== "moved") return refused("Nothing follows from it", saga.version);
  const cause = { causationId: message.eventId, traceparent: message.traceparent };
  await writeMove(tx, { plain, moved: decision, cause });
  const detail = decision.command
    ? `${decision.command.step}: ${decision.command.event.topic} goes out`
    : `The saga is ${decision.saga.state}`;
  return { outcome: "done", detail, version: decision.saga.version };
}

async function answer(
  tx: SqlClient,
  parts: OrchestratorParts,
  { command, message }: { command: SignedCommand; message: Message<unknown> },
): Promise<void> {
  const { commandId, sagaId, type } = command;
  const handled = await once(tx, { group: operatorGroup(parts.group), eventId: commandId }, async () => {
    const verdict = await obey(tx, parts, { command, message });
    const answeredAt = new Date(await databaseNow(tx)).toISOString();
    return { commandId, service: parts.service, sagaId, type, ...verdict, answeredAt };
  });
  await enqueue(tx, {
    event: sagaCommandResult,
    key: sagaId,
    payload: handled.result,
    correlationId: message.correlationId,
    causationId: message.eventId,
    service: parts.service,
    aggregateType: "sagaCommand",
  });
  if (handled.outcome === "done") parts.counters.commands++;
}

/**
 * The handler of operators' commands. Those for another service are passed over, as is what cannot be read. One without a valid signature does
 * nothing and is not answered: whoever forged it would else make the console believe that the real command of that id
 * was refused; a warning tells where it lies. One that comes again gets the same answer again and does nothing.
 * `expiresAt` is held against the database's clock in the transaction that writes the inbox mark.
 */
export function operatorHandler(parts: OrchestratorParts, commandKey: string): Handler {
  const { service, pool, log, counters } = parts;
  return handle(sagaCommand, async (message, { value }) => {
    const command = readOperatorCommand(message.payload);
    if (command?.service !== service) return;
    if (value === null || !isSignedBy(value, message.headers[SIGNATURE_HEADER], commandKey)) {
      counters.forged++;
      const place = { topic: message.topic, partition: message.partition, offset: message.offset.toString() };
      log.warn({ service, ...place }, "A saga command without a valid signature was passed over");
      return;
    }
    await inTransaction(pool, (tx) => answer(tx, parts, { command, message }));
  });
}
