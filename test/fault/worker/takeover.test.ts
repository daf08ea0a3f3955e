import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { startPostgres, type PostgresHandle } from "#stack/postgres.ts";
import { runTakeovers } from "./takeover.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DIR = join(ROOT, ".sluice", "fault-worker");
const LEASE = { ttlMs: 2_000, renewMs: 500, contendMs: 200 };
const BEAT_MS = 500;

let postgres: PostgresHandle;
let kafka: KafkaHandle;
beforeAll(async () => {
  postgres = await startPostgres({ dir: join(DIR, "postgres"), fresh: true });
  kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
});
afterAll(async () => {
  await kafka.stop();
  await postgres.stop();
});

it("of two workers, one killed or stopped for three lease times in turn, each sample is written once", async () => {
  const result = await runTakeovers(
    { kafkaBrokers: kafka.brokers, databaseUrl: postgres.url },
    { leaseTimes: LEASE, beatMs: BEAT_MS, turns: ["kill", "stop"] },
  );
  expect(result).toMatchObject({ takeovers: 2, handovers: 2, twice: 0 });
  expect(result.samples).toBeGreaterThan(20);
  // The lease runs out, a contender asks, the first sweep connects: on a busy machine too.
  expect(result.greatestGapMs).toBeLessThan(8_000);
});
