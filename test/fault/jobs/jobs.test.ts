import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { COPY_FAILPOINTS } from "#lib/adapters/kafka/copy/copy-port.ts";
import { auditTopics } from "#test/support/java-audit/java-audit.ts";
import { until } from "#test/support/until.ts";
import { doubleStartRound, sharedLedgerRound } from "./claim-faults.ts";
import { HOSTILE } from "./dead-letters.ts";
import { returnRound } from "./return-faults.ts";
import { runRound } from "./round.ts";
import { startJobServers, type JobServers } from "./servers.ts";
import { deletionRound } from "./source-faults.ts";
import { targetFaultRound } from "./target-faults.ts";

const LETTERS = 1_000;
const LEASE = { ttlMs: 2_000, renewMs: 500, contendMs: 200 };

let servers: JobServers;
beforeAll(async () => {
  servers = await startJobServers("fault-jobs");
});
afterAll(async () => {
  await servers.stop();
});

it("killed once at each failpoint, a job sends every planned record exactly once, byte for byte, in order", async () => {
  const { taken, audit, faults } = await runRound(servers, {
    ...{
      name: "each failpoint",
      letters: LETTERS,
      hostile: true,
      recordsPerSecond: 100,
      leaseTimes: LEASE,
      settles: true,
    },
    // A ledger that is empty is not read: that one comes last.
    turns: (
      ["in-init-producer", "before-send", "after-send", "in-end", "after-commit", "in-ledger-read"] as const
    ).map((at) => ({ kind: "kill", at, nth: at.startsWith("in-") && at !== "in-end" ? 1 : 4 })),
  });
  expect(faults).toEqual([]);
  expect(taken).toEqual(Object.fromEntries(COPY_FAILPOINTS.map((at) => [at, 1])));
  expect(audit).toMatchObject({ planned: LETTERS + HOSTILE, sent: LETTERS + HOSTILE, lost: 0, twice: 0 });
});

it("stopped past its lease and woken, beside the worker that took over, it sends nothing twice", async () => {
  const { taken, faults, audit } = await runRound(servers, {
    ...{
      name: "a stop",
      letters: 300,
      hostile: false,
      recordsPerSecond: 60,
      leaseTimes: LEASE,
      settles: true,
    },
    turns: [{ kind: "stop", at: "after-send", nth: 1, forMs: 5_000 }],
  });
  expect(faults).toEqual([]);
  expect(taken["after-send"]).toBe(1);
  expect(audit).toMatchObject({ planned: 300, committed: 300, twice: 0 });
});

it("sends nothing later than a second after a pause or a cancel was answered, and leaves no transaction open", async () => {
  const lateMs: number[] = [];
  const late = async (topic: string, answeredAt: number) => {
    // Whatever was under way has ended by then.
    await delay(3_000);
    const [read] = await auditTopics(servers.java, [{ topic, isolation: "read_uncommitted" }]);
    const times = (read?.records ?? []).map(({ timestamp }) => Number(timestamp));
    expect(times.length).toBeGreaterThan(0);
    lateMs.push(Math.max(...times) - answeredAt);
  };
  const { faults, audit } = await runRound(servers, {
    ...{ name: "pause and cancel", letters: 600, hostile: false, recordsPerSecond: 50, leaseTimes: LEASE },
    ...{ settles: false, turns: [] },
    async steer(driver, { number }, { wayIn }) {
      const sending = async () => (await driver.get(number)).counts.sent > 50;
      await until(sending, { limitMs: 60_000, everyMs: 100, what: "copies" });
      await driver.pause(number);
      await late(wayIn, Date.now());
      expect((await driver.get(number)).state).toBe("paused");
      const had = (await driver.get(number)).counts.sent;
      await driver.resume(number);
      const goesOn = async () => (await driver.get(number)).counts.sent > had;
      await until(goesOn, { limitMs: 60_000, everyMs: 100, what: "copies after the pause" });
      await driver.cancel(number);
      await late(wayIn, Date.now());
    },
  });
  expect(faults).toEqual([]);
  expect(Math.max(...lateMs)).toBeLessThanOrEqual(1_000);
  expect(lateMs).toHaveLength(2);
  expect(audit?.failed).toBeGreaterThan(0);
  expect(audit).toMatchObject({ planned: 600, pending: 0, lost: 0, twice: 0 });
});

// Rounds that wait most of their time, for rates, leases and retries: side by side, on databases and topics of their own.
const short = { letters: 300, hostile: false, recordsPerSecond: 60, leaseTimes: LEASE, turns: 1 };

it.concurrent("a job waits for the open transaction of another on its partition of the ledger", async () => {
  const { faults, audit, taken } = await sharedLedgerRound(servers, {
    ...{ ...short, name: "shared ledger", secondLetters: 150 },
  });
  expect(faults).toEqual([]);
  expect(taken).toMatchObject({ "after-send": 1, "after-commit": 1 });
  expect(audit).toMatchObject({ planned: 450, committed: 450, lost: 0, twice: 0 });
});

it.concurrent(
  "two jobs over the same dead letters, started at once by two clicks each, claim each one once",
  async () => {
    const { faults, audit } = await doubleStartRound(servers, { ...short, name: "double start" });
    expect(faults).toEqual([]);
    expect(audit).toMatchObject({ committed: 300, lost: 0, twice: 0 });
  },
);

it.concurrent(
  "dead letters that are deleted in mid-job are failed with the reason, and the rest is sent",
  async () => {
    const { faults, audit } = await deletionRound(servers, { ...short, name: "deletion", taken: 30 });
    expect(faults).toEqual([]);
    expect(audit?.failed).toBeGreaterThan(0);
    expect(audit).toMatchObject({ planned: 300, pending: 0, lost: 0, twice: 0 });
  },
);

it.concurrent(
  "a target that is made anew in mid-job pauses it, and what it had sent is sent to no other",
  async () => {
    const round = { ...short, name: "made anew", fault: "made anew" as const };
    const { faults, audit } = await targetFaultRound(servers, round);
    expect(faults).toEqual([]);
    expect(audit).toMatchObject({ pending: 0, lost: 0, twice: 0 });
  },
);

it.concurrent(
  "a record that a real reader fails on again comes back, and the canary sends no other",
  async () => {
    const { faults, audit } = await returnRound(servers, {
      ...{ ...short, name: "returns", topics: 1, retryTopics: false },
    });
    expect(faults).toEqual([]);
    expect(audit).toMatchObject({ lost: 0, twice: 0, changed: 0 });
  },
);
