import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { Job, JobRow, OutcomeCounts } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { replayGroupOf, replaySentence } from "./group-replay-words.ts";
import { STATE_WORDS } from "./job-words.ts";

/** sentOf counts the records that are in the target, whatever became of them. */
export function sentOf(counts: OutcomeCounts): number {
  return counts.sent + counts.passed + counts.returned + counts.unknown;
}

/** settledOf counts the records of which it is known what became of them. */
export function settledOf(counts: OutcomeCounts): number {
  return counts.passed + counts.returned + counts.unknown;
}

/** meantOf counts the records that a job means to send: those sent, waiting, failed, and cut off by a cancel. */
export function meantOf(counts: OutcomeCounts): number {
  return sentOf(counts) + counts.pending + counts.failed + counts.cancelled;
}

/** outcomePhrase tells what became of the sent records: `20 passed, 1 returned`; empty where nothing is settled. */
export function outcomePhrase(counts: OutcomeCounts): string {
  return (["passed", "returned", "unknown", "failed"] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${formatCount(counts[outcome])} ${outcome === "unknown" ? "not known" : outcome}`)
    .join(", ");
}

/** toneOf is the tone of a job: what came back or failed stands out after the job has ended as well. */
export function toneOf({ state, counts }: Pick<JobRow, "state" | "counts">): Tone {
  const { tone } = STATE_WORDS[state];
  if (state !== "done" && state !== "settling") return tone;
  return counts.returned + counts.failed + counts.unknown > 0 ? "warning" : tone;
}

/** The pieces of a job that its sentence is made of. */
type Told = Pick<JobRow, "state" | "wish" | "counts" | "stateReason"> &
  Partial<Pick<JobRow, "target">> &
  Pick<Job, "planned" | "progress">;

/** jobSentence says in one sentence where a job stands. */
export function jobSentence(job: Told): string {
  const group = replayGroupOf(job);
  if (group !== null) return replaySentence(job, group);
  const { counts } = job.progress;
  const became = outcomePhrase(counts);
  const sent = `${formatCount(sentOf(counts))} of ${formatCount(meantOf(counts))} sent`;
  const so = became === "" ? `${sent}.` : `${sent}; ${became}.`;
  switch (job.state) {
    case "planning":
      return planningSentence(job.planned);
    case "planned":
      return `The plan is ready: ${recordsPhrase(counts.pending)} to send. Nothing is sent before it is started.`;
    case "refused":
      return `The plan cannot be started. ${job.stateReason ?? ""}`.trim();
    case "running":
      return `${wishWords(job.wish)}${so}${etaWords(job)}`;
    case "paused":
      return `${endedWords("Paused", job.stateReason)} ${so}`;
    case "settling":
      return settlingSentence(job, became);
    case "done":
      return `Done: ${recordsPhrase(sentOf(counts))} sent${became === "" ? "" : `; ${became}`}.`;
    case "cancelled":
      return `${endedWords("Cancelled", job.stateReason)} ${so}`;
    case "failed":
      return `${endedWords("Failed", job.stateReason)} ${so}`;
  }
}

/** A state with its reason; that of a person names the state already: `Paused by ana: a deploy.` */
function endedWords(state: string, reason: string | null): string {
  if (reason === null) return `${state}.`;
  return reason.startsWith(`${state} by `) ? sentence(reason) : `${state}: ${sentence(reason)}`;
}

function planningSentence(planned: Job["planned"]): string {
  if (planned === null) return "The plan is being made. Nothing is sent.";
  const of = planned.of === null ? "" : ` of ${formatCount(planned.of)}`;
  return `The plan is being made: ${formatCount(planned.done)}${of} records looked at. Nothing is sent.`;
}

function settlingSentence(
  { progress: { counts, waitsFor } }: Pick<Told, "progress">,
  became: string,
): string {
  if (counts.sent === 0)
    return `All is sent, and it is known what became of it${became === "" ? "" : `: ${became}`}.`;
  const waits = `${recordsPhrase(counts.sent)} ${counts.sent === 1 ? "waits" : "wait"} to settle.`;
  const what = waitsFor === null ? "" : ` Waits: ${sentence(waitsFor)}`;
  return `All is sent; ${waits}${became === "" ? "" : ` ${became}.`}${what}`;
}

function wishWords(wish: JobRow["wish"]): string {
  if (wish === "pause") return "Pausing: the open transaction ends first. ";
  return wish === "cancel" ? "Cancelling: the open transaction ends first. " : "";
}

function etaWords({ progress }: Pick<Told, "progress">): string {
  if (progress.waitsFor !== null) return ` Waits: ${sentence(progress.waitsFor)}`;
  return progress.sendsInMs === null || progress.counts.pending === 0
    ? ""
    : ` All sent in ${formatDuration(progress.sendsInMs)}.`;
}

/** Ends with one full stop, whatever it was written with. */
function sentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
