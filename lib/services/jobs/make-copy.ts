import { createHash, hash } from "node:crypto";
import type { CopyHeader, CopyRecord, RecordPlace } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { DeadLetterEnvelope, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import {
  headerText,
  nextHop,
  withChanges,
  withLineage,
  type CopyOrigin,
  type HeaderBytes,
} from "#lib/domain/jobs/copy-headers.ts";
import { baseTopicOf, partitionOfCopy, wayInOf } from "#lib/domain/jobs/copy-target.ts";
import { applyTransform, type CopyBody } from "#lib/services/jobs/apply-transform.ts";
import type { CopyMaking } from "#lib/services/jobs/copy-job.ts";
import {
  deadLetterBody,
  envelopeOf,
  headersOf,
  sourceNeedOf,
  type SourceBody,
} from "#lib/services/jobs/copy-source.ts";
import { groupSlug } from "#lib/services/jobs/group-slug.ts";

/** A record that is to be copied. */
export interface CopyItem {
  /** The row's number in decimal, or `<range>:<offset>`: what the copy's `sluice-redrive-id` ends with. */
  readonly position: string;
  readonly place: RecordPlace;
  readonly record: RecordView;
  /** The hop that is stored of the record: the planned row's less one; 0 of a range. */
  readonly storedHop: number;
  /** Where the plan says that it goes; null while it is planned, and of a range. */
  readonly planned: { readonly topic: string; readonly partition: number } | null;
}

/** A copy ready to be sent, or why there is none: a code of ReasonCount and its sentence. */
export type MadeCopy =
  | {
      kind: "copy";
      copy: CopyRecord;
      hop: number;
      eventId: string | null;
      /** Key, value and headers with what the batch adds, at most. */
      sizeBytes: number;
    }
  /** The script or a filter of the range leaves it out: no failure. */
  | { kind: "left-out"; code: string; sentence: string }
  /** A rule forbids it: nothing is wrong with the record. */
  | { kind: "refused"; code: string; sentence: string }
  | { kind: "problem"; code: string; sentence: string };

type Problem = Extract<MadeCopy, { kind: "problem" }>;
const problem = (code: string, sentence: string): Problem => ({ kind: "problem", code, sentence });

/**
 * makeCopies makes the copies of records, an answer for each in their order: the same for the same job and bytes,
 * save the time of a new copy. Sources that complete dead letters are read in one call. Throws KafkaError.
 */
export async function makeCopies(
  making: CopyMaking,
  items: readonly CopyItem[],
  signal: AbortSignal,
): Promise<MadeCopy[]> {
  if (making.job.spec.source.kind === "ranges") return items.map((item) => copyOfRange(making, item));
  const dead = items.map((item) => {
    const envelope = envelopeOf(making, item.place.topic, item.record);
    return { item, record: item.record, envelope, need: sourceNeedOf(making, envelope, item.record) };
  });
  const asked = dead.flatMap(({ need }) => need?.places ?? []);
  const read = asked.length === 0 ? [] : await making.tools.kafka.copy.readAt(asked, signal);
  let at = 0;
  return dead.map(({ item, ...each }) => {
    const from = at;
    at += each.need?.places.length ?? 0;
    return copyOfDeadLetter(making, { item, ...each }, deadLetterBody(making, each, read.slice(from, at)));
  });
}

function copyOfDeadLetter(
  making: CopyMaking,
  { item, envelope }: { item: CopyItem; envelope: DeadLetterEnvelope },
  source: SourceBody,
): MadeCopy {
  if (source.kind === "problem") return source;
  return complete(making, { item, origin: envelope.origin, body: source.body });
}

function copyOfRange(making: CopyMaking, item: CopyItem): MadeCopy {
  const { record, place } = item;
  const { source } = making.job.spec;
  const headers = headersOf(record);
  if (source.kind === "ranges" && !isAskedFor(source, record.key, headers))
    return { kind: "left-out", code: "filtered", sentence: "The job's keys and event types leave it out." };
  const body = { key: record.key, value: record.value, headers };
  const at = record.timestamp === null ? null : Number(record.timestamp);
  const { topic, partition, offset } = place;
  const made = complete(making, { item, origin: { topic, partition, offset, at }, body });
  // Of dead letters the plan has asked this already.
  const tooOften = made.kind === "copy" ? hopRefusal(making, made.hop) : null;
  return tooOften === null ? made : { kind: "refused", ...tooOften };
}

/** Why a record is not copied to a hop; null where it may be. */
export function hopRefusal(
  { tools }: Pick<CopyMaking, "tools">,
  hop: number,
): { code: string; sentence: string } | null {
  const { hopCap } = tools.settings;
  if (hop <= hopCap) return null;
  return { code: "hop_cap", sentence: `It was copied back ${hop - 1} times; ${hopCap} is the most.` };
}

const EVENT_TYPES = ["event-type", "ce_type", "__TypeId__"];

function isAskedFor(
  { keys, eventTypes }: { keys: readonly string[]; eventTypes: readonly string[] },
  key: Buffer | null,
  headers: readonly HeaderBytes[],
): boolean {
  if (keys.length > 0 && (key === null || !keys.includes(key.toString("utf8")))) return false;
  if (eventTypes.length === 0) return true;
  return EVENT_TYPES.some((name) => eventTypes.includes(headerText(headers, name) ?? ""));
}

interface Completing {
  item: CopyItem;
  /** Where the record was first written. */
  origin: TracedPlace;
  body: CopyBody;
}

/** The transform, where the copy goes, and its lineage. */
function complete(making: CopyMaking, { item, origin, body }: Completing): MadeCopy {
  const { job, runner } = making;
  const { transform } = job.spec;
  const withHeaders = { ...body, headers: withChanges(body.headers, transform.headers) };
  const transformed = applyTransform(withHeaders, transform, runner);
  if (transformed.kind === "left-out")
    return { kind: "left-out", code: "left_out", sentence: "The script leaves it out." };
  if (transformed.kind === "problem") return transformed;
  const { key, value, headers } = transformed.body;
  const keyChanged = !sameBytes(key, body.key);
  const target = targetOf(making, { item, origin, key, keyChanged });
  if ("kind" in target) return target;
  const broken = value === null ? null : making.tools.schemas.validateValue(target.topic, value);
  if (broken !== null) return problem("schema_mismatch", broken);
  const hop = nextHop(body.headers, item.storedHop);
  const named = transform.newEventId ? withEventId(headers, eventIdOf(job.id, item.position)) : headers;
  const lineage = { job: job.id, position: item.position, hop, origin: lineageOrigin(making, item, origin) };
  const written = withLineage(named, lineage);
  return {
    ...{ kind: "copy", hop, eventId: headerText(written, "event-id") ?? headerText(written, "ce_id") },
    copy: { ...target, key, value, headers: written.map(bufferHeader), timestamp: timeOf(making, item) },
    sizeBytes: sizeOf(key, value, written),
  };
}

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

function targetOf(
  making: CopyMaking,
  { item, origin, key, keyChanged }: Omit<Completing, "body"> & { key: Buffer | null; keyChanged: boolean },
): { topic: string; partition: number } | Problem {
  const topic = targetTopicOf(making, origin.topic);
  if (topic === null)
    return problem("origin_unknown", "Its headers do not tell the topic that it came from.");
  const partitionCount = making.partitionCounts.get(topic);
  if (partitionCount === undefined) return problem("target_missing", `The target ${topic} is not there.`);
  const { partition } = item.place;
  const goesTo = partitionOfCopy({
    ...{ origin, partition, key, keyChanged },
    target: { topic, partitionCount },
  });
  const { planned } = item;
  if (planned !== null && (planned.topic !== topic || planned.partition !== goesTo))
    return problem("plan_differs", `It would go to ${topic} ${goesTo} and not where it was planned.`);
  return { topic, partition: goesTo };
}

/** targetTopicOf names the topic that a record of a source topic is copied to; null where that must be known and is not. */
export function targetTopicOf(
  { job, tools }: Pick<CopyMaking, "job" | "tools">,
  source: string | null,
): string | null {
  const { target } = job.spec;
  if (target.kind === "topic") return target.topic;
  if (source === null) return null;
  const base = baseTopicOf(source);
  if (target.kind === "source") return base;
  if (target.kind === "shadow") return `${base}.shadow.${target.name}`;
  if (target.kind === "group") return null;
  return wayInOf(base, groupSlug(target.group), tools.settings.group(target.group).wayIn);
}

/** The first origin where it is told and its topic is there; else where the record lies. */
function lineageOrigin(
  { topicIds }: CopyMaking,
  { place, record }: CopyItem,
  { topic, partition, offset, at }: TracedPlace,
): CopyOrigin {
  const topicId = topic === null ? undefined : topicIds.get(topic);
  if (topicId !== undefined && partition !== null && offset !== null)
    return { place: `${topicId}:${partition}:${offset}`, at };
  const own = record.timestamp === null ? null : Number(record.timestamp);
  return { place: `${place.topicId}:${place.partition}:${place.offset}`, at: own };
}

/** The event id that a copy is given of its own: a UUIDv8 of job and position, so that a second try gives the same. */
function eventIdOf(job: string, position: string): string {
  const bytes = createHash("sha256").update(`event-id ${job}:${position}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function withEventId(headers: readonly HeaderBytes[], value: string): HeaderBytes[] {
  const name = headerText(headers, "event-id") === null && headerText(headers, "ce_id") !== null;
  return withChanges(headers, { set: [{ name: name ? "ce_id" : "event-id", value }], drop: [] });
}

function timeOf({ job, tools }: CopyMaking, { record }: CopyItem): bigint {
  const kept = job.spec.times === "kept" ? record.timestamp : null;
  return kept ?? BigInt(tools.now());
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const bufferHeader = ({ name, value }: HeaderBytes): CopyHeader => ({
  name: bufferOf(name),
  value: value === null ? null : bufferOf(value),
});

/** A batch of one record has 61 bytes before it, and each length is told in at most 5. */
const BATCH_BYTES = 61 + 5 * 6;
const LENGTH_BYTES = 5;

function sizeOf(key: Buffer | null, value: Buffer | null, headers: readonly HeaderBytes[]): number {
  const body = (key?.length ?? 0) + (value?.length ?? 0) + BATCH_BYTES;
  return headers.reduce(
    (sum, header) => sum + header.name.length + (header.value?.length ?? 0) + 2 * LENGTH_BYTES,
    body,
  );
}

/** contentHashOf is the sha256 of a key and a value, each behind its length (-1 for null) in 4 bytes, big-endian. */
export function contentHashOf(key: Buffer | null, value: Buffer | null): Buffer {
  const bytes = Buffer.allocUnsafe(8 + (key?.length ?? 0) + (value?.length ?? 0));
  let at = 0;
  for (const part of [key, value]) {
    at = bytes.writeInt32BE(part?.length ?? -1, at);
    if (part !== null) at += part.copy(bytes, at);
  }
  return hash("sha256", bytes, "buffer");
}
