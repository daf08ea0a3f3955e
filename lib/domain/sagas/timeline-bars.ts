import type { SagaEntry, SagaStep } from "#lib/domain/sagas/saga.ts";

/** An entry whose time is known, epoch ms. */
export type TimedEntry = SagaEntry & { readonly at: number };

/** What became of a piece of work. `left`: the saga went on, or ended, without an answer to it. */
type BarOutcome = "under-way" | "done" | "failed" | "left";

/** TimelineBar is one piece of work of a participant, from its command to its answer. */
export interface TimelineBar {
  /** Unique in its timeline. */
  readonly id: string;
  readonly kind: "step" | "compensation";
  readonly outcome: BarOutcome;
  readonly fromAt: number;
  /** null while it goes on. */
  readonly toAt: number | null;
  /** Whether its begin is known; an answer without a command is a point. */
  readonly beginKnown: boolean;
  /** The entries it is made of: command, resends, timeouts, answer. Empty where a source keeps only the step's times. */
  readonly entries: readonly TimedEntry[];
}

/** A bar while the entries of its step are walked through. */
interface Draft {
  kind: TimelineBar["kind"];
  outcome: BarOutcome;
  fromAt: number;
  toAt: number | null;
  beginKnown: boolean;
  entries: TimedEntry[];
}

interface Work {
  readonly step: SagaStep;
  /** Those of the step, by time. */
  readonly entries: readonly TimedEntry[];
  /** Whether the saga has ended, and when. */
  readonly ended: boolean;
  readonly endedAt: number | null;
}

/**
 * workOf folds the entries of one step into bars and marks. A command opens a bar, one more of the same kind is a
 * resend, an answer closes it; an answer without a command is a point. In a choreography, where nobody sends commands,
 * the event that ends a step closes a bar from when the step began. What stays open is closed by what the step or the
 * saga says of itself.
 */
export function workOf(work: Work): { bars: TimelineBar[]; marks: TimedEntry[] } {
  const drafts: Draft[] = [];
  const marks: TimedEntry[] = [];
  for (const entry of work.entries) if (!folded(drafts, entry, work.step)) marks.push(entry);
  if (drafts.length === 0) drafts.push(...ofStepAlone(work.step));
  else drafts.push(...undoneAlone(work.step, drafts));
  for (const draft of drafts) if (draft.toAt === null) settle(draft, work, draft === drafts.at(-1));
  const { name } = work.step;
  return { bars: drafts.map((draft, index) => ({ ...draft, id: `${name} ${index + 1}` })), marks };
}

const COMMANDS = { "command-sent": "step", "compensation-sent": "compensation" } as const;
const ANSWERS = { reply: "step", compensated: "compensation" } as const;

/** Takes an entry into the bars; false where it is a mark. */
function folded(drafts: Draft[], entry: TimedEntry, step: SagaStep): boolean {
  const open = drafts.findLast(({ toAt }) => toAt === null);
  switch (entry.kind) {
    case "command-sent":
    case "compensation-sent":
      command(drafts, entry, COMMANDS[entry.kind]);
      return true;
    case "reply":
    case "compensated":
      answer(drafts, entry, { kind: ANSWERS[entry.kind], outcome: "done" });
      return true;
    case "refused":
      answer(drafts, entry, { kind: open?.kind ?? "step", outcome: "failed" });
      return true;
    case "timeout":
      open?.entries.push(entry);
      return open !== undefined;
    case "event":
    case "ended":
      if (drafts.length > 0) return false;
      drafts.push(byEvent(entry, step));
      return true;
    default:
      return false;
  }
}

/** A step of a choreography, from the event that begins it to the one that ends it. */
function byEvent(entry: TimedEntry, { sentAt }: SagaStep): Draft {
  const [fromAt, toAt] = [Math.min(sentAt ?? entry.at, entry.at), Math.max(sentAt ?? entry.at, entry.at)];
  return { kind: "step", outcome: "done", fromAt, toAt, beginKnown: sentAt !== null, entries: [entry] };
}

/** The compensation of a step that no entry tells of. */
function undoneAlone({ state, endedAt }: SagaStep, drafts: readonly Draft[]): Draft[] {
  if (state !== "compensated" || endedAt === null || drafts.some(({ kind }) => kind === "compensation"))
    return [];
  return [
    { kind: "compensation", outcome: "done", fromAt: endedAt, toAt: endedAt, beginKnown: false, entries: [] },
  ];
}

function command(drafts: Draft[], entry: TimedEntry, kind: Draft["kind"]): void {
  const open = drafts.findLast(({ toAt }) => toAt === null);
  if (open?.kind === kind) {
    open.entries.push(entry);
    return;
  }
  const last = drafts.at(-1);
  // The answer has the earlier time: two clocks, one piece of work.
  if (last?.kind === kind && last.outcome === "done" && !last.beginKnown) {
    Object.assign(last, { beginKnown: true, toAt: entry.at });
    last.entries.push(entry);
    return;
  }
  if (open !== undefined) Object.assign(open, { outcome: "left", toAt: entry.at });
  const draft: Draft = {
    kind,
    outcome: "under-way",
    fromAt: entry.at,
    toAt: null,
    beginKnown: true,
    entries: [],
  };
  draft.entries.push(entry);
  drafts.push(draft);
}

function answer(drafts: Draft[], entry: TimedEntry, what: Pick<Draft, "kind" | "outcome">): void {
  const open = drafts.findLast(({ toAt, kind }) => toAt === null && kind === what.kind);
  if (open === undefined) {
    drafts.push({ ...what, fromAt: entry.at, toAt: entry.at, beginKnown: false, entries: [entry] });
    return;
  }
  Object.assign(open, { outcome: what.outcome, toAt: entry.at });
  open.entries.push(entry);
}

/** What a source that keeps no journal tells of a step: when it was sent and when it ended. */
function ofStepAlone({ state, sentAt, endedAt }: SagaStep): Draft[] {
  const fromAt = sentAt ?? endedAt;
  if (fromAt === null || state === "to-come") return [];
  const kind = state.startsWith("compensat") ? "compensation" : "step";
  return [{ kind, outcome: "under-way", fromAt, toAt: null, beginKnown: sentAt !== null, entries: [] }];
}

const OUTCOME_OF_STATE: Readonly<Record<SagaStep["state"], BarOutcome>> = {
  "to-come": "under-way",
  sent: "under-way",
  done: "done",
  failed: "failed",
  skipped: "left",
  compensating: "under-way",
  compensated: "done",
  "compensation-failed": "failed",
};

/** Closes an open bar by what the step says; one that is still under way stays open unless the saga has ended. */
function settle(draft: Draft, { step, ended, endedAt }: Work, last: boolean): void {
  const lastAt = Math.max(draft.fromAt, draft.entries.at(-1)?.at ?? draft.fromAt);
  const outcome = last ? OUTCOME_OF_STATE[step.state] : "left";
  if (outcome === "under-way" && !ended) return;
  draft.outcome = outcome === "under-way" ? "left" : outcome;
  const closesAt = outcome === "under-way" ? endedAt : last ? step.endedAt : null;
  draft.toAt = Math.max(lastAt, closesAt ?? lastAt);
}
