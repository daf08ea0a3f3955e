import type { EventDefinition } from "../event.ts";
import { handle, type Handler } from "../handler.ts";
import { SAGA_HEADER } from "../headers.ts";
import { once } from "../inbox.ts";
import type { Message } from "../message.ts";
import type { SqlClient } from "../sql-client.ts";
import { inTransaction } from "../transaction.ts";
import { decide, type ReplyHappening } from "./decide.ts";
import type { PlainSaga } from "./definition.ts";
import { noteMissedReply } from "./journal.ts";
import type { OrchestratorParts } from "./parts.ts";
import { findCommand, lockSaga, type SagaAddress } from "./store.ts";
import { writeMove } from "./write-move.ts";

/** The events by which a saga's participants answer, each topic once. */
export function repliesOf(sagas: Iterable<PlainSaga>): EventDefinition<unknown>[] {
  const events = new Map<string, EventDefinition<unknown>>();
  for (const { steps } of sagas)
    for (const { done, refused, compensation } of steps)
      for (const event of [done, refused, compensation?.done]) if (event) events.set(event.topic, event);
  return [...events.values()];
}

type Answered = SagaAddress & { readonly commandKey: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which command a message says it answers, by the headers of its saga. */
function answeredBy({ headers }: Message<unknown>): Answered | undefined {
  const type = headers[SAGA_HEADER.type];
  const id = headers[SAGA_HEADER.id];
  const commandKey = headers[SAGA_HEADER.command];
  return type !== undefined && id !== undefined && commandKey !== undefined
    ? { type, id, commandKey }
    : undefined;
}

async function takeReply(
  tx: SqlClient,
  parts: OrchestratorParts,
  { answered, message }: { answered: Answered; message: Message<unknown> },
): Promise<void> {
  const plain = parts.sagas.get(answered.type);
  const locked = plain ? await lockSaga(tx, answered) : undefined;
  if (!plain || !locked) return;
  const reply: ReplyHappening = {
    kind: "reply",
    commandKey: answered.commandKey,
    topic: message.baseTopic,
    eventId: message.eventId,
    payload: message.payload,
  };
  const decision = decide(plain, locked, reply);
  if (decision.kind === "moved") {
    const cause = { causationId: message.eventId, traceparent: message.traceparent };
    await writeMove(tx, { plain, moved: decision, cause });
    parts.counters.replies++;
  } else if (decision.kind === "noted") {
    await noteMissedReply(tx, locked.saga, decision.entry);
    parts.counters.missed++;
  }
}

/**
 * The handlers of all answers of a service's sagas. An answer is known by its `saga-*` headers; one without them by
 * its causation id, as long as that is the latest command of its step. What answers no saga of ours is passed over.
 */
export function replyHandlers(parts: OrchestratorParts): Handler[] {
  const { pool, group, sagas, failpoints } = parts;
  const work = async (message: Message<unknown>): Promise<void> => {
    const named = answeredBy(message);
    if (named ? !sagas.has(named.type) : !UUID.test(message.causationId ?? "")) return;
    await inTransaction(pool, async (tx) => {
      const answered = named ?? (await findCommand(tx, message.causationId ?? ""));
      if (!answered) return;
      await once(tx, { group, eventId: message.eventId }, () => takeReply(tx, parts, { answered, message }));
      await failpoints.hit("saga-reply-before-commit");
    });
  };
  return repliesOf(sagas.values()).map((event) => handle(event, work));
}
