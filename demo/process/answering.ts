import type { Pool, PoolClient } from "pg";
import type { EventDefinition } from "#kit/event.ts";
import { handle, type Handler } from "#kit/handler.ts";
import { type Answer, answerOnce } from "#kit/saga/participant.ts";
import { inTransaction } from "#kit/transaction.ts";

/** An answer whose payload fits its event. */
export function answer<T>(event: EventDefinition<T>, payload: T): Answer {
  return { event, payload };
}

/** Who answers: connections with the service's login, its group, its name, and what kind of thing the answers are about. */
export interface Desk {
  readonly pool: Pool;
  readonly group: string;
  readonly service: string;
  readonly aggregateType: string;
}

/**
 * Ties a command to its work: done once a command, in one transaction with the answer. A command that comes again is
 * answered as before; one that its compensation overtook is not done any more.
 */
export function answering<T>(
  desk: Desk,
  command: EventDefinition<T>,
  work: (tx: PoolClient, payload: T) => Promise<Answer>,
): Handler {
  const { pool, ...about } = desk;
  return handle(command, async (message) => {
    await inTransaction(pool, (tx) => answerOnce(tx, { ...about, message }, () => work(tx, message.payload)));
  });
}

/** The same handler with something to do, or to refuse by throwing, before each message. */
export function before(
  handler: Handler,
  first: (...given: Parameters<Handler["run"]>) => Promise<void>,
): Handler {
  return {
    event: handler.event,
    run: async (message, context) => {
      await first(message, context);
      await handler.run(message, context);
    },
  };
}
