import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { Job, JobRow, JobTarget, OutcomeCounts } from "#lib/domain/jobs/job.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { partitionsPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";

/** What a replay to a group says of itself. */
type Told = Pick<JobRow, "state" | "wish" | "stateReason"> & Pick<Job, "progress">;

/** replayGroupOf is the group whose offsets a job sets back; null for a job that copies. */
export const replayGroupOf = ({ target }: { target?: JobTarget }): string | null =>
  target?.kind === "group" ? target.group : null;

/** rereadTotal counts what a group reads again, before its offsets are set back and after. */
export const rereadTotal = ({ pending, sent, passed, unknown, cancelled }: OutcomeCounts): number =>
  pending + sent + passed + unknown + cancelled;

/** replaySentence says in one sentence where a replay to a group stands. */
export function replaySentence(job: Told, group: string): string {
  const { counts, waitsFor, sendsInMs } = job.progress;
  const total = rereadTotal(counts);
  const read = `${formatCount(counts.passed)} of ${recordsPhrase(total)} ${total === 1 ? "is" : "are"} read again.`;
  const why = job.stateReason === null ? "" : ` ${job.stateReason}`;
  switch (job.state) {
    case "planning":
      return "The plan is being made. No offset is changed.";
    case "planned":
      return `The plan is ready: ${group} would read ${recordsPhrase(total)} again. No offset is changed before it is started.`;
    case "refused":
      return `The plan cannot be started.${why}`;
    case "running":
      return `${wishWords(job.wish)}No offset is changed yet. ${waitsFor ?? `It waits until ${group} is empty.`}`;
    case "paused":
      return `Paused, no offset is changed.${why}`;
    case "settling": {
      const eta = sendsInMs === null || counts.sent === 0 ? "" : ` All in ${formatDuration(sendsInMs)}.`;
      return `The offsets are set back: ${read}${eta}${counts.sent === 0 && waitsFor !== null ? ` ${waitsFor}` : ""}`;
    }
    case "done":
      return `Done: ${read}${why}`;
    case "cancelled":
      return counts.cancelled === total
        ? `No offset was changed.${why}`
        : `Not followed any more: ${read}${why}`;
    case "failed":
      return `Failed.${why}`;
  }
}

const wishWords = (wish: JobRow["wish"]): string =>
  wish === "pause" ? "Pausing. " : wish === "cancel" ? "Cancelling. " : "";

/** replayTitle is the verb of the last button: `Set payments back: 110 records are read again`. */
export const replayTitle = (group: string, records: number): string =>
  `Set ${group} back: ${recordsPhrase(records)} ${records === 1 ? "is" : "are"} read again`;

/** cancelWords says what a cancel of a replay to a group does in its state. */
export function cancelWords({ state }: Pick<Job, "state">, group: string): string {
  return state === "settling"
    ? `The offsets of ${group} stay set back, and it reads on; only the following ends. To take the offsets forward again, undo the reset.`
    : `No offset of ${group} is changed.`;
}

/** resetWords says how the reset of a replay is, with what the half minute after it showed. */
export function resetWords({ state, plan, watch, failures }: OffsetReset): { tone: Tone; sentence: string } {
  switch (state) {
    case "planned":
      return {
        tone: "notice",
        sentence: "Planned: behind the start it is applied as soon as the group is empty.",
      };
    case "applying":
      return { tone: "notice", sentence: "The offsets are being set back." };
    case "refused":
      return { tone: "neutral", sentence: `Not applied, nothing was changed. ${failures[0] ?? ""}`.trim() };
    case "failed":
      return { tone: "critical", sentence: `A part of it failed. ${failures[0] ?? ""}`.trim() };
    case "undone":
      return { tone: "neutral", sentence: "Undone: the offsets are where they stood before." };
    case "applied":
      return watchWords(partitionsPhrase(plan.totals.changed), watch);
  }
}

function watchWords(partitions: string, watch: OffsetReset["watch"]): { tone: Tone; sentence: string } {
  const found = (what: string): number => (watch?.findings ?? []).filter((each) => each.what === what).length;
  const [overwritten, back] = [found("overwritten"), found("moved-back")];
  if (overwritten > 0)
    return {
      tone: "critical",
      sentence: `Applied, and overwritten on ${partitionsPhrase(overwritten)} while the group had no members: a consumer with assigned partitions runs.`,
    };
  if (back > 0)
    return {
      tone: "warning",
      sentence: `Applied; on ${partitionsPhrase(back)} a member committed an earlier offset.`,
    };
  if (watch !== null && watch.endedAt === null)
    return {
      tone: "notice",
      sentence: `Applied on ${partitions}; the commits are watched for half a minute.`,
    };
  return { tone: "ok", sentence: `Applied on ${partitions}.` };
}
