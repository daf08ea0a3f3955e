import type { Envelope } from "./message.ts";

/** A keyed event came without a key: it would lose its order. Declare the event `keyed: false` if it has none. */
export class MissingKeyError extends Error {
  override readonly name = "MissingKeyError";
  readonly topic: string;
  constructor(topic: string) {
    super(`Event ${topic} is keyed and came without a key`);
    this.topic = topic;
  }
}

/**
 * The key to write: the envelope's, or null for an event declared unkeyed.
 * @throws MissingKeyError for a keyed event without a key, or with an empty one.
 */
export function keyOf(envelope: Envelope<unknown>): string | null {
  if (envelope.key !== null && envelope.key !== "") return envelope.key;
  if (envelope.event.keyed) throw new MissingKeyError(envelope.event.topic);
  return null;
}
