import type { DeadLetterEnvelope, DialectId } from "#lib/domain/dead-letters/dead-letter.ts";
import { normaliseMessage } from "#lib/domain/dead-letters/normalise-message.ts";
import { firstOwnFrame } from "#lib/domain/dead-letters/stack-trace.ts";

/** What dead letters of one cause have in common; an adapter hashes {@link causeKeyText}. */
export interface CauseKey {
  /** The innermost cause's class. */
  causeClass: string | null;
  /** The first stack frame of the user's own, without its line. */
  frame: string | null;
  /** Normalised; null where there is none. */
  message: string | null;
  sourceTopic: string | null;
  group: string | null;
  eventType: string | null;
  dialect: DialectId;
}

/** How a cause is told; each answers what it is called after, so that a caller may remember its answers. */
const READERS = { normaliseMessage, firstOwnFrame };

/** causeKeyOf tells which cause a dead letter belongs to. */
export function causeKeyOf(envelope: DeadLetterEnvelope, readers = READERS): CauseKey {
  const message = envelope.message === null ? "" : readers.normaliseMessage(envelope.message);
  return {
    causeClass: envelope.cause ?? envelope.exception,
    frame: envelope.stack === null ? null : readers.firstOwnFrame(envelope.stack),
    message: message === "" ? null : message,
    sourceTopic: envelope.origin.topic,
    group: envelope.group,
    eventType: envelope.eventType,
    dialect: envelope.dialect,
  };
}

/** causeKeyText is a cause's key as one text, the same for the same key and for no other: what a hash is made of. */
export function causeKeyText(key: CauseKey): string {
  const { causeClass, frame, message, sourceTopic, group, eventType, dialect } = key;
  return JSON.stringify([1, causeClass, frame, message, sourceTopic, group, eventType, dialect]);
}
