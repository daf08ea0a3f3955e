import { describe, expect, test } from "vitest";
import {
  judgeGroup,
  judgePartition,
  windowStart,
  WINDOW_SAMPLES,
  type GroupEvidence,
  type Verdict,
  type WindowSample,
} from "#lib/domain/groups/verdict.ts";
import { WINDOW_LIMIT_MS } from "#lib/domain/time/sweep-beat.ts";

const BEAT_MS = 10_000;

/** Samples a beat apart from pairs of commit and end, oldest first. */
const samples = (pairs: readonly (readonly [committed: number | null, end: number])[]): WindowSample[] =>
  pairs.map(([committed, end], index) => ({
    at: index * BEAT_MS,
    committed: committed === null ? null : BigInt(committed),
    lag: committed === null ? null : Math.max(0, end - committed),
  }));

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const FULL = WINDOW_SAMPLES;

const cases: [string, { samples: WindowSample[]; owned?: boolean; allowedLag?: number }, Verdict][] = [
  [
    "level now is OK, whatever came before",
    {
      samples: samples([
        [5, 50],
        [3, 50],
        [50, 50],
      ]),
    },
    "ok",
  ],
  ["a lag within the allowed one is OK", { samples: samples([[45, 50]]), allowedLag: 5 }, "ok"],
  ["no move and no owner is STOP", { samples: samples(times(FULL, () => [40, 50])), owned: false }, "stop"],
  [
    "STOP outranks WARN for a growing lag",
    { samples: samples(times(FULL, (i) => [40, 50 + i])), owned: false },
    "stop",
  ],
  ["no move with an owner is STALL", { samples: samples(times(FULL, () => [40, 50])) }, "stall"],
  ["a lag that never falls is WARN", { samples: samples(times(FULL, (i) => [40 + i, 50 + 2 * i])) }, "warn"],
  [
    "a steady lag of a moving group is WARN",
    { samples: samples(times(FULL, (i) => [40 + i, 50 + i])) },
    "warn",
  ],
  ["a lag that fell once is OK", { samples: samples(times(FULL, (i) => [40 + 3 * i, 100 + 2 * i])) }, "ok"],
  [
    "level once in the window is OK",
    { samples: samples([[50, 50], ...times(FULL, () => [50, 60] as const)]) },
    "ok",
  ],
  [
    "a commit that went back is REWIND",
    {
      samples: samples([
        [40, 90],
        [45, 90],
        [30, 90],
      ]),
    },
    "rewind",
  ],
  [
    "a rewind that returned is none",
    {
      samples: samples([
        [40, 90],
        [30, 90],
        [41, 90],
      ]),
    },
    "ok",
  ],
  [
    "a rewind outranks that it was level once",
    {
      samples: samples([
        [90, 90],
        [30, 90],
      ]),
    },
    "rewind",
  ],
  [
    "a group without members that still moves is not stopped",
    { samples: samples(times(FULL, (i) => [40 + i, 90 + 2 * i])), owned: false },
    "warn",
  ],
  [
    "few samples without a move prove nothing",
    { samples: samples(times(FULL - 1, () => [40, 50])) },
    "unknown",
  ],
  [
    "few samples with a fall prove OK",
    {
      samples: samples([
        [40, 50],
        [45, 50],
      ]),
    },
    "ok",
  ],
  ["a lag that is not known", { samples: samples([[null, 50]]) }, "unknown"],
  ["no samples at all", { samples: [] }, "unknown"],
  [
    "samples without a commit do not hide a stall",
    { samples: samples([[null, 50], ...times(FULL, () => [40, 50] as const)]).slice(1) },
    "stall",
  ],
];

describe("judgePartition", () => {
  test.each(cases)("%s", (_, { samples: given, owned = true, allowedLag = 0 }, expected) => {
    const { verdict, reason } = judgePartition({ samples: given, owned, allowedLag });
    expect(verdict).toBe(expected);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  });

  test("the reason names the records that wait and for how long", () => {
    const { reason } = judgePartition({
      samples: samples(times(FULL, () => [40, 1240])),
      owned: true,
      allowedLag: 0,
    });
    expect(reason).toBe("Its member commits nothing for 2 m 20 s while 1,200 records wait.");
  });
});

describe("windowStart", () => {
  const at = times(60, (index) => index * BEAT_MS);
  const now = 59 * BEAT_MS;
  test("reaches 15 samples back for a group that commits often", () => {
    expect(windowStart(now, at, BEAT_MS)).toBe(now - 14 * BEAT_MS);
  });
  test("reaches five usual pauses back for a group that commits rarely", () => {
    expect(windowStart(now, at, 60_000)).toBe(now - 300_000);
  });
  test("reaches half an hour back at most", () => {
    expect(windowStart(now, at, 24 * 3_600_000)).toBe(now - WINDOW_LIMIT_MS);
  });
});

describe("judgeGroup", () => {
  const part = (verdict: Verdict, lag: number | null = 10): GroupEvidence["partitions"][number] => ({
    judgement: { verdict, reason: `Because ${verdict}.` },
    lag,
  });
  const judge = (...partitions: GroupEvidence["partitions"]): Verdict =>
    judgeGroup({ partitions, lag: 10, consumeRate: 1, produceRate: 2, windowMs: 140_000 }).verdict;

  test("takes the worst of its partitions: REWIND > STALL > STOP > WARN > OK", () => {
    expect(judge(part("ok"), part("warn"), part("stop"), part("stall"), part("rewind"))).toBe("rewind");
    expect(judge(part("ok"), part("warn"), part("stop"), part("stall"))).toBe("stall");
    expect(judge(part("ok"), part("warn"), part("stop"))).toBe("stop");
    expect(judge(part("ok"), part("warn"))).toBe("warn");
    expect(judge(part("ok"))).toBe("ok");
  });
  test("a partition that lags and cannot be judged makes it unknown, one without a commit does not", () => {
    expect(judge(part("ok"), part("unknown", 10))).toBe("unknown");
    expect(judge(part("ok"), part("unknown", null))).toBe("ok");
    expect(judge(part("unknown", null))).toBe("unknown");
    expect(judge()).toBe("unknown");
  });
  test("WARN says both rates when more arrives than is read", () => {
    const evidence = {
      partitions: [part("warn")],
      lag: 10,
      consumeRate: 120,
      produceRate: 181,
      windowMs: 140_000,
    };
    expect(judgeGroup(evidence).reason).toBe(
      "Falls behind: commits advance 120/s while 181/s arrive; no partition is stuck.",
    );
  });

  test("OK with a sum that grows by more than a beat of arrivals says so", () => {
    const evidence = {
      partitions: [part("ok")],
      lag: 3_384,
      consumeRate: 17,
      produceRate: 30,
      windowMs: 140_000,
    };
    expect(judgeGroup(evidence).reason).toBe(
      "Works, yet loses ground: commits advance 17/s while 30/s arrive.",
    );
    expect(judgeGroup({ ...evidence, lag: 25 }).reason).toBe("Keeps up: 25 records behind.");
    expect(judgeGroup({ ...evidence, produceRate: 16 }).reason).toBe("Keeps up: 3,384 records behind.");
  });
});
