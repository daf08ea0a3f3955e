import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { runSagaRound } from "./saga-round.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DIR = join(ROOT, ".sluice", "fault-saga-short");
const SAGAS = Number(process.env.SAGA_FAULT_SAGAS ?? "150");

let servers: Parameters<typeof runSagaRound>[0];

beforeAll(async () => {
  const postgres = await startPostgres({ dir: join(DIR, "postgres") });
  const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
  servers = { kafka, postgres };
});
afterAll(async () => {
  await servers.kafka.stop();
  await servers.postgres.stop();
});

it("ends or parks every saga, with each effect once, when orchestrators, participants and relays are killed", async () => {
  const result = await runSagaRound(servers, {
    seed: 20_261_123,
    sagas: SAGAS,
    randomKills: 0,
    stuckAfterMs: 60_000,
    plan: {
      "saga-a": ["saga-reply-before-commit:20"],
      "saga-b": ["saga-timer-before-commit:3"],
      "desk-a": ["in-work:15"],
      "desk-b": ["after-work-before-commit:15"],
      "relay-a": ["after-publish-before-mark:4"],
      "relay-b": ["before-publish:4"],
    },
  });
  expect(result.faults).toEqual([]);
  expect(result.hits).toEqual({
    ...{ "saga-reply-before-commit": 1, "saga-timer-before-commit": 1, "in-work": 1 },
    ...{ "after-work-before-commit": 1, "after-publish-before-mark": 1, "before-publish": 1 },
  });
  const { audit } = result;
  expect(audit.completed).toBeGreaterThan(SAGAS / 4);
  expect(audit.compensated).toBeGreaterThan(SAGAS / 20);
  expect(audit.parked.refused).toBeGreaterThan(0);
  expect(audit.resends).toBeGreaterThan(0);
});
