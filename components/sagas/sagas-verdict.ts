import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { getSagaCounts } from "#lib/contracts/sagas.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { SAGA_STATES, type SagaRow, type SagaState, type StuckKind } from "#lib/domain/sagas/saga.ts";

import { STUCK_WORDS } from "./saga-words.ts";

/** How many sagas stand where: an item a source, type and state. */
export type CountItem = OutputOf<typeof getSagaCounts>["items"][number];

/** A number of sagas; `atLeast` where counting stopped. */
interface SagaSum {
  count: number;
  atLeast: boolean;
}

/** sumByState adds up the counts of sources and types, by state. */
export function sumByState(
  items: readonly Pick<CountItem, "state" | "count" | "atLeast">[],
): Record<SagaState, SagaSum> {
  const sums = Object.fromEntries(
    SAGA_STATES.map((state) => [state, { count: 0, atLeast: false }]),
  ) as Record<SagaState, SagaSum>;
  for (const { state, count, atLeast } of items) {
    sums[state].count += count;
    sums[state].atLeast ||= atLeast;
  }
  return sums;
}

/** sumOf adds up some states. */
export function sumOf(sums: Readonly<Record<SagaState, SagaSum>>, states: readonly SagaState[]): SagaSum {
  return {
    count: states.reduce((total, state) => total + sums[state].count, 0),
    atLeast: states.some((state) => sums[state].atLeast),
  };
}

/** sumText writes a sum: `37`, or `10,000+` where counting stopped. */
export function sumText({ count, atLeast }: SagaSum): string {
  return `${formatCount(count)}${atLeast ? "+" : ""}`;
}

/** Stuck sagas of one type, source, step and reason. */
interface StuckCause {
  source: string;
  type: string;
  step: string | null;
  kind: StuckKind;
  /** The reason of the one that moved last. */
  sentence: string;
  count: number;
}

/** stuckCauses groups stuck sagas by what they wait for, the most first; rows without a reason are left out. */
export function stuckCauses(rows: readonly SagaRow[]): StuckCause[] {
  const causes = new Map<string, StuckCause>();
  for (const { source, type, step, stuck } of rows) {
    if (stuck === null) continue;
    const key = JSON.stringify([source, type, step, stuck.kind]);
    const cause = causes.get(key);
    if (cause === undefined) causes.set(key, { source, type, step, ...stuck, count: 1 });
    else cause.count += 1;
  }
  return [...causes.values()].sort((a, b) => b.count - a.count);
}

/**
 * sagasVerdict says in one sentence what needs somebody: `3 sagas are stuck: courier has not read its commands.` `rows`
 * are the newest stuck ones; where there are more of them than these, the numbers by reason are lower bounds: `40+`.
 */
export function sagasVerdict(
  sums: Readonly<Record<SagaState, SagaSum>>,
  rows: readonly SagaRow[],
): { tone: Tone; sentence: string } {
  const { stuck } = sums;
  if (stuck.count > 0) {
    const causes = stuckCauses(rows);
    const noun = stuck.count === 1 && !stuck.atLeast ? "saga is" : "sagas are";
    return {
      tone: causes.some(({ kind }) => STUCK_WORDS[kind].tone === "critical") ? "critical" : "warning",
      sentence: `${sumText(stuck)} ${noun} stuck${whyPhrase(causes, rows.length < stuck.count)}`,
    };
  }
  const open = sumOf(sums, ["running", "compensating"]);
  if (open.count > 0)
    return {
      tone: "ok",
      sentence: `No saga is stuck; ${sumText(open)} ${open.count === 1 ? "is" : "are"} under way.`,
    };
  const all = sumOf(sums, SAGA_STATES);
  if (all.count === 0) return { tone: "neutral", sentence: "No saga is known yet." };
  return { tone: "ok", sentence: "No saga is stuck, and none is under way." };
}

/** The one reason in its own words; several by their kinds. */
function whyPhrase(causes: readonly StuckCause[], partly: boolean): string {
  const [first, ...more] = causes;
  if (first === undefined) return ".";
  if (more.length === 0) return `${partly ? "; the newest" : ""}: ${lowerFirst(first.sentence)}`;
  const byKind = new Map<StuckKind, number>();
  for (const { kind, count } of causes) byKind.set(kind, (byKind.get(kind) ?? 0) + count);
  const parts = [...byKind]
    .sort(([, a], [, b]) => b - a)
    .map(
      ([kind, count]) =>
        `${sumText({ count, atLeast: partly })} ${STUCK_WORDS[kind][count === 1 ? "one" : "many"]}`,
    );
  return `: ${parts.join(", ")}.`;
}

/** A sentence inside another one: its first word small, unless it is written in capitals. */
function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
