import { expect, test } from "vitest";
import { jobMarks } from "#components/groups/use-job-marks.ts";

test("a job marks where it began and where it ended, and nothing before it is started", () => {
  const job = { number: 12, name: "Redrive", state: "done" as const, startedAt: 1, endedAt: 2 };
  expect(jobMarks([job])).toEqual([
    { at: 1, label: "job 12 began: Redrive", tone: "notice" },
    { at: 2, label: "job 12 ended, done: Redrive", tone: "notice" },
  ]);
  expect(jobMarks([{ ...job, endedAt: null }])).toHaveLength(1);
  // Cancelled before it was started: it has sent nothing.
  expect(jobMarks([{ ...job, startedAt: null }])).toEqual([]);
  expect(jobMarks([{ ...job, state: "failed" }])[1]?.tone).toBe("critical");
});
