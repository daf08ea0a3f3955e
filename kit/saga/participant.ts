import { defineEvent, type EventDefinition } from "../event.ts";
import { SAGA_HEADER } from "../headers.ts";
import { once } from "../inbox.ts";
import { causedBy, type Message } from "../message.ts";
import { enqueue } from "../outbox.ts";
import type { SqlClient } from "../sql-client.ts";
import { undoneKeyOf } from "./saga.ts";

/** What a participant answers with: one of the events that the saga's step declares. */
export interface Answer {
  readonly event: EventDefinition<unknown>;
  readonly payload: unknown;
}

/** Whose answer, to what. */
export interface AnswerOnce {
  /** The consumer group; a step's command and the one that undoes it must be handled in one. */
  group: string;
  service: string;
  aggregateType: string;
  /** The command as the handler got it. */
  message: Message<unknown>;
}

/** `answered`: the work was done now. `repeated`: the same answer went out again. `undone`: it came after its undo. */
export type Answered = "answered" | "repeated" | "undone";

/** What the inbox keeps: the answer to give again, or that the command was undone before it came. */
type Kept = { topic: string; payload: unknown } | { undone: true };

function isUndone(kept: unknown): boolean {
  return typeof kept === "object" && kept !== null && "undone" in kept;
}

function answerOf(kept: unknown): Answer | undefined {
  if (typeof kept !== "object" || kept === null || !("topic" in kept) || typeof kept.topic !== "string")
    return undefined;
  const event = defineEvent({ topic: kept.topic, parse: (value) => value });
  return { event, payload: "payload" in kept ? kept.payload : null };
}

function sagaHeadersOf({ headers }: Message<unknown>): Record<string, string> {
  const found = Object.values(SAGA_HEADER).map((name) => [name, headers[name]] as const);
  return Object.fromEntries(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Keeps the command that this one undoes from ever being done: it waits for one in work, and stops a later one. */
async function forestall(tx: SqlClient, group: string, undoneKey: string): Promise<void> {
  await once<Kept>(tx, { group, eventId: undoneKey }, () => Promise.resolve({ undone: true }));
}

/**
 * Does a saga's command once and answers it, in the caller's transaction. The command is known by its `saga-command`
 * header, which a resend keeps (by its event id where it is of no saga). A repeat does nothing and gives the same
 * answer, caused by the repeat. The answer has the command's key, correlation and `saga-*` headers.
 *
 * A compensation may overtake the command that it undoes, since they are on two topics. Then `work` undoes nothing,
 * and the command, when it comes, is neither done nor answered.
 */
export async function answerOnce(
  tx: SqlClient,
  { group, service, aggregateType, message }: AnswerOnce,
  work: () => Promise<Answer>,
): Promise<Answered> {
  const command = message.headers[SAGA_HEADER.command] ?? message.eventId;
  const undoneKey = undoneKeyOf(command);
  const handled = await once<Kept>(tx, { group, eventId: command }, async () => {
    if (undoneKey !== undefined) await forestall(tx, group, undoneKey);
    const { event, payload } = await work();
    return { topic: event.topic, payload };
  });
  if (isUndone(handled.result)) return "undone";
  const answer = answerOf(handled.result);
  if (!answer) throw new Error(`The answer to command ${command} was not kept by answerOnce`);
  await enqueue(tx, {
    event: answer.event,
    key: message.key,
    payload: answer.payload,
    ...causedBy(message),
    headers: sagaHeadersOf(message),
    service,
    aggregateType,
  });
  return handled.outcome === "done" ? "answered" : "repeated";
}
