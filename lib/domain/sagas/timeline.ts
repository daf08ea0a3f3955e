import { ENDED_STATES, type Saga, type StepState } from "#lib/domain/sagas/saga.ts";
import { workOf, type TimedEntry, type TimelineBar } from "#lib/domain/sagas/timeline-bars.ts";

/** What a timeline is made of. */
type TimelineSaga = Pick<Saga, "state" | "service" | "steps" | "journal" | "startedAt" | "endedAt" | "next">;

/** TimelineRow is one step, or what a participant did outside of any step (`step` null). */
export interface TimelineRow {
  readonly step: string | null;
  readonly pivot: boolean;
  readonly bars: readonly TimelineBar[];
  /** What happened at one instant: events, late and repeated answers, an operator's commands, the saga's ends. */
  readonly marks: readonly TimedEntry[];
  /** When an answer is due, epoch ms; null without a timer. */
  readonly dueAt: number | null;
  /** What is still to come, with its place in the order from 0; null where nothing is. */
  readonly toCome: { readonly kind: "step" | "compensation"; readonly order: number } | null;
}

/** TimelineLane is one participant; `service` is null where the source does not tell it. */
interface TimelineLane {
  readonly service: string | null;
  readonly rows: readonly TimelineRow[];
}

/** Timeline is a saga as lanes of bars and marks. Instants are epoch ms. */
export interface Timeline {
  readonly lanes: readonly TimelineLane[];
  /** Every instant at which something happened, ascending: what a time scale is laid out by. A deadline is no event. */
  readonly instants: readonly number[];
  /** The clock; null once the saga has ended. */
  readonly nowAt: number | null;
  /** Entries that stand in no lane, because the source keeps no time for them. */
  readonly untimed: number;
  /** How many rows have something to come. */
  readonly toCome: number;
}

/** timelineOf draws a saga at the instant `nowAt`, epoch ms. Entries may come in any order, twice, or not at all. */
export function timelineOf(saga: TimelineSaga, nowAt: number): Timeline {
  const ended = isEnded(saga.state);
  const timed = saga.journal
    .filter((entry): entry is TimedEntry => entry.at !== null)
    .sort((a, b) => a.at - b.at || a.seq - b.seq);
  const rows = rowsOf(saga, timed, ended);
  const lanes = lanesOf(rows);
  return {
    lanes,
    instants: instantsOf(saga, rows, ended ? null : nowAt),
    nowAt: ended ? null : nowAt,
    untimed: saga.journal.length - timed.length,
    toCome: rows.filter(({ row }) => row.toCome !== null).length,
  };
}

/** isEnded says whether a saga stands in a state that it does not leave by itself. */
export function isEnded(state: Saga["state"]): boolean {
  return ENDED_STATES.some((each) => each === state);
}

interface PlacedRow {
  readonly service: string | null;
  readonly row: TimelineRow;
}

function rowsOf(saga: TimelineSaga, timed: readonly TimedEntry[], ended: boolean): PlacedRow[] {
  const known = new Set(saga.steps.map(({ name }) => name));
  const own = timed.filter(({ step }) => step === null || !known.has(step));
  const toCome = ended ? new Map<string, TimelineRow["toCome"]>() : toComeOf(saga);
  const steps = saga.steps.map((step): PlacedRow => {
    const entries = timed.filter((entry) => entry.step === step.name);
    const { bars, marks } = workOf({ step, entries, ended, endedAt: saga.endedAt });
    const waits = !ended && (step.state === "sent" || step.state === "compensating");
    const row = {
      ...{ step: step.name, pivot: step.pivot, bars, marks },
      dueAt: waits ? step.dueAt : null,
      toCome: toCome.get(step.name) ?? null,
    };
    return { service: step.service, row };
  });
  const others = ownRows(saga, own);
  const begins = Math.min(...steps.map(({ row }) => row.bars[0]?.fromAt ?? Infinity));
  const isEarly = ({ service, row }: PlacedRow): boolean =>
    (service !== null && service === saga.service) || (row.marks[0]?.at ?? begins) <= begins;
  return [
    ...others.filter(isEarly),
    ...steps,
    ...others.filter((each) => !isEarly(each)),
    ...expectedRow(saga, ended, toCome.size),
  ];
}

/** Rows of what belongs to no step: the saga's own, and events by who wrote them. */
function ownRows(saga: TimelineSaga, entries: readonly TimedEntry[]): PlacedRow[] {
  const byService = new Map<string | null, TimedEntry[]>();
  for (const entry of entries) {
    const service = entry.kind === "event" ? entry.service : (saga.service ?? entry.service);
    byService.set(service, [...(byService.get(service) ?? []), entry]);
  }
  return [...byService].map(([service, marks]) => ({
    service,
    row: { step: null, pivot: false, bars: [], marks, dueAt: null, toCome: null },
  }));
}

/** The event that a choreography's map expects next, where no step stands for it. */
function expectedRow({ next, steps }: TimelineSaga, ended: boolean, order: number): PlacedRow[] {
  if (next === null || ended) return [];
  if (steps.some(({ state, dueAt }) => state === "sent" && dueAt === next.dueAt)) return [];
  const row: TimelineRow = {
    ...{ step: next.topic, pivot: false, bars: [], marks: [] },
    dueAt: next.dueAt,
    toCome: { kind: "step", order },
  };
  return [{ service: null, row }];
}

const UNDOING: readonly StepState[] = ["compensating", "compensated", "compensation-failed"];

/** What is to come, by step: the steps in order; while a saga compensates, what is left to undo, the last first. */
function toComeOf({ steps, journal, state }: TimelineSaga): Map<string, TimelineRow["toCome"]> {
  const back =
    state === "compensating" ||
    steps.some((step) => UNDOING.includes(step.state)) ||
    journal.some(({ kind }) => kind === "compensation-sent");
  const left = back
    ? steps.filter((step) => step.state === "done" && step.compensation !== null).reverse()
    : steps.filter((step) => step.state === "to-come");
  const kind = back ? "compensation" : "step";
  return new Map(left.map((step, order) => [step.name, { kind, order }]));
}

/** Lanes in the order in which their first row comes; participants that nobody names share one. */
function lanesOf(rows: readonly PlacedRow[]): TimelineLane[] {
  const lanes: { service: string | null; rows: TimelineRow[] }[] = [];
  for (const { service, row } of rows) {
    const lane = lanes.find((each) => each.service === service);
    if (lane === undefined) lanes.push({ service, rows: [row] });
    else lane.rows.push(row);
  }
  return lanes;
}

function instantsOf(saga: TimelineSaga, rows: readonly PlacedRow[], nowAt: number | null): number[] {
  const instants = [saga.startedAt, saga.endedAt, nowAt];
  for (const { row } of rows) {
    for (const { at } of row.marks) instants.push(at);
    for (const bar of row.bars) {
      instants.push(bar.fromAt, bar.toAt);
      for (const { at } of bar.entries) instants.push(at);
    }
  }
  const known = instants.filter((at): at is number => at !== null);
  return [...new Set(known)].sort((a, b) => a - b);
}
