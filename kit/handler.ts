import { PayloadError } from "./error-class.ts";
import type { EventDefinition } from "./event.ts";
import type { Message } from "./message.ts";

/** What a handler is given beside the message. */
export interface HandlerContext {
  /** Ends when the partition is lost or the service stops. */
  signal: AbortSignal;
  /** The record's value, bytes untouched: what a signature is checked over. */
  value: Buffer | null;
}

/** An event and the work for it, with the payload's type closed over; made by {@link handle}. */
export interface Handler {
  readonly event: EventDefinition<unknown>;
  /** Checks the payload and does the work. @throws PayloadError where `parse` refuses. */
  run(message: Message<unknown>, context: HandlerContext): Promise<void>;
}

function parsePayload<T>(event: EventDefinition<T>, value: unknown): T {
  try {
    return event.parse(value);
  } catch (cause) {
    throw new PayloadError(`The payload is not a valid ${event.topic}`, { cause });
  }
}

/** Ties work to an event. The work must be safe to repeat (see `once`): delivery is at least once. */
export function handle<T>(
  event: EventDefinition<T>,
  work: (message: Message<T>, context: HandlerContext) => Promise<void>,
): Handler {
  return {
    event,
    run: async (message, context) => {
      await work({ ...message, payload: parsePayload(event, message.payload) }, context);
    },
  };
}
