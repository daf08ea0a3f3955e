import { describe, expect, test } from "vitest";
import { jobSentence, meantOf, sentOf, settledOf, toneOf } from "#components/jobs/job-figures.ts";
import { jobsVerdict } from "#components/jobs/jobs-verdict.ts";
import { sumOf, toSend } from "#components/jobs/plan-sums.ts";
import type { Job, JobState, OutcomeCounts } from "#lib/domain/jobs/job.ts";
import { counted, told } from "./support.ts";

test("counts: what is sent, settled and meant", () => {
  const counts = counted({
    ...{ pending: 1, held: 2, sent: 4, passed: 8, returned: 16, unknown: 32 },
    ...{ refused: 64, failed: 128, cancelled: 256 },
  });
  expect(sentOf(counts)).toBe(4 + 8 + 16 + 32);
  expect(settledOf(counts)).toBe(8 + 16 + 32);
  expect(meantOf(counts)).toBe(4 + 8 + 16 + 32 + 1 + 128 + 256);
});

const progress = (change: Partial<Job["progress"]>) => ({ progress: change as Job["progress"] });

describe("where a job stands, in a sentence", () => {
  test.each<[Partial<Job>, Partial<OutcomeCounts>, string]>([
    [
      { state: "planning", planned: { done: 500, of: 1_204 } },
      {},
      "The plan is being made: 500 of 1,204 records looked at. Nothing is sent.",
    ],
    [{ state: "planning" }, {}, "The plan is being made. Nothing is sent."],
    [
      { state: "planned" },
      { pending: 1 },
      "The plan is ready: 1 record to send. Nothing is sent before it is started.",
    ],
    [
      { state: "refused", stateReason: "The topic is gone." },
      { refused: 3 },
      "The plan cannot be started. The topic is gone.",
    ],
    [{ state: "running" }, {}, "21 of 35 sent; 19 passed, 1 returned."],
    [
      { state: "running", wish: "pause" },
      {},
      "Pausing: the open transaction ends first. 21 of 35 sent; 19 passed, 1 returned.",
    ],
    [
      { state: "running", ...progress({ sendsInMs: 14_000 }) },
      { pending: 14, sent: 21 },
      "21 of 35 sent. All sent in 14 s.",
    ],
    [
      { state: "running", ...progress({ waitsFor: "payments-redrive has to commit past 5 records" }) },
      { pending: 30, sent: 5 },
      "5 of 35 sent. Waits: payments-redrive has to commit past 5 records.",
    ],
    [
      { state: "paused", stateReason: "1 of 5 came back" },
      { pending: 30, passed: 4, returned: 1 },
      "Paused: 1 of 5 came back. 5 of 35 sent; 4 passed, 1 returned.",
    ],
    [{ state: "paused" }, { pending: 1, sent: 1 }, "Paused. 1 of 2 sent."],
    [{ state: "settling" }, { sent: 1, passed: 11 }, "All is sent; 1 record waits to settle. 11 passed."],
    [{ state: "done" }, { passed: 11, returned: 1 }, "Done: 12 records sent; 11 passed, 1 returned."],
    [
      { state: "cancelled", stateReason: "wrong group" },
      { cancelled: 30, passed: 5 },
      "Cancelled: wrong group. 5 of 35 sent; 5 passed.",
    ],
    [
      { state: "cancelled", stateReason: "Cancelled by ana@example.com: wrong group" },
      { cancelled: 30, passed: 5 },
      "Cancelled by ana@example.com: wrong group. 5 of 35 sent; 5 passed.",
    ],
    [
      { state: "paused", stateReason: "Paused by ana@example.com." },
      { pending: 1, sent: 1 },
      "Paused by ana@example.com. 1 of 2 sent.",
    ],
  ])("%o", (change, counts, sentence) => {
    expect(jobSentence(told(change, counts))).toBe(sentence);
  });
});

test.each<[JobState, Partial<OutcomeCounts>, string]>([
  ["done", { passed: 3 }, "ok"],
  ["done", { passed: 3, returned: 1 }, "warning"],
  ["settling", { unknown: 1 }, "warning"],
  ["failed", {}, "critical"],
  ["paused", {}, "warning"],
])("a job that is %s with %o is %s", (state, counts, tone) => {
  expect(toneOf({ state, counts: counted(counts) })).toBe(tone);
});

test.each<[JobState[], string]>([
  [[], "No job is under way."],
  [["running"], "1 job is running."],
  [["planned", "running", "running", "paused"], "1 job is paused, 2 are running, 1 waits to be started."],
  [["settling", "settling"], "2 jobs are settling."],
])("the verdict over jobs that are %o", (states, sentence) => {
  expect(jobsVerdict(states.map((state) => ({ state }))).sentence).toBe(sentence);
});

test("held records count only where they are sent by choice", () => {
  const held = [
    { code: "newer", sentence: "", count: 2 },
    { code: "unknown", sentence: "", count: 3 },
  ];
  expect(sumOf(held)).toBe(5);
  expect(toSend({ records: 10, held }, false)).toBe(10);
  expect(toSend({ records: 10, held }, true)).toBe(15);
});
