import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sagaIdOf } from "#lib/domain/sagas/saga.ts";
import { sagaLoops } from "#lib/worker/saga-loops.ts";
import { COMMAND_KEY, SagaHarness } from "#test/integration/kit/saga/saga-harness.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

const LIMIT_MS = 60_000;
const harness = new SagaHarness();
let web: TestConsole;
let operator: TestPerson;
let dir: string;
const worker = new AbortController();
let working: Promise<unknown>;
const SAGA = sagaIdOf("trips", "trip", "t-1");
const AT = `/api/v1/sagas/${encodeURIComponent(SAGA)}`;

interface Row {
  id: string;
  state: string;
  answer: string | null;
}

const read = async <T>(path: string): Promise<T> =>
  (await (await web.send("GET", path, { headers: operator.cookie })).json()) as T;

beforeAll(async () => {
  await harness.start();
  const orchestrator = harness.orchestrator();
  await orchestrator.start();
  harness.behave({ "t-1/train": ["stay-silent", "stay-silent", "stay-silent"] });
  await harness.begin(orchestrator, "t-1");
  await harness.passTimersUntil("t-1", { parked: "timeout", step: "train" });
  dir = await mkdtemp(join(tmpdir(), "sluice-sagas-"));
  const file = join(dir, "sluice.config.yaml");
  const { connectionString: url } = (harness.pool as unknown as { options: { connectionString: string } })
    .options;
  // JSON is YAML.
  const configured = {
    clusters: [{ id: "default", brokers: testStack().kafkaBrokers.split(",") }],
    databases: [{ id: "trips", url, cluster: "default", sagas: [{ preset: "kit", schema: "shifted" }] }],
    sagas: { commandKey: COMMAND_KEY },
  };
  await writeFile(file, JSON.stringify(configured));
  process.env["SLUICE_CONFIG"] = file;
  web = await openConsole();
  operator = await web.person("operator");
  const { db, log, newId } = web.runtime;
  const times = { ttlMs: 4_000, renewMs: 1_000, contendMs: 200 };
  const leased = { db, holder: newId(), times, log, signal: worker.signal };
  working = Promise.all(sagaLoops(web.runtime, { leased, beatMs: 100 }));
}, LIMIT_MS);
afterAll(async () => {
  worker.abort();
  await working;
  delete process.env["SLUICE_CONFIG"];
  await web.close();
  await harness.stop();
  await rm(dir, { recursive: true });
});

test(
  "a command that is posted is done by the service that the configuration's key reaches",
  async () => {
    const { version, commands } = await read<{
      version: number;
      commands: { command: string; refusal: string | null }[];
    }>(AT);
    expect(commands.find(({ command }) => command === "retry")).toMatchObject({ refusal: null });
    const body = { command: "retry", step: "train", expectedVersion: version, reason: "the train is back" };
    const response = await web.send("POST", `${AT}/commands`, { headers: operator.cookie, json: body });
    expect(response.status).toBe(202);
    const sent = (await response.json()) as Row;
    expect(await web.lastAudit("saga.command")).toMatchObject({
      ...{ state: "done", actor_label: operator.email },
      target: { id: SAGA, command: "retry", step: "train", commandId: sent.id, reason: "the train is back" },
    });
    const done = await until(
      async () => {
        const { items } = await read<{ items: Row[] }>(`${AT}/commands`);
        return items.find(({ id, state }) => id === sent.id && state === "done");
      },
      { limitMs: 20_000, what: "the answer of the service" },
    );
    expect(done.answer).toMatch(/goes out/);
    await harness.untilStands("t-1", { state: "completed" });
    const again = await web.send("POST", `${AT}/commands`, { headers: operator.cookie, json: body });
    expect(await problemOf(again)).toMatchObject({ status: 409, code: "saga_changed" });
  },
  LIMIT_MS,
);
