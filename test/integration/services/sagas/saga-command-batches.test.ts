import { afterAll, beforeAll, expect, test } from "vitest";
import type { InputOf } from "#lib/contracts/endpoint.ts";
import type { sendSagaCommands as contract } from "#lib/contracts/saga-commands.ts";
import { cancelSagaCommands } from "#lib/services/sagas/cancel-saga-commands.ts";
import { getSagaCommands } from "#lib/services/sagas/get-saga-commands.ts";
import { sendSagaCommands } from "#lib/services/sagas/send-saga-commands.ts";
import { sendWaitingCommands } from "#lib/services/sagas/send-waiting-commands.ts";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";
import { keepLease } from "#lib/worker/keep-lease.ts";
import { sendSagaCommands as sendSagaCommandsLoop } from "#lib/worker/loops/send-saga-commands.ts";
import { until } from "#test/support/until.ts";
import { openCommandBench, type CommandBench } from "./command-bench.ts";

let bench: CommandBench;
/** Parked at the hotel, at the train, and past the pivot. */
const AT_HOTEL = ["b-1", "b-2", "b-3", "b-4"];

beforeAll(async () => {
  bench = await openCommandBench();
  await bench.park("hotel", ...AT_HOTEL);
  await bench.park("train", "t-1", "t-2");
  await bench.park("mail", "m-1");
}, 90_000);
afterAll(() => bench.close());

type Body = InputOf<typeof contract>["body"];

const ask = (change: Partial<Body> & Pick<Body, "expectedCount">) =>
  sendSagaCommands(bench.ctx, {
    params: {},
    query: {},
    body: {
      command: "skip",
      step: null,
      filter: { state: "stuck", step: "hotel" },
      reason: "a test",
      ...change,
    },
  });

const get = (batch: string) => getSagaCommands(bench.ctx, { params: { batch }, query: {}, body: undefined });

const work = () => sendWaitingCommands({ ...bench.ctx, paceMs: 0 });

test("a batch is asked for by the number that was shown", { timeout: 60_000 }, async () => {
  await expect(ask({ expectedCount: 3 })).rejects.toMatchObject({ code: "selection_changed" });
  await expect(ask({ expectedCount: 1, filter: { source: "elsewhere" } })).rejects.toMatchObject({
    code: "selection_changed",
  });
  const { ctx } = bench;
  const body = { command: "skip", step: null, filter: {}, reason: "a test", expectedCount: 1 } as const;
  const keyless = { ...ctx, sagas: { ...ctx.sagas, commandKey: null } };
  await expect(sendSagaCommands(keyless, { params: {}, query: {}, body })).rejects.toMatchObject({
    code: "saga_command_not_offered",
  });
  await expect(get(ctx.newId())).rejects.toMatchObject({ code: "saga_batch_unknown" });
});

test("a cancelled batch sends nothing", { timeout: 60_000 }, async () => {
  const batch = await ask({ expectedCount: 4 });
  expect(batch).toMatchObject({ total: 4, cancelled: false, endedAt: null });
  expect(batch.counts.waiting).toBe(4);
  const input = { params: { batch: batch.id }, query: {}, body: { reason: "not today" } };
  const cancelled = await cancelSagaCommands(bench.ctx, input);
  expect(cancelled).toMatchObject({ cancelled: true, counts: { cancelled: 4, waiting: 0 } });
  expect(cancelled.items[0]?.answer).toMatch(/Cancelled by ana@example\.com .*not today/);
  expect(cancelled.endedAt).not.toBeNull();
  expect(await work()).toBe(0);
  expect(await bench.harness.instance("b-1")).toMatchObject({ parked: "timeout", step: "hotel" });
  const unknown = { ...input, params: { batch: bench.ctx.newId() } };
  await expect(cancelSagaCommands(bench.ctx, unknown)).rejects.toMatchObject({ code: "saga_batch_unknown" });
});

test("each saga is judged at its own turn, and has a result each", { timeout: 60_000 }, async () => {
  const batch = await ask({ expectedCount: 4 });
  // One moved since, one is busy with another operator's command.
  await bench.stopOrchestrator();
  await bench.harness.pool.query(
    "UPDATE saga_instance SET version = version + 1, updated_at = clock_timestamp() WHERE saga_id = 'b-2'",
  );
  const single = await bench.send("b-3", { command: "retry" });
  expect(await work()).toBe(4);
  const sent = await get(batch.id);
  expect(sent.counts).toMatchObject({ sent: 2, failed: 2, waiting: 0 });
  expect(sent.endedAt).toBeNull();
  const answerOf = (sagaId: string) => sent.items.find(({ saga }) => saga === bench.idOf(sagaId))?.answer;
  expect(answerOf("b-2")).toMatch(/moved since it was chosen/);
  expect(answerOf("b-3")).toMatch(/ana@example\.com has sent retry/);
  await bench.startOrchestrator();
  const done = await until(
    async () => {
      const now = await get(batch.id);
      return now.counts.done === 2 ? now : undefined;
    },
    { limitMs: 20_000, what: "the answers of a batch" },
  );
  expect(done.endedAt).not.toBeNull();
  expect(done.items.every(({ batchId }) => batchId === batch.id)).toBe(true);
  await bench.reach(single.id, "done");
  await bench.harness.untilStands("b-1", { state: "completed" });
  expect(await work()).toBe(0);
});

test("two workers send each command once", { timeout: 60_000 }, async () => {
  const batch = await ask({ expectedCount: 2, filter: { state: "stuck", step: "train" }, command: "cancel" });
  await Promise.all([work(), work()]);
  for (const { id } of (await get(batch.id)).items) await bench.reach(id, "done");
  for (const sagaId of ["t-1", "t-2"]) {
    await bench.harness.untilStands(sagaId, { state: "compensated" });
    const { journal } = await bench.saga(sagaId);
    expect(journal.filter(({ kind }) => kind === "operator")).toHaveLength(1);
  }
});

test(
  "past the pivot nothing is sent by a batch; the worker's loop says so",
  { timeout: 60_000 },
  async () => {
    const batch = await ask({ expectedCount: 1, filter: { state: "stuck", step: "mail" } });
    const ended = new AbortController();
    const { ctx, db } = bench;
    const times = { ttlMs: 4_000, renewMs: 1_000, contendMs: 200 };
    const held = {
      db,
      name: "saga-commands",
      holder: ctx.newId(),
      times,
      log: ctx.log,
      signal: ended.signal,
    };
    const working = keepLease(held, (lease, signal) => sendSagaCommandsLoop(ctx, lease, signal));
    const [{ id }] = batch.items as [SagaCommandRecord];
    expect((await bench.reach(id, "failed")).answer).toMatch(/past its pivot/);
    ended.abort();
    await working;
  },
);

test(
  "a source that is away is waited for, then given up with nothing sent",
  { timeout: 60_000 },
  async () => {
    const { ctx, db } = bench;
    const { now, log } = ctx;
    const away = openSagaSources({
      databases: [
        {
          id: "away",
          url: "postgres://nobody@127.0.0.1:1/none",
          cluster: "test",
          sagas: [{ preset: "kit" }],
        },
      ],
      ...{ refusal: () => null, now, log },
    });
    const [id, commandId] = [ctx.newId(), ctx.newId()];
    const sagas = [{ commandId, source: "away", type: "trip", sagaId: "a-1", seenAt: null }];
    const batch = { id, command: "skip", step: null, filter: {}, reason: "a test", actor: "ana" } as const;
    await db.transaction((tx) => tx.sagaCommands.addBatch({ ...batch, requestedAt: now(), sagas }));
    const round = () =>
      sendWaitingCommands({
        ...ctx,
        sagas: { ...ctx.sagas, sources: [...ctx.sagas.sources, ...away] },
        paceMs: 0,
      });
    expect(await round()).toBe(0);
    expect(await db.sagaCommands.get(commandId)).toMatchObject({ state: "waiting", answer: null });
    bench.pass(15 * 60_000);
    expect(await round()).toBe(1);
    expect(await db.sagaCommands.get(commandId)).toMatchObject({ state: "failed" });
    await Promise.all(away.map((source) => source.close()));
  },
);
