import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { runRound, type Servers } from "./round.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DIR = join(ROOT, ".sluice", "fault-short");

let servers: Servers;

beforeAll(async () => {
  const postgres = await startPostgres({ dir: join(DIR, "postgres") });
  const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
  servers = { kafka, postgres };
});
afterAll(async () => {
  await servers.kafka.stop();
  await servers.postgres.stop();
});

it("loses no event and pays no order twice when each failpoint kills a process once", async () => {
  const result = await runRound(servers, {
    seed: 20_261_122,
    orders: 150,
    randomKills: 0,
    killServers: false,
    leaseMs: 2_000,
    plan: {
      "relay-a": { name: "before-publish", nth: 3 },
      "relay-b": { name: "after-publish-before-mark", nth: 3 },
      "payments-a": { name: "after-work-before-commit", nth: 10 },
      "payments-b": { name: "in-rebalance", nth: 1 },
    },
  });
  expect(result.faults).toEqual([]);
  expect(result.counts.failpoints).toEqual({
    "before-publish": 1,
    "after-publish-before-mark": 1,
    "after-work-before-commit": 1,
    "in-rebalance": 1,
  });
  expect(result.audit.moneyInTillsCents).toBe(result.audit.moneyOrderedCents);
  expect(result.audit.duplicatesPublished).toBeGreaterThan(0);
});
