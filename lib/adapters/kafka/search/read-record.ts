import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type { RecordView, ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import type { SchemaLookup } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";
import { CelFailure } from "#lib/adapters/kafka/search/filter/cel.ts";
import { compileTerm } from "#lib/adapters/kafka/search/filter/compile-filter.ts";
import { RecordFields, SHOWN_CHARACTERS } from "#lib/adapters/kafka/search/record-fields.ts";
import type { ThreadSign } from "#lib/adapters/kafka/search/thread-sign.ts";
import type {
  DecoderChoices,
  ReadRecord,
  RecordAddress,
  TriedTerm,
} from "#lib/adapters/kafka/search/types.ts";
import { withSchemas } from "#lib/adapters/kafka/search/with-schemas.ts";
import { maskOfTopic } from "#lib/domain/records/masking.ts";
import type { FilterTerm, MaskingRule } from "#lib/domain/records/record-search.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** What one record is read with. */
export interface ReadTools {
  readonly links: ClusterLinks;
  readonly masking: readonly MaskingRule[];
  readonly schemas: SchemaLookup | null;
  readonly sign: ThreadSign;
  readonly signal: AbortSignal;
}

/** How far back the record before is looked for, in widening steps. */
const BEFORE_WINDOWS = [10n, 100n, 1_000n, 10_000n];

/** readRecord reads one record with its neighbours, committed or not; null where no record has the offset. */
export async function readRecord(
  at: RecordAddress,
  choices: DecoderChoices,
  tools: ReadTools,
): Promise<ReadRecord | null> {
  const place = await placeOf(at, tools);
  const fields = await fieldsOf(place, { at, choices, tools });
  if (fields === null) return null;
  const record = await withSchemas(tools.schemas, tools.signal, () => fields.show(SHOWN_CHARACTERS.single));
  return {
    record,
    before: await offsetBefore(place, at.offset, tools),
    after: await offsetAfter(place, at.offset, tools),
  };
}

/** tryTerms tells what each term makes of one record; null where no record has the offset. */
export async function tryTerms(
  at: RecordAddress,
  { terms, ...choices }: DecoderChoices & { terms: readonly FilterTerm[] },
  tools: ReadTools,
): Promise<TriedTerm[] | null> {
  const fields = await fieldsOf(await placeOf(at, tools), { at, choices, tools });
  if (fields === null) return null;
  const tried: TriedTerm[] = [];
  for (const [index, term] of terms.entries()) {
    tools.sign.at = Date.now();
    tried.push(await withSchemas(tools.schemas, tools.signal, () => tryTerm(term, index, fields)));
  }
  return tried;
}

function tryTerm(term: FilterTerm, index: number, fields: RecordFields): TriedTerm {
  try {
    const matches = compileTerm(term, fields.reading.mask, index).matches(fields);
    const isNoJson = term.kind === "path" && fields.json(term.in) === undefined;
    return { matches, problem: isNoJson ? `The ${term.in} is not JSON.` : null };
  } catch (error) {
    if (!(error instanceof CelFailure || error instanceof SearchRefused)) throw error;
    return { matches: false, problem: `${error.message.replace(/\.$/, "")}.` };
  }
}

async function placeOf({ topic, partition }: RecordAddress, tools: ReadTools): Promise<ResolvedPartition> {
  const asked = {
    topics: [topic],
    partitions: [partition],
    start: { kind: "oldest" },
    end: { kind: "end" },
    isolation: "read_uncommitted",
  } as const;
  const { partitions, failures } = await resolveOffsets(tools.links, asked, tools.signal);
  const [place] = partitions;
  if (place !== undefined) return place;
  const why = failures[0] === undefined ? "It cannot be read." : failures[0].reason;
  throw new KafkaError("not_found", `topic ${topic} ${partition}: ${why}`);
}

async function fieldsOf(
  { topic, topicId, partition, ...place }: ResolvedPartition,
  { at, choices, tools }: { at: RecordAddress; choices: DecoderChoices; tools: ReadTools },
): Promise<RecordFields | null> {
  const range = { ...place, topic, topicId, partition };
  const view = await recordIn(range, { from: at.offset, to: at.offset + 1n, which: "first" }, tools);
  const mask = maskOfTopic(tools.masking, topic);
  const reading = { topic, topicId, mask, schemas: tools.schemas, ...choices };
  return view === null ? null : new RecordFields(view, partition, reading);
}

/** Offsets, the first of which is within; of its records the first or the last is meant. */
interface Range {
  from: bigint;
  to: bigint;
  which: "first" | "last";
}

/** A record of a range; null where it holds none. */
async function recordIn(
  place: ResolvedPartition,
  { from, to, which }: Range,
  tools: ReadTools,
): Promise<RecordView | null> {
  const [fromOffset, toOffset] = [
    from > place.logStart ? from : place.logStart,
    to < place.logEnd ? to : place.logEnd,
  ];
  if (fromOffset >= toOffset) return null;
  let found: RecordView | null = null;
  await readPartitions(tools.links, [{ ...place, fromOffset, toOffset }], {
    isolation: "read_uncommitted",
    signal: tools.signal,
    partitionBytes: 64 * 1024,
    onBatch({ records }) {
      tools.sign.at = Date.now();
      for (const record of records) {
        found = record;
        if (which === "first") return "stop";
      }
      return undefined;
    },
  });
  return found;
}

async function offsetAfter(
  place: ResolvedPartition,
  offset: bigint,
  tools: ReadTools,
): Promise<bigint | null> {
  return (
    (await recordIn(place, { from: offset + 1n, to: place.logEnd, which: "first" }, tools))?.offset ?? null
  );
}

async function offsetBefore(
  place: ResolvedPartition,
  offset: bigint,
  tools: ReadTools,
): Promise<bigint | null> {
  let to = offset;
  for (const size of BEFORE_WINDOWS) {
    if (to <= place.logStart) return null;
    const found = await recordIn(place, { from: offset - size, to, which: "last" }, tools);
    if (found !== null) return found.offset;
    to = offset - size;
  }
  return null;
}
