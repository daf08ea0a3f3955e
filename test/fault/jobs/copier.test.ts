import { v7 } from "uuid";
import { afterAll, beforeAll, expect, it } from "vitest";
import { COPY_FAILPOINTS } from "#lib/adapters/kafka/copy/copy-port.ts";
import { ledgerPartitionOf } from "#lib/domain/jobs/ledger-entry.ts";
import { runCopierRound } from "./copier-round.ts";
import { startJobServers, type JobServers } from "./servers.ts";

let servers: JobServers;
beforeAll(async () => {
  servers = await startJobServers("fault-copier");
});
afterAll(async () => {
  await servers.stop();
});

it("what the ledger tells is what was sent, whatever place a copier is killed or stopped at", async () => {
  const result = await runCopierRound(servers, {
    // Slow enough to have work left at the last turn.
    ...{ name: "copier", letters: 1_000, portion: 15, pauseMs: 200 },
    turns: [
      ...COPY_FAILPOINTS.map((at) => ({ kind: "kill" as const, at, nth: 1 })),
      { kind: "stop", at: "in-end", nth: 1, forMs: 1_500 },
      { kind: "flow", direction: "toClient", flow: { kind: "hold" }, forMs: 500 },
      { kind: "cut", forMs: 300 },
    ],
  });
  expect(result.faults).toEqual([]);
  expect(Object.values(result.taken)).toEqual([1, 1, 1, 1, 2, 1]);
  expect(result).toMatchObject({ committed: 1_011, planned: 1_011 });
  // One at each turn, and again after what was done to its connections: no two fence one another in turn.
  expect(result.recoveries).toBeLessThanOrEqual(COPY_FAILPOINTS.length + 6);
});

it("a job that is killed waits for another's open transaction on its ledger partition, and copies nothing twice", async () => {
  const [first, second] = jobsOfOnePartition();
  const common = { letters: 300, portion: 30, pauseMs: 50 };
  const [frozen, killed] = await Promise.all([
    runCopierRound(servers, {
      ...{ ...common, name: "frozen", job: first },
      turns: [{ kind: "freeze", at: "after-send", nth: 2, forMs: 6_000 }],
    }),
    runCopierRound(servers, {
      ...{ ...common, name: "killed", job: second },
      turns: Array.from({ length: 3 }, () => ({
        kind: "kill" as const,
        at: "after-commit" as const,
        nth: 2,
      })),
    }),
  ]);
  expect(frozen.faults).toEqual([]);
  expect(killed.faults).toEqual([]);
  expect([frozen.committed, killed.committed]).toEqual([311, 311]);
});

/** Two job ids whose ledger entries lie in one partition. */
function jobsOfOnePartition(): [string, string] {
  const first = v7();
  let second = v7();
  while (ledgerPartitionOf(second) !== ledgerPartitionOf(first)) second = v7();
  return [first, second];
}
