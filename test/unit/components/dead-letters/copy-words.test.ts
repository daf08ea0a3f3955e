import { describe, expect, it } from "vitest";

import { cameFromText, copyText, copyWords } from "#components/dead-letters/copy-words.ts";
import { DEAD_LETTER_FILE } from "#components/dead-letters/dead-letter-files.ts";
import { tellingCopy, type DeadLetterCopy } from "#lib/domain/jobs/dead-letter-copies.ts";

const COPY: DeadLetterCopy = {
  ...{ job: 12, name: "again", state: "running", outcome: "sent", reason: null, hop: 1 },
  ...{ target: null, sentAt: 1_000, settledAt: null, returnedId: null },
};
const copy = (change: Partial<DeadLetterCopy>): DeadLetterCopy => ({ ...COPY, ...change });

describe("what a job has to do with a dead letter", () => {
  it.each([
    [{ state: "planned", outcome: "pending" }, "planned in job 12", null],
    [{ state: "planned", outcome: "held" }, "planned in job 12, held", null],
    [{ state: "running", outcome: "pending" }, "in job 12, waits to be sent", null],
    [{ state: "running", outcome: "sent" }, "in job 12, sent", 1_000],
    [{ state: "done", outcome: "passed", settledAt: 2_000 }, "sent by job 12, passed", 2_000],
    [{ state: "done", outcome: "returned", settledAt: 2_000 }, "sent by job 12, came back", 2_000],
    [{ state: "failed", outcome: "unknown", settledAt: null }, "sent by job 12, outcome unknown", 1_000],
    [{ state: "running", outcome: "held" }, "held by job 12", null],
    [{ state: "done", outcome: "refused" }, "refused by job 12", null],
    [{ state: "done", outcome: "failed" }, "could not be sent by job 12", null],
    [{ state: "cancelled", outcome: "cancelled" }, "not sent by job 12", null],
  ] as const)("%o: %s", (change, text, at) => {
    expect([copyText(copy(change)), copyWords(copy(change)).at]).toEqual([text, at]);
  });
  it("says from whose copy a dead letter came back, with the hop where it is told", () => {
    expect(cameFromText({ job: 9, hop: 2 })).toBe("came back from job 9, hop 2");
    expect(cameFromText({ job: 9, hop: null })).toBe("came back from job 9");
  });
});

describe("the job that a list tells of several", () => {
  const planned = copy({ job: 14, state: "planned", outcome: "pending" });
  const sent = copy({ job: 13, state: "done", outcome: "passed" });
  const holds = copy({ job: 12, state: "running", outcome: "pending" });
  const left = copy({ job: 15, state: "done", outcome: "refused" });
  it.each([
    ["the one that holds it", [left, planned, sent, holds], 12],
    ["else the one that sent it", [left, planned, sent], 13],
    ["else the one that plans to", [left, planned], 14],
    ["the newest of several that sent it", [sent, copy({ job: 3, state: "done", outcome: "returned" })], 13],
    ["none where none does any of it", [left], null],
  ])("is %s", (_, copies, job) => {
    expect(tellingCopy(copies)?.job ?? null).toBe(job);
  });
});

describe("dead letters as a file", () => {
  it("name the job, its outcome and whose copy came back", () => {
    const names = DEAD_LETTER_FILE.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["job", "job_outcome", "came_back_from_job"]));
  });
});
