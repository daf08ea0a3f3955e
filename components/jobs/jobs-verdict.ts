import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { JobRow, JobState } from "#lib/domain/jobs/job.ts";

const PHRASES: readonly { state: JobState; one: string; many: string }[] = [
  { state: "paused", one: "is paused", many: "are paused" },
  { state: "running", one: "is running", many: "are running" },
  { state: "settling", one: "is settling", many: "are settling" },
  { state: "planned", one: "waits to be started", many: "wait to be started" },
  { state: "planning", one: "is being planned", many: "are being planned" },
];

/** jobsVerdict says in one sentence which jobs are not over, those that need somebody first. */
export function jobsVerdict(active: readonly Pick<JobRow, "state">[]): { tone: Tone; sentence: string } {
  const parts = PHRASES.flatMap(({ state, one, many }) => {
    const count = active.filter((job) => job.state === state).length;
    return count === 0 ? [] : [`${formatCount(count)} ${count === 1 ? one : many}`];
  });
  const [first, ...more] = parts;
  if (first === undefined) return { tone: "neutral", sentence: "No job is under way." };
  const noun = first.startsWith("1 ") ? "job" : "jobs";
  const head = first.replace(/^(\S+)/, `$1 ${noun}`);
  return {
    tone: active.some(({ state }) => state === "paused") ? "warning" : "notice",
    sentence: `${[head, ...more].join(", ")}.`,
  };
}
