import type { SelectedDeadLetter } from "#lib/adapters/db/job-selections.ts";
import type { PlannedRecord } from "#lib/adapters/db/jobs.sql.ts";
import type { RecordPlace } from "#lib/adapters/kafka/copy/copy-port.ts";
import { moved } from "#lib/domain/dead-letters/states.ts";
import type { ProcessedMark } from "#lib/domain/jobs/job-plan.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import type { CopyMaking } from "#lib/services/jobs/copy-job.ts";
import { hopRefusal, makeCopies, type CopyItem, type MadeCopy } from "#lib/services/jobs/make-copy.ts";
import { NewerSiblings, type Staleness } from "#lib/services/jobs/newer-siblings.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import type { PlanTally } from "#lib/services/jobs/plan-tally.ts";
import { processedMarks } from "#lib/services/jobs/processed-marks.ts";

/** Records that are read, made and written at a time. */
const PORTION = 500;

/** What the rows of a plan are decided by. */
export interface RowPlanning {
  readonly number: number;
  readonly spec: JobSpec;
  /** How many records are selected. */
  readonly rows: number;
  readonly making: CopyMaking;
  /** The largest record that each target takes; null where nobody tells. */
  readonly maxBytes: ReadonlyMap<string, number | null>;
  readonly tally: PlanTally;
}

/** A row on its way: what is known of it so far. */
interface Draft {
  readonly row: SelectedDeadLetter;
  readonly seq: number;
  storedHop: number;
  refused: { code: string; sentence: string } | null;
  held: { code: string; sentence: string } | null;
  made: Extract<MadeCopy, { kind: "copy" }> | null;
}

/** A page of the selection with what would become of it. */
interface Page {
  drafts: readonly Draft[];
  marks: readonly ProcessedMark[];
  /** Rows of the selection, those that are forgotten counted in. */
  selected: number;
  last: SelectedPage["last"];
}

type SelectedPage = Awaited<ReturnType<PlanCtx["db"]["jobs"]["selected"]>>;

/**
 * planDeadLetters makes every copy of a frozen selection as a dry run, page by page in its order, and writes a row a
 * record with what would become of it. Answers how many dead letters were forgotten since they were selected; null when
 * the job is not being planned any more. Throws KafkaError, and an Error where the selection has lost rows.
 */
export async function planDeadLetters(ctx: PlanCtx, planning: RowPlanning): Promise<number | null> {
  const siblings = planning.spec.stale === "hold" ? new NewerSiblings(ctx, targetOf(planning)) : null;
  const source = { ctx, planning, siblings };
  let [selected, seq] = [0, 0];
  let ahead = readPage(source, { after: null, firstSeq: 0 });
  try {
    for (let more = true; more;) {
      const page = await ahead;
      selected += page.selected;
      seq += page.drafts.length;
      more = page.selected === PORTION;
      // The next page is read while this one is written.
      if (more) ahead = readPage(source, { after: page.last, firstSeq: seq });
      // It is awaited, and its failure told, when its turn comes.
      ahead.catch(() => undefined);
      if (!(await writePage(ctx, planning, { page, done: selected }))) return null;
    }
  } finally {
    // Nothing of it runs on when this ends.
    await ahead.catch(() => undefined);
  }
  if (selected !== planning.rows) throw new Error(`The selection has ${selected} of ${planning.rows} rows.`);
  return selected - seq;
}

const targetOf = ({ number, spec }: RowPlanning) => ({ number, target: spec.target });

async function writePage(
  ctx: PlanCtx,
  planning: RowPlanning,
  { page, done }: { page: Page; done: number },
): Promise<boolean> {
  const records = page.drafts.map((draft, index) => {
    const record = decided(planning, draft, page.marks[index] ?? "unknown");
    planning.tally.add(record, draft.made?.sizeBytes ?? null);
    return record;
  });
  return ctx.guarded(async (tx) => {
    await tx.jobs.addRecords(planning.number, records);
    return tx.jobs.notePlanning(planning.number, { done, of: planning.rows });
  });
}

async function readPage(
  { ctx, planning, siblings }: { ctx: PlanCtx; planning: RowPlanning; siblings: NewerSiblings | null },
  { after, firstSeq }: { after: Page["last"]; firstSeq: number },
): Promise<Page> {
  ctx.signal.throwIfAborted();
  const { rows, forgotten, last } = await ctx.db.jobs.selected(planning.number, { after, limit: PORTION });
  const drafts: Draft[] = rows.map((row, index) => ({
    ...{ row, seq: firstSeq + index, storedHop: 0, made: null, held: null },
    refused: stateRefusal(row),
  }));
  await refuseClaimed(ctx, drafts);
  const hops = await ctx.db.jobs.hopsOf(rows);
  for (const draft of drafts) draft.storedHop = hops.get(draft.row.id) ?? 0;
  await makeDrafts(ctx, planning, drafts);
  if (siblings !== null)
    for (const [index, found] of (await siblings.of(rows)).entries()) {
      const draft = drafts[index];
      if (draft !== undefined) draft.held = heldBy(found);
    }
  const marks = await processedMarks(
    ctx,
    drafts.map((draft) => eventOf(planning, draft)),
  );
  return { drafts, marks, selected: rows.length + forgotten, last };
}

function stateRefusal({ state }: SelectedDeadLetter): Draft["refused"] {
  const outcome = moved({ state, twinOf: null }, "claim");
  return "refused" in outcome ? { code: "not_redrivable", sentence: outcome.refused } : null;
}

async function refuseClaimed(ctx: PlanCtx, drafts: readonly Draft[]): Promise<void> {
  const places = drafts.map(({ row: { topicId, partition, offset } }) => ({ topicId, partition, offset }));
  const claimers = await ctx.db.jobClaims.claimers(ctx.cluster, places);
  for (const [index, draft] of drafts.entries()) {
    const number = claimers[index] ?? null;
    if (number !== null)
      draft.refused = { code: "claimed_elsewhere", sentence: `It is claimed by job ${number}.` };
  }
}

/** Reads the records of drafts and makes their copies. */
async function makeDrafts(ctx: PlanCtx, { making }: RowPlanning, drafts: readonly Draft[]): Promise<void> {
  const open = drafts.filter(({ refused }) => refused === null);
  const places: RecordPlace[] = open.map(({ row }) => ({
    ...{ topic: row.topic, topicId: row.topicId, partition: row.partition, offset: row.offset },
  }));
  const read = places.length === 0 ? [] : await ctx.kafka.copy.readAt(places, ctx.signal);
  const found: { draft: Draft; item: CopyItem }[] = [];
  for (const [index, draft] of open.entries()) {
    const [answer, place] = [read[index], places[index]];
    if (answer?.found !== true || place === undefined) {
      const reason = answer?.found === false ? answer.reason : "it could not be read";
      draft.refused = { code: "gone", sentence: `The record is gone: ${reason.replace(/\.$/, "")}.` };
      continue;
    }
    const { record } = answer;
    const position = String(draft.seq);
    found.push({ draft, item: { position, place, record, storedHop: draft.storedHop, planned: null } });
  }
  const copies = await makeCopies(
    making,
    found.map(({ item }) => item),
    ctx.signal,
  );
  for (const [index, { draft }] of found.entries()) {
    const made = copies[index];
    if (made === undefined) continue;
    if (made.kind === "copy") draft.made = made;
    else draft.refused = { code: made.code, sentence: made.sentence };
  }
}

function eventOf({ spec }: RowPlanning, { row, made }: Draft) {
  const group = spec.target.kind === "way-in" ? spec.target.group : row.group;
  const at = row.origin.at ?? row.at;
  return { group: spec.target.kind === "topic" ? null : group, eventId: made?.eventId ?? null, at };
}

/** The row of a draft: the first rule that refuses it counts, then what holds it. */
function decided(planning: RowPlanning, draft: Draft, processed: ProcessedMark): PlannedRecord {
  const { row, made, seq } = draft;
  const refused = draft.refused ?? refusalOf(planning, made, processed);
  const held = refused === null ? draft.held : null;
  const why = refused ?? held;
  return {
    ...{ seq, topic: row.topic, topicId: row.topicId, partition: row.partition, offset: row.offset },
    deadLetterId: row.id,
    outcome: refused !== null ? "refused" : held !== null ? "held" : "pending",
    reasonCode: why?.code ?? null,
    reason: why?.sentence ?? null,
    eventId: made?.eventId ?? null,
    hop: made?.hop ?? draft.storedHop + 1,
    processed,
    target: made === null ? null : { topic: made.copy.topic, partition: made.copy.partition },
  };
}

function refusalOf(
  { making, maxBytes, spec }: RowPlanning,
  made: Draft["made"],
  processed: ProcessedMark,
): Draft["refused"] {
  if (made === null) return { code: "gone", sentence: "The record could not be read." };
  const tooOften = hopRefusal(making, made.hop);
  if (tooOften !== null) return tooOften;
  const most = maxBytes.get(made.copy.topic) ?? null;
  if (most !== null && made.sizeBytes > most)
    return {
      code: "too_large",
      sentence: `It has ${made.sizeBytes} bytes with its headers; ${made.copy.topic} takes ${most}.`,
    };
  if (spec.processed === "leave-out" && processed === "processed")
    return { code: "processed_already", sentence: "The group has processed its event already." };
  return null;
}

function heldBy(found: Staleness): Draft["held"] {
  if (found.state === "no") return null;
  const code = found.state === "newer" ? "newer_siblings" : "order_unknown";
  return { code, sentence: found.sentence };
}
