import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { previewJob as contract } from "#lib/contracts/jobs.ts";
import type { PreviewedRecord, PreviewedSide } from "#lib/domain/jobs/job-plan.ts";
import type { Transform } from "#lib/domain/jobs/transform.ts";
import { hidesHeader, isErrorHeader, maskText, type TopicMask } from "#lib/domain/records/masking.ts";
import { MASK } from "#lib/domain/records/record-search.ts";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { openCopies, type CopyMaking } from "#lib/services/jobs/copy-job.ts";
import { findJob } from "#lib/services/jobs/get-job.ts";
import { makeCopies, type CopyItem, type MadeCopy } from "#lib/services/jobs/make-copy.ts";
import { toolsOf } from "#lib/services/jobs/plan-targets.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";

/** Characters of a text that are shown. */
const SHOWN = 20_000;
const PORTION_BYTES = 4 * 1024 * 1024;

/**
 * previewJob makes the first copies of a plan and shows them beside their records, under the masking rules of the
 * topic that each was read from. Throws `cluster_unknown`, `job_unknown`, `cluster_unreachable`, `read_refused`.
 */
export async function previewJob(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const job = await findJob(ctx, cluster, input.params.number);
  const { plan } = job;
  if (plan === null) return { items: [], failures: ["The plan is not computed yet."] };
  const kafka = ctx.kafka(cluster);
  const tools = toolsOf({ ...ctx, kafka, cluster });
  const making = await openCopies(tools, { id: job.id, spec: job.spec, plan });
  try {
    return await askRecords(ctx, { cluster, otherwise: "read_refused" }, async (_, signal) => {
      const { items, failures } = await itemsOf(ctx, { job, making, limit: input.query.limit, signal });
      const mask = (topic: string): TopicMask => kafka.records.maskOf(topic);
      if (job.spec.target.kind === "group")
        return { items: items.map((item) => readAgain(item, mask)), failures };
      const copies = await makeCopies(making, items, signal);
      const { transform } = job.spec;
      return {
        items: items.map((item, index) => previewed(item, copies[index], { transform, mask })),
        failures,
      };
    });
  } finally {
    making.close();
  }
}

interface Asking {
  job: StoredJob;
  making: CopyMaking;
  limit: number;
  signal: AbortSignal;
}

async function itemsOf(
  ctx: Ctx,
  { job, making, limit, signal }: Asking,
): Promise<{ items: CopyItem[]; failures: string[] }> {
  const { copy } = making.tools.kafka;
  if (job.spec.source.kind === "ranges") return rangeItems(job, { copy, limit, signal });
  const records = await ctx.db.jobs.records(job.number, { after: -1n, limit });
  const ids = new Map(job.plan?.sources.map(({ topic, topicId }) => [topic, topicId]));
  const rows = records.flatMap(({ seq, topic, partition, offset, hop }) => {
    const topicId = ids.get(topic);
    if (topicId === undefined) return [];
    return [{ position: String(seq), storedHop: hop - 1, place: { topic, topicId, partition, offset } }];
  });
  const read = await copy.readAt(
    rows.map(({ place }) => place),
    signal,
  );
  const items: CopyItem[] = [];
  const failures: string[] = [];
  for (const [index, row] of rows.entries()) {
    const answer = read[index];
    if (answer?.found === true) items.push({ ...row, record: answer.record, planned: null });
    else failures.push(`Record ${row.position}: ${answer?.reason ?? "it could not be read"}`);
  }
  return { items, failures };
}

async function rangeItems(
  { plan }: StoredJob,
  { copy, limit, signal }: Pick<Asking, "limit" | "signal"> & Pick<CopyMaking["tools"]["kafka"], "copy">,
): Promise<{ items: CopyItem[]; failures: string[] }> {
  const items: CopyItem[] = [];
  for (const [index, range] of (plan?.ranges ?? []).entries()) {
    if (items.length >= limit) break;
    const options = { limit: limit - items.length, limitBytes: PORTION_BYTES, signal };
    const { records } = await copy.readRange(range, options);
    const { topic, topicId, partition } = range;
    for (const record of records)
      items.push({
        ...{ position: `${index}:${record.offset}`, storedHop: 0, planned: null, record },
        place: { topic, topicId, partition, offset: record.offset },
      });
  }
  return { items, failures: [] };
}

function previewed(
  { position, place, record }: CopyItem,
  made: MadeCopy | undefined,
  { transform, mask: maskOf }: { transform: Transform; mask: (topic: string) => TopicMask },
): PreviewedRecord {
  const { topic, partition, offset } = place;
  const mask = maskOf(topic);
  const copy = made?.kind === "copy" ? made.copy : null;
  return {
    ...{ seq: Number(position.split(":").at(-1)), topic, partition, offset },
    target: copy === null ? null : { topic: copy.topic, partition: copy.partition },
    before: sideOf(record, mask),
    after: copy === null ? null : afterOf(copy, record, { transform, masks: [mask, maskOf(copy.topic)] }),
    problem: made === undefined ? "It was not made." : made.kind === "copy" ? null : made.sentence,
  };
}

/** What a group reads again is the record itself, where it lies. */
function readAgain(
  { position, place, record }: CopyItem,
  mask: (topic: string) => TopicMask,
): PreviewedRecord {
  const { topic, partition, offset } = place;
  const side = sideOf(record, mask(topic));
  return {
    ...{ seq: Number(position.split(":").at(-1)), topic, partition, offset },
    ...{ target: { topic, partition }, before: side, after: side, problem: null },
  };
}

const sideOf = (record: RecordView, mask: TopicMask): PreviewedSide =>
  shown({ key: record.key, value: record.value, headers: record.headers }, mask);

/** A copy as it may be shown: where hidden fields may have been moved, nothing that the transform made is. */
function afterOf(
  copy: CopyRecord,
  record: RecordView,
  { transform, masks }: { transform: Transform; masks: readonly TopicMask[] },
): PreviewedSide {
  const side = masked(copy, masks);
  if (!masks.some(({ any }) => any) || !movesFields(transform)) return side;
  const isOwn = (made: Buffer | null, own: Buffer | null): boolean =>
    made === null || own === null ? made === own : made.equals(own);
  const isOld = (name: string, value: Buffer | null): boolean =>
    record.headers.some((header) => header.name === name && isOwn(value, header.value));
  return {
    key: isOwn(copy.key, record.key) ? side.key : MASK,
    value: isOwn(copy.value, record.value) ? side.value : MASK,
    headers: side.headers.map((header, index) =>
      header.name.startsWith("sluice-") || isOld(header.name, copy.headers[index]?.value ?? null)
        ? header
        : { ...header, value: header.value === null ? null : MASK },
    ),
  };
}

/** Whether a transform can carry a part of a record to another place, where no rule looks for it. */
function movesFields({ value }: Transform): boolean {
  if (value.kind === "patch") return value.operations.some(({ op }) => op === "move" || op === "copy");
  return value.kind === "script";
}

/** A copy is read under the rules of both topics: what either hides is hidden. */
function masked(copy: CopyRecord, masks: readonly TopicMask[]): PreviewedSide {
  const headers = copy.headers.map(({ name, value }) => ({ name: name.toString("utf8"), value }));
  const sides = masks.map((mask) => shown({ key: copy.key, value: copy.value, headers }, mask));
  const [first, second] = sides;
  if (first === undefined || second === undefined) throw new Error("A copy is shown under two masks.");
  return {
    key: hidden(first.key, second.key),
    value: hidden(first.value, second.value),
    headers: first.headers.map((header, index) => ({
      name: header.name,
      value: hidden(header.value, second.headers[index]?.value ?? null),
    })),
  };
}

/** Of two readings of one text, the one that hides more: where both hide different parts, all of it. */
function hidden(one: string | null, other: string | null): string | null {
  if (one === other || one === null || other === null) return one;
  return one.includes(MASK) && other.includes(MASK) ? MASK : one.includes(MASK) ? one : other;
}

interface Bytes {
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly { name: string; value: Buffer | null }[];
}

function shown({ key, value, headers }: Bytes, mask: TopicMask): PreviewedSide {
  return {
    key: partOf(key, "key", mask),
    value: partOf(value, "value", mask),
    headers: headers.map((header) => ({ name: header.name, value: headerOf(header, mask) })),
  };
}

function headerOf({ name, value }: Bytes["headers"][number], mask: TopicMask): string | null {
  if (value === null) return null;
  // An error's text may quote what the value hides.
  const quotes = isErrorHeader(name) && (mask.value.kind !== "none" || mask.key.kind !== "none");
  return quotes || hidesHeader(mask, name) ? MASK : textOf(value);
}

function partOf(bytes: Buffer | null, part: "key" | "value", mask: TopicMask): string | null {
  if (bytes === null) return null;
  const text = textOf(bytes, Infinity);
  return maskText(text, mask[part], { part, json: isJson(text) }).text.slice(0, SHOWN);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const strict = new TextDecoder("utf-8", { fatal: true });

/** Bytes as text; what is no text as hexadecimal digits. */
function textOf(bytes: Buffer, most = SHOWN): string {
  try {
    return strict.decode(bytes).slice(0, most);
  } catch (error) {
    if (error instanceof TypeError) return bytes.toString("hex").slice(0, most);
    throw error;
  }
}
