import type { RecordAddress } from "#lib/adapters/kafka/search/types.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getDeadLetterRecord as contract } from "#lib/contracts/dead-letters.ts";
import type { DeadLetterRow, RawHeader, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { readEnvelope } from "#lib/domain/dead-letters/dialects/registry.ts";
import type { ShownHeader, ShownRecord } from "#lib/domain/records/record.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findDeadLetter, shownTo } from "#lib/services/dead-letters/show-dead-letters.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";
import { recordUnknown } from "#lib/services/records/record-unknown.ts";

/**
 * getDeadLetterRecord reads a dead letter as it lies in Kafka now, and the source of a pointer. A record that is gone
 * is an answer with the reason. Throws `cluster_unknown`, `dead_letter_unknown`, `cluster_unreachable`, `read_refused`.
 */
export async function getDeadLetterRecord(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { row } = await findDeadLetter(ctx, cluster, input.params.id);
  const found = await readOne(ctx, cluster, row);
  const source = row.pointer ? await readSource(ctx, cluster, row.origin) : { record: null, gone: null };
  const stack = found.record === null ? null : stackOf(found.record, row);
  return {
    record: found.record,
    gone: found.gone ?? source.gone,
    source: source.record,
    stack: shownTo(ctx, cluster).text(row.topic, stack),
  };
}

/** A record, or why there is none. */
interface FoundRecord {
  record: ShownRecord | null;
  gone: string | null;
}

/** `topicId` is what the topic must still be; null where nobody knows. */
async function readOne(
  ctx: Ctx,
  cluster: string,
  { topicId, ...at }: RecordAddress & { topicId: string | null },
): Promise<FoundRecord> {
  const place = { topic: at.topic, partition: at.partition, offset: at.offset };
  try {
    const read = await askRecords(ctx, { cluster, otherwise: "read_refused" }, (kafka, signal) =>
      kafka.records.read(place, { keyDecoder: "auto", valueDecoder: "auto", signal }),
    );
    if (read === null) return { record: null, gone: (await recordUnknown(ctx, cluster, place)).message };
    if (topicId !== null && read.record.topicId !== topicId)
      return {
        record: null,
        gone: `The topic ${place.topic} was deleted and made anew; its records went with it.`,
      };
    return { record: read.record, gone: null };
  } catch (error) {
    if (error instanceof AppError && (error.code === "topic_unknown" || error.code === "record_unknown"))
      return { record: null, gone: error.message };
    throw error;
  }
}

async function readSource(ctx: Ctx, cluster: string, origin: TracedPlace): Promise<FoundRecord> {
  const { topic, partition, offset } = origin;
  if (topic === null || partition === null || offset === null)
    return { record: null, gone: "It points to a source that its headers do not tell." };
  const found = await readOne(ctx, cluster, { topic, partition, offset, topicId: null });
  if (found.gone === null) return found;
  return { record: null, gone: `Its value stands in the source alone. ${found.gone}` };
}

/** The stack that the headers tell; what a rule hides of them is hidden here too. */
function stackOf(record: ShownRecord, { topic, at }: DeadLetterRow): string | null {
  const headers = record.headers.map(rawOf);
  return readEnvelope({ topic, headers, key: null, value: new Uint8Array(), at }).stack;
}

/** A header's bytes, as far as they are shown. */
function rawOf({ name, value }: ShownHeader): RawHeader {
  if (value === null) return { name, value: null };
  switch (value.form) {
    case "int": {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(Number(value.text));
      return { name, value: bytes };
    }
    case "long": {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(BigInt(value.text));
      return { name, value: bytes };
    }
    case "hex":
      return { name, value: Buffer.from(value.text.replaceAll(/\s/g, ""), "hex") };
    case "text":
      return { name, value: Buffer.from(value.text, "utf8") };
  }
}
