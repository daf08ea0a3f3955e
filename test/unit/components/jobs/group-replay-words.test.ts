import { describe, expect, test } from "vitest";
import { cancelWords, replayTitle, resetWords } from "#components/jobs/group-replay-words.ts";
import { jobSentence } from "#components/jobs/job-figures.ts";
import type { Job, JobState, OutcomeCounts } from "#lib/domain/jobs/job.ts";
import type { OffsetReset, WatchFinding } from "#lib/domain/offset-resets/offset-reset.ts";
import { told } from "./support.ts";

const target = { kind: "group" as const, group: "payments" };
const sentence = (state: JobState, counts: Partial<OutcomeCounts>, change: Partial<Job> = {}) =>
  jobSentence({ ...told({ state, ...change }, counts), target });
const progress = (change: Partial<Job["progress"]>) =>
  ({ progress: { ...told({}, { sent: 1 }).progress, ...change } }) as Partial<Job>;

describe("where a replay to a group stands: nothing is sent, so nothing says so", () => {
  test.each<[JobState, Partial<OutcomeCounts>, string, Partial<Job>?]>([
    [
      "planned",
      { pending: 110 },
      "The plan is ready: payments would read 110 records again. No offset is changed before it is started.",
    ],
    [
      "paused",
      { pending: 110 },
      "Paused, no offset is changed. The start is 4.",
      { stateReason: "The start is 4." },
    ],
    ["settling", { sent: 60, passed: 50 }, "The offsets are set back: 50 of 110 records are read again."],
    ["done", { passed: 1 }, "Done: 1 of 1 record is read again."],
    [
      "done",
      { passed: 50, unknown: 60 },
      "Done: 50 of 110 records are read again. The reset was undone by ana.",
      { stateReason: "The reset was undone by ana." },
    ],
    ["cancelled", { cancelled: 110 }, "No offset was changed. By ana.", { stateReason: "By ana." }],
    ["cancelled", { passed: 50, unknown: 60 }, "Not followed any more: 50 of 110 records are read again."],
  ])("%s %o", (state, counts, words, change = {}) => {
    expect(sentence(state, counts, change)).toBe(words);
  });
  test("while it waits it says for what", () => {
    const waits = "Group payments has 3 members: stop them; the offsets are set back when it is empty.";
    const counts = told({}, { pending: 110 }).counts;
    expect(sentence("running", { pending: 110 }, progress({ counts, waitsFor: waits }))).toBe(
      `No offset is changed yet. ${waits}`,
    );
  });
});

test("a cancel says what it cannot take back", () => {
  expect(cancelWords({ state: "running" }, "payments")).toBe("No offset of payments is changed.");
  expect(cancelWords({ state: "settling" }, "payments")).toContain("undo the reset");
});

test("the last button says what is done to whom", () => {
  expect(replayTitle("payments", 1_204)).toBe("Set payments back: 1,204 records are read again");
});

describe("what became of the offsets", () => {
  const reset = (
    state: OffsetReset["state"],
    findings: WatchFinding["what"][] = [],
    endedAt: number | null = 1,
  ) =>
    ({
      ...{ state, failures: ["Why."], plan: { totals: { changed: 2 } } },
      watch: { endedAt, findings: findings.map((what) => ({ what })) },
    }) as unknown as OffsetReset;
  test.each<[OffsetReset, string, RegExp]>([
    [reset("applied", [], null), "notice", /watched for half a minute/],
    [reset("applied", ["read-on"]), "ok", /^Applied on 2 partitions\.$/],
    [reset("applied", ["moved-back"]), "warning", /on 1 partition a member/],
    [reset("applied", ["read-on", "overwritten"]), "critical", /overwritten on 1 partition/],
    [reset("refused"), "neutral", /nothing was changed. Why\./],
    [reset("failed"), "critical", /A part of it failed/],
  ])("%#", (of, tone, words) => {
    expect(resetWords(of).tone).toBe(tone);
    expect(resetWords(of).sentence).toMatch(words);
  });
});
