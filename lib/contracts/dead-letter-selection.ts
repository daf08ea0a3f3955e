import { z } from "zod";
import { count, instant, offset } from "#lib/contracts/wire.ts";
import { DEAD_LETTER_STATES } from "#lib/domain/dead-letters/dead-letter.ts";

/** deadLetterFilterShape narrows causes and dead letters alike. */
export const deadLetterFilterShape = {
  cause: z.uuid().optional(),
  state: z.enum(DEAD_LETTER_STATES).optional(),
  topic: z.string().max(249).optional(),
  group: z.string().max(300).optional(),
  /** Part of the cause's class, message, frame, event type or source topic, in any case. */
  q: z.string().max(300).optional(),
  from: instant.optional(),
  to: instant.optional(),
};

/** deadLetterSelection names dead letters one by one, or as a frozen filter. */
export const deadLetterSelection = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ids"), ids: z.array(z.uuid()).min(1).max(10_000) }),
  /** A set frozen by `countSelection`: what came later is not touched, and a count that changed is refused. */
  z.object({
    kind: z.literal("filter"),
    filter: z.object(deadLetterFilterShape),
    frozen: z.object({ upTo: offset, count }),
  }),
]);
