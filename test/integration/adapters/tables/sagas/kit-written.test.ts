import { afterAll, beforeAll, expect, test } from "vitest";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import { offeredCommands } from "#lib/domain/sagas/offered-commands.ts";
import type { Saga } from "#lib/domain/sagas/saga.ts";
import { makeLog } from "#lib/log.ts";
import type { Orchestrator } from "#kit/saga/orchestrator.ts";
import { SagaHarness, TIMEOUT_MS } from "#test/integration/kit/saga/saga-harness.ts";
import { until } from "#test/support/until.ts";

/** What the kit's orchestrator writes, as the console reads it: the two know each other by the tables alone. */
const harness = new SagaHarness();
const signal = AbortSignal.timeout(120_000);
let orchestrator: Orchestrator;
let source: SagaSource;
let aheadMs = 0;

const pass = async (ms: number): Promise<void> => {
  aheadMs += ms;
  await harness.passTime(ms);
};
const read = async (id: string): Promise<Saga> => (await source.get("trip", id, signal))!;
const stepsOf = ({ steps }: Saga): string[] => steps.map(({ name, state }) => `${name} ${state}`);
const offeredOf = (saga: Saga): string[] =>
  offeredCommands(saga, null)
    .filter(({ refusal }) => refusal === null)
    .map(({ command }) => command);

beforeAll(async () => {
  await harness.start();
  orchestrator = harness.orchestrator();
  await orchestrator.start();
  const url = harness.pool.options.connectionString!;
  source = openSagaSources({
    databases: [{ id: "trips", url, cluster: "one", sagas: [{ preset: "kit", schema: "shifted" }] }],
    refusal: () => null,
    now: () => Date.now() + aheadMs,
    log: makeLog("test", "error"),
  })[0]!;
});
afterAll(async () => {
  await source.close();
  await harness.stop();
});

test("the definition is what the service declared", async () => {
  const [definition] = await source.definitions(signal);
  expect(definition).toMatchObject({ type: "trip", service: harness.service });
  expect(
    definition?.steps.map(({ name, pivot, attempts, timeoutMs }) => [name, pivot, attempts, timeoutMs]),
  ).toEqual([
    ["hotel", false, 3, TIMEOUT_MS],
    ["train", false, 3, TIMEOUT_MS],
    ["ticket", true, 3, TIMEOUT_MS],
    ["mail", false, 3, TIMEOUT_MS],
  ]);
  const { command, done, refused, undo } = harness.events("hotel");
  expect(definition?.steps[0]).toMatchObject({
    ...{ service: "hotels", commandTopic: command.topic, compensationTopic: undo.topic },
    replyTopics: expect.arrayContaining([done.topic, refused.topic]) as string[],
  });
});

test("a completed saga", async () => {
  await harness.begin(orchestrator, "happy");
  await harness.untilStands("happy", { state: "completed" });
  const saga = await read("happy");
  expect(saga).toMatchObject({
    state: "completed",
    stuck: null,
    step: null,
    version: 5,
    data: { trip: "happy" },
  });
  expect(saga.endedAt).toBeGreaterThanOrEqual(saga.startedAt!);
  expect(stepsOf(saga)).toEqual(["hotel done", "train done", "ticket done", "mail done"]);
  expect(saga.steps[0]).toMatchObject({ attempts: 1, input: { trip: "happy" }, output: { booked: "hotel" } });
  expect(saga.steps.every(({ commandId }) => /^[0-9a-f-]{36}$/.test(commandId ?? ""))).toBe(true);
  expect(saga.journal.filter(({ data }) => data !== undefined)).toHaveLength(5);
  expect(offeredOf(saga)).toEqual([]);
});

test("a compensated saga", async () => {
  harness.behave({ "back/train": ["refuse"] });
  await harness.begin(orchestrator, "back");
  await harness.untilStands("back", { state: "compensated" });
  const saga = await read("back");
  expect(stepsOf(saga)).toEqual(["hotel compensated", "train failed"]);
  expect(saga.journal.map(({ kind }) => kind)).toEqual([
    ...[
      "started",
      "command-sent",
      "reply",
      "command-sent",
      "refused",
      "compensation-sent",
      "compensated",
      "ended",
    ],
  ]);
});

test("a refusal past the pivot is stuck, and is retried, skipped or given up", async () => {
  harness.behave({ "late/mail": ["refuse"] });
  await harness.begin(orchestrator, "late");
  await harness.untilStands("late", { parked: "refused" });
  const saga = await read("late");
  expect(saga.stuck).toEqual({ kind: "refused", sentence: "mails refused: no mail left" });
  expect(saga).toMatchObject({ state: "stuck", step: "mail", parkedReason: "mails refused: no mail left" });
  expect(offeredOf(saga)).toEqual(["retry", "skip", "resolve"]);
});

test("a participant that does not answer: running, stuck at the second attempt's time, then parked", async () => {
  harness.behave({ "silent/train": ["stay-silent", "stay-silent", "stay-silent"] });
  await harness.begin(orchestrator, "silent");
  await harness.untilStands("silent", { step: "train" });
  expect(await read("silent")).toMatchObject({ state: "running" });
  const attempts = async (n: number): Promise<void> => {
    await until(async () => (await read("silent")).steps[1]?.attempts === n || undefined, {
      ...{ limitMs: 20_000, what: `attempt ${n}` },
    });
  };
  await pass(TIMEOUT_MS + 1_000);
  await pass(2_000);
  await attempts(2);
  expect(await read("silent")).toMatchObject({ state: "running" });
  await pass(TIMEOUT_MS + 1_000);
  const overdue = await until(
    async () => {
      const saga = await read("silent");
      return saga.state === "stuck" && saga.stuck?.kind === "missing-reply" ? saga : undefined;
    },
    { limitMs: 20_000, what: "the saga to be stuck" },
  );
  expect(overdue).toMatchObject({ parkedReason: null, step: "train" });
  expect(
    (await source.list({ after: null, limit: 5, state: "running" }, signal)).map(({ sagaId }) => sagaId),
  ).toEqual([]);
  await pass(5_000);
  await attempts(3);
  expect(await read("silent")).toMatchObject({ state: "stuck" });
  await pass(TIMEOUT_MS + 5_000);
  await harness.untilStands("silent", { parked: "timeout" });
  const parked = await read("silent");
  expect(parked.stuck?.sentence).toContain("trains did not answer in 3 attempts");
  expect(offeredOf(parked)).toEqual(["retry", "skip", "compensate", "cancel", "resolve"]);
  expect(stepsOf(parked)).toEqual(["hotel done", "train sent", "ticket to-come", "mail to-come"]);
});

test("counts and the list of the stuck agree", async () => {
  const stuck = await source.list({ after: null, limit: 50, state: "stuck" }, signal);
  expect(stuck.map(({ sagaId }) => sagaId).sort()).toEqual(["late", "silent"]);
  expect(await source.counts(signal)).toContainEqual({
    type: "trip",
    state: "stuck",
    count: 2,
    atLeast: false,
  });
});
