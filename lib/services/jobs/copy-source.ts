import type { ReadPlace, RecordPlace } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { DeadLetterEnvelope, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { readEnvelope } from "#lib/domain/dead-letters/dialects/registry.ts";
import { headerText, withoutFailure, type HeaderBytes } from "#lib/domain/jobs/copy-headers.ts";
import { isFirstOrigin } from "#lib/domain/jobs/failure-headers.ts";
import type { CopyBody } from "#lib/services/jobs/apply-transform.ts";
import type { CopyMaking } from "#lib/services/jobs/copy-job.ts";

/** Places, groups and ids are short: a stack or a message is cut before it is read, for nobody asks for it. */
const READ_BYTES = 300;

/** envelopeOf reads where a dead letter comes from; its texts are cut. */
export function envelopeOf(
  { tools }: Pick<CopyMaking, "tools">,
  topic: string,
  record: RecordView,
): DeadLetterEnvelope {
  const headers = record.headers.map(({ name, value }) => ({
    name,
    value: value === null ? null : value.subarray(0, READ_BYTES),
  }));
  const at = record.timestamp === null ? null : Number(record.timestamp);
  const told = { topic, headers, key: record.key, value: record.value, at, stampedBy: record.stampedBy };
  return readEnvelope(told, { generic: tools.generic });
}

/** headersOf are a record's headers as bytes. */
export const headersOf = (record: RecordView): HeaderBytes[] =>
  record.headers.map(({ nameBytes, value }) => ({ name: nameBytes, value }));

const LOST = "dlt-lost-headers";

/** Why a dead letter does not hold all that its source held, in words that begin a sentence; null where it does. */
function missingOf({ dialect, pointer }: DeadLetterEnvelope, headers: readonly HeaderBytes[]): string | null {
  if (pointer) return "Its value stands in the source alone";
  if (headerText(headers, LOST) !== null)
    return "Its writer could not keep all headers, and they stand in the source alone";
  if (dialect === "karafka") return "Its key stands in the source alone";
  if (dialect === "share-group") return "Its headers stand in the source alone";
  return null;
}

/** The record that a dead letter has to be completed from, and why; `places` are tried in their order. */
export interface SourceNeed {
  why: string;
  places: RecordPlace[];
}

/** sourceNeedOf tells from which record a dead letter has to be completed; null where it holds all itself. */
export function sourceNeedOf(
  { topicIds }: Pick<CopyMaking, "topicIds">,
  envelope: DeadLetterEnvelope,
  record: RecordView,
): SourceNeed | null {
  const why = missingOf(envelope, headersOf(record));
  if (why === null) return null;
  const places = [envelope.from, envelope.origin].flatMap((place) => placeOf(place, topicIds));
  const [first, second] = places;
  const same = first?.topic === second?.topic && first?.partition === second?.partition;
  return { why, places: same && first?.offset === second?.offset ? places.slice(0, 1) : places };
}

function placeOf({ topic, partition, offset }: TracedPlace, ids: ReadonlyMap<string, string>): RecordPlace[] {
  const topicId = topic === null ? undefined : ids.get(topic);
  if (topic === null || topicId === undefined || partition === null || offset === null) return [];
  return [{ topic, topicId, partition, offset }];
}

/** What a copy is made of, or why it cannot be. */
export type SourceBody =
  { kind: "body"; body: CopyBody } | { kind: "problem"; code: string; sentence: string };

const problem = (code: string, sentence: string): SourceBody => ({ kind: "problem", code, sentence });

/**
 * deadLetterBody is what the copy of a dead letter begins with: its own key, value and headers less those of the
 * failure; where its source has to complete it, the source's with the first origin added.
 */
export function deadLetterBody(
  { genericNames }: Pick<CopyMaking, "genericNames">,
  dead: { record: RecordView; envelope: DeadLetterEnvelope; need: SourceNeed | null },
  read: readonly ReadPlace[],
): SourceBody {
  const { record, envelope, need } = dead;
  const headers = headersOf(record);
  const strip = (from: readonly HeaderBytes[]): HeaderBytes[] =>
    withoutFailure(from, envelope.dialect, genericNames);
  if (need === null)
    return { kind: "body", body: { key: record.key, value: record.value, headers: strip(headers) } };
  if (need.places.length === 0)
    return problem("source_gone", `${need.why}, and its headers do not tell where that is now.`);
  const source = read.flatMap((each) => (each.found ? [each.record] : []))[0];
  if (source === undefined) {
    const [gone] = read.flatMap((each) => (each.found ? [] : [each.reason]));
    return problem("source_gone", `${need.why}. ${gone ?? "It could not be read."}`);
  }
  if (!isSameRecord(source, record, envelope))
    return problem("source_differs", `${need.why}, and another record lies there now.`);
  const kept = strip(headersOf(source)).filter((header) => !isOfFirstOrigin(header));
  const origin = headers.filter(isOfFirstOrigin);
  return { kind: "body", body: { key: source.key, value: source.value, headers: [...kept, ...origin] } };
}

const decoder = new TextDecoder("utf-8");
const isOfFirstOrigin = ({ name }: HeaderBytes): boolean => isFirstOrigin(decoder.decode(name));

/** A topic that was made anew has other records at the same offsets. */
function isSameRecord(source: RecordView, record: RecordView, { dialect }: DeadLetterEnvelope): boolean {
  const ids = [source, record].map((each) => headerText(headersOf(each), "event-id"));
  if (ids[0] !== null && ids[1] !== null) return ids[0] === ids[1];
  // Karafka's key is not the source's, and a share group's dead letter may be without one.
  if (dialect === "karafka" || dialect === "share-group") return true;
  if (record.key === null || source.key === null) return record.key === source.key;
  return record.key.equals(source.key);
}
