import { createHash, hash } from "node:crypto";
import type { IndexedDeadLetter, SeenCause } from "#lib/adapters/db/dead-letter-index.ts";
import { causeKeyOf, causeKeyText, type CauseKey } from "#lib/domain/dead-letters/cause-of.ts";
import type { DeadLetterEnvelope, RawHeader, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { readEnvelope } from "#lib/domain/dead-letters/dialects/registry.ts";
import { messageShape, normaliseMessage } from "#lib/domain/dead-letters/normalise-message.ts";
import { firstOwnFrame } from "#lib/domain/dead-letters/stack-trace.ts";
import type { IndexSettings } from "#lib/services/dead-letters/index-settings.ts";

/** A record of a dead-letter topic as the reader gives it. */
export interface ReadRecord {
  readonly offset: bigint;
  readonly timestamp: bigint | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RawHeader[];
  /** Who set the timestamp; the producer's where absent. */
  readonly stampedBy?: "producer" | "broker";
}

/** A record as it is indexed, with its cause. */
export interface ReadDeadLetter {
  row: Omit<IndexedDeadLetter, "twinOf">;
  cause: SeenCause;
}

/** From so many causes of a cluster on, new ones are told apart by less: a text that is never the same fills no table. */
const CAUSES_TOLD_APART = 5_000;
const CAUSES_BY_CLASS = 6_000;
const REMEMBERED = 4_096;
/** Longer messages are normalised each time, characters. */
const MESSAGE_REMEMBERED = 1_000;
/** Characters at most. */
const CUT = { message: 500, name: 300, topic: 249, stack: 8_192 };
const KEY_BYTES = 200;

/** DeadLetterReader makes rows of records. It remembers what is costly to find out and often the same. */
export class DeadLetterReader {
  readonly #cluster: string;
  readonly #settings: IndexSettings;
  readonly #keepsKey: (topic: string) => boolean;
  readonly #causes: Set<string>;
  readonly #frames = new Map<string, string | null>();
  readonly #messages = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  /** One stack stands in many records, and so does a message but for its numbers. */
  readonly #remembered = {
    firstOwnFrame: (stack: string) => this.#frameOf(stack),
    normaliseMessage: (message: string) => this.#normalised(message),
  };

  /** `causes` are the ids of those that the cluster has; `keepsKey` says whether no masking rule hides a topic's keys. */
  constructor(
    cluster: string,
    {
      settings,
      causes,
      keepsKey,
    }: {
      settings: IndexSettings;
      causes: Iterable<string>;
      keepsKey: (topic: string) => boolean;
    },
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#keepsKey = keepsKey;
    this.#causes = new Set(causes);
  }

  /** Reads a record; `now`, epoch ms, stands for a timestamp that it lacks. Never throws. */
  read(at: { topic: string; partition: number; now: number }, record: ReadRecord): ReadDeadLetter {
    const { key, value } = record;
    const time = record.timestamp === null ? at.now : Number(record.timestamp);
    const { stampedBy = "producer" } = record;
    const told = { topic: at.topic, headers: record.headers, key, value, at: time, stampedBy };
    const envelope = readEnvelope(told, { generic: this.#settings.generic });
    const cause = this.#causeOf(envelope);
    return {
      row: {
        partition: at.partition,
        offset: record.offset,
        causeId: cause.id,
        at: time,
        origin: cutPlace(envelope.origin),
        from: cutPlace(envelope.from),
        attempts: envelope.attempts,
        exception: cut(envelope.exception, CUT.name),
        message: cut(envelope.message, CUT.message),
        eventId: cut(envelope.eventId, CUT.name),
        key: key !== null && this.#settings.previews && this.#keepsKey(at.topic) ? keyText(key) : null,
        keyHash: key === null ? null : hashOf(key),
        valueBytes: value === null ? null : value.length,
        pointer: envelope.pointer,
        hops: envelope.hops,
        redriveId: cut(envelope.redriveId, CUT.name),
      },
      cause: {
        ...cause,
        stack: cut(envelope.stack, CUT.stack),
        stackTopic: at.topic,
        firstSeenAt: time,
        lastSeenAt: time,
      },
    };
  }

  #causeOf(envelope: DeadLetterEnvelope): CauseKey & { id: string } {
    const key = cutKey(causeKeyOf(envelope, this.#remembered));
    const { size } = this.#causes;
    const id = this.#idOf(key);
    if (size < CAUSES_TOLD_APART || this.#causes.has(id)) return this.#known(id, key);
    const byClass = { ...key, frame: null, message: null };
    const classId = this.#idOf(byClass);
    if (size < CAUSES_BY_CLASS || this.#causes.has(classId)) return this.#known(classId, byClass);
    const all = { ...byClass, causeClass: null, sourceTopic: null, group: null, eventType: null };
    return this.#known(this.#idOf(all), all);
  }

  #known(id: string, key: CauseKey): CauseKey & { id: string } {
    this.#causes.add(id);
    return { id, ...key };
  }

  #normalised(message: string): string {
    if (message.length > MESSAGE_REMEMBERED) return normaliseMessage(message);
    const shape = messageShape(message);
    const known = this.#messages.get(shape);
    if (known !== undefined) return known;
    const normalised = normaliseMessage(shape);
    remember(this.#messages, shape, normalised);
    return normalised;
  }

  #frameOf(stack: string): string | null {
    const known = this.#frames.get(stack);
    if (known !== undefined) return known;
    const frame = firstOwnFrame(stack);
    remember(this.#frames, stack, frame);
    return frame;
  }

  #idOf(key: CauseKey): string {
    const text = causeKeyText(key);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = causeIdOf(this.#cluster, text);
    remember(this.#ids, text, id);
    return id;
  }
}

/** causeIdOf makes a cause's id of its own words: a UUIDv8 of their sha256. */
function causeIdOf(cluster: string, text: string): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([cluster, text]))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function remember<V>(memory: Map<string, V>, name: string, value: V): void {
  if (memory.size >= REMEMBERED) memory.clear();
  memory.set(name, value);
}

/** hashOf is the first 8 bytes of a key's sha256; as text, since a buffer of its own costs more than the hash. */
export function hashOf(key: Uint8Array): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hash("sha256", key, "hex").slice(0, 16)}`));
}

/** A key's text, cut at 200 bytes; null where it is none. */
function keyText(key: Buffer): string | null {
  const text = key.subarray(0, KEY_BYTES).toString("utf8");
  const broken = text.indexOf("\uFFFD");
  // A character that the cut split is no sign of binary bytes.
  if (broken === -1) return text;
  return key.length > KEY_BYTES && broken >= text.length - 3 ? text.slice(0, broken) : null;
}

const cut = (text: string | null, most: number): string | null =>
  text === null || text.length <= most ? text : text.slice(0, most);

const cutPlace = (place: TracedPlace): TracedPlace =>
  place.topic === null || place.topic.length <= CUT.topic
    ? place
    : { ...place, topic: cut(place.topic, CUT.topic) };

const cutKey = (key: CauseKey): CauseKey => ({
  ...key,
  causeClass: cut(key.causeClass, CUT.name),
  frame: cut(key.frame, CUT.name),
  message: cut(key.message, CUT.name),
  sourceTopic: cut(key.sourceTopic, CUT.topic),
  group: cut(key.group, CUT.name),
  eventType: cut(key.eventType, CUT.name),
});
