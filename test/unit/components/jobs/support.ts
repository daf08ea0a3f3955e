import { OUTCOMES, type Job, type OutcomeCounts } from "#lib/domain/jobs/job.ts";

/** Counts of outcomes, zero where nothing is given. */
export function counted(given: Partial<OutcomeCounts> = {}): OutcomeCounts {
  return { ...(Object.fromEntries(OUTCOMES.map((each) => [each, 0])) as OutcomeCounts), ...given };
}

/** What a job's sentence is made of, running with 21 of 35 sent unless it is changed. */
export function told(change: Partial<Job> = {}, counts: Partial<OutcomeCounts> = {}) {
  const all = counted(
    Object.keys(counts).length === 0 ? { pending: 14, sent: 1, passed: 19, returned: 1 } : counts,
  );
  return {
    state: "running" as const,
    wish: "run" as const,
    stateReason: null,
    planned: null,
    ...change,
    counts: all,
    progress: {
      counts: all,
      recordsPerSecond: null,
      sendsInMs: null,
      rung: null,
      waitsFor: null,
      aborted: 0,
      possibleDuplicates: 0,
      targets: [],
      ranges: [],
      ...change.progress,
    },
  };
}
