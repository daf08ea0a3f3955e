import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaSource, SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaPreset } from "#lib/domain/sagas/saga-preset.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import {
  dbosWorkflow,
  Eventuate,
  eventuateId,
  installForeign,
  SEATA_MACHINE,
  seataMachine,
} from "#test/support/foreign-sagas.ts";
import { withClientOf } from "#test/support/kit-sagas.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const ago = (seconds: number): number => NOW - seconds * 1_000;
const signal = AbortSignal.timeout(60_000);

const open = (url: string, preset: SagaPreset): SagaSource =>
  openSagaSources({
    databases: [{ id: "shop", url, cluster: "one", sagas: [{ preset }] }],
    refusal: () => null,
    now: () => NOW,
    log: makeLog("test", "error"),
  })[0]!;

const list = async (source: SagaSource, query: Partial<SourceQuery> = {}) =>
  source.list({ after: null, limit: 50, ...query }, signal);

/** Every saga by pages of one, as `id state`. */
async function paged(source: SagaSource): Promise<string[]> {
  const seen: string[] = [];
  let after: SourceQuery["after"] = null;
  for (let page = 0; page < 50; page += 1) {
    const [row] = await list(source, { after, limit: 1 });
    if (row === undefined) return seen;
    seen.push(`${row.sagaId} ${row.state}`);
    const at = source.facts.orderedBy === "startedAt" ? row.startedAt : row.updatedAt;
    after = { updatedAt: at!, type: row.type, sagaId: row.sagaId };
  }
  throw new Error("the pages do not end");
}

let shop: TestDatabase;
let source: SagaSource;
const each = (preset: SagaPreset, fill: () => Promise<void>): void => {
  beforeAll(async () => {
    shop = await cloneDatabase();
    await fill();
    source = open(shop.url, preset);
  });
  afterAll(async () => {
    await source.close();
    await shop.drop();
  });
};

const TYPE = "io.example.CreateOrderSaga";

describe("Eventuate Tram Sagas", () => {
  const at: Record<string, string> = {};
  each("eventuate", async () => {
    await installForeign(shop.url, "eventuate");
    await withClientOf(shop.url, async (client) => {
      const tram = new Eventuate(client);
      const start = async (name: string, seconds: number): Promise<string> =>
        (at[name] = await tram.start(TYPE, ago(seconds), { order: name }));
      await tram.reply(TYPE, await start("completed", 50), { step: 2, endState: true });
      await tram.reply(TYPE, await start("compensated", 40), { step: 0, compensating: true, endState: true });
      await tram.reply(TYPE, await start("failed", 30), {
        step: 0,
        compensating: true,
        endState: true,
        failed: true,
      });
      await tram.reply(TYPE, await start("compensating", 25), { step: 1, compensating: true });
      const holder = await start("running", 20);
      await tram.reply(TYPE, holder, { step: 1 });
      await tram.participant(TYPE, holder, "customerService", "customer 7");
      expect(await tram.command(TYPE, holder, "customer/7")).toBe("locked");
      const waiter = await start("stuck", 10);
      expect(await tram.command(TYPE, waiter, "customer/7")).toBe("stashed");
      await client.query(
        `INSERT INTO eventuate.saga_instance (saga_type, saga_id, state_name, end_state, compensating, failed,
           saga_data_type, saga_data_json) VALUES ('other', 'no-time-in-it', 'Waiting', false, false, false, 'D', '{}')`,
      );
    });
  });

  test("each state is read, newest first, in pages; an id without a time comes last", async () => {
    const names = ["stuck", "running", "compensating", "failed", "compensated", "completed"];
    expect(await paged(source)).toEqual([
      ...names.map((name) => `${at[name]} ${name}`),
      "no-time-in-it running",
    ]);
    expect((await list(source))[0]).toMatchObject({ startedAt: ago(10), updatedAt: null, step: "step 1" });
    expect((await list(source, { type: "other" }))[0]).toMatchObject({ startedAt: null, step: "Waiting" });
  });

  test("a stashed command waits for the lock of another saga, which is the evidence", async () => {
    const [row] = await list(source, { state: "stuck" });
    expect(row?.stuck).toEqual({
      kind: "lock",
      sentence: `customer/7 is locked by the saga ${TYPE} ${at["running"]}.`,
    });
    const saga = await source.get(TYPE, at["stuck"]!, signal);
    expect(saga?.ownEvidence).toEqual([{ kind: "saga", id: `shop~${TYPE}~${at["running"]}` }]);
  });

  test("what Eventuate does not keep is missing with a reason, its participants are told", async () => {
    const saga = await source.get(TYPE, at["running"]!, signal);
    expect(saga).toMatchObject({
      ...{ state: "running", step: "step 2", data: { order: "running" }, steps: [], version: null },
      journal: [{ service: "customerService", detail: "customerService holds customer 7 for it." }],
    });
    expect(saga?.missing.map(({ field }) => field)).toEqual([
      "updatedAt",
      "steps",
      "journal",
      "correlationId",
    ]);
    expect(await source.get(TYPE, eventuateId(1), signal)).toBeNull();
  });

  test("counts, types, a text", async () => {
    expect(await source.counts(signal)).toContainEqual({
      type: TYPE,
      state: "stuck",
      count: 1,
      atLeast: false,
    });
    expect((await source.definitions(signal)).map(({ type }) => type).sort()).toEqual([TYPE, "other"].sort());
    expect((await list(source, { text: "compensated" })).map(({ sagaId }) => sagaId)).toEqual([
      at["compensated"],
    ]);
    expect(await source.figures(TYPE, signal)).toMatchObject({
      duration: null,
      steps: [
        { step: "step 1", standing: 1, stuck: 1, failureRate: null },
        { step: "step 2", standing: 2, stuck: 0 },
      ],
    });
    expect(source.facts.readOnly).toContain("Eventuate takes no commands");
  });
});

describe("DBOS", () => {
  each("dbos", async () => {
    await installForeign(shop.url, "dbos");
    await withClientOf(shop.url, async (client) => {
      const steps = [{ name: "reserve" }, { name: "charge" }];
      const workflows = [
        { id: "w1", status: "SUCCESS", steps },
        {
          id: "w2",
          status: "ERROR",
          steps: [{ name: "reserve" }, { name: "charge", error: '{"message":"no"}' }],
        },
        { id: "w3", status: "PENDING", steps },
        { id: "w4", status: "ENQUEUED", steps: [] },
        { id: "w5", status: "CANCELLED", steps: [] },
        { id: "w6", status: "MAX_RECOVERY_ATTEMPTS_EXCEEDED", steps, recoveries: 51 },
        { id: "w7", status: "PENDING", steps: [], deadlineAt: ago(60) },
      ];
      for (const [index, workflow] of workflows.entries())
        await dbosWorkflow(client, { name: "checkout", at: ago(100 - index), ...workflow });
    });
  });

  test("each status is read, newest first, in pages", async () => {
    expect(await paged(source)).toEqual([
      ...["w7 stuck", "w6 stuck", "w5 failed", "w4 running", "w3 running", "w2 failed", "w1 completed"],
    ]);
  });

  test("why a workflow does not go on", async () => {
    const rows = await list(source, { state: "stuck" });
    expect(rows.map(({ sagaId, stuck }) => [sagaId, stuck])).toEqual([
      ["w7", { kind: "timer-due", sentence: "Its deadline is past and no executor has ended it." }],
      [
        "w6",
        { kind: "missing-reply", sentence: "DBOS recovered it 51 times and gave up: it is resumed there." },
      ],
    ]);
  });

  test("steps are the operations that were recorded", async () => {
    const saga = await source.get("checkout", "w2", signal);
    expect(saga?.steps.map(({ name, state, output, error }) => [name, state, output, error])).toEqual([
      ["reserve", "done", "ok", null],
      ["charge", "failed", null, '{"message":"no"}'],
    ]);
    expect(saga).toMatchObject({ data: [{ order: "w2" }], startedAt: ago(99), endedAt: ago(98), step: null });
    expect((await source.get("checkout", "w3", signal))?.step).toBe("charge");
    const { duration, steps } = await source.figures("checkout", signal);
    expect(duration).toEqual({ n: 3, p50Ms: 1_000, p90Ms: 1_000, p99Ms: 1_000 });
    expect(steps).toEqual([
      expect.objectContaining({ step: "reserve", standing: 0, failureRate: 0 }),
      expect.objectContaining({ step: "charge", standing: 2, stuck: 1, failureRate: 0.25 }),
    ]);
    expect(steps[0]?.duration).toEqual({ n: 4, p50Ms: 50, p90Ms: 50, p99Ms: 50 });
    const [definition] = await source.definitions(signal);
    expect(definition?.steps.map(({ name }) => name)).toEqual(["reserve", "charge"]);
  });
});

describe("Seata", () => {
  each("seata", async () => {
    await installForeign(shop.url, "seata");
    await withClientOf(shop.url, async (client) => {
      await client.query(
        `INSERT INTO seata_state_machine_def (id, name, tenant_id, app_name, ver, gmt_create, status, content)
         VALUES ('m1', $1, '000001', 'shop', '0.0.1', now(), 'AC', $2)`,
        [SEATA_MACHINE.Name, JSON.stringify(SEATA_MACHINE)],
      );
      const inventory = { id: "s1", name: "ReduceInventory", status: "SU" };
      const balance = { id: "s2", name: "ReduceBalance", status: "FA" };
      const again = { id: "s3", name: "ReduceBalance", status: "SU", retries: "s2" };
      const undo = { id: "s4", name: "CompensateReduceInventory", status: "SU", compensates: "s1" };
      const machines = [
        { id: "x1", status: "SU", states: [inventory, balance, again] },
        { id: "x2", status: "UN", compensation: "SU", states: [inventory, balance, undo] },
        {
          id: "x3",
          status: "UN",
          compensation: "FA",
          states: [inventory, balance, { ...undo, status: "FA" }],
        },
        { id: "x4", status: "RU", running: true, states: [inventory] },
        { id: "x5", status: "FA", states: [{ ...inventory, status: "FA" }] },
        { id: "x6", status: "UN", states: [{ ...inventory, status: "UN" }] },
        { id: "x7", status: "FA", compensation: "RU", running: true, states: [inventory, balance] },
      ];
      for (const [index, machine] of machines.entries())
        await seataMachine(client, {
          ...{ machineId: "m1", businessKey: `order-${machine.id}`, at: ago(100 - index) },
          ...machine,
        });
    });
  });

  test("both outcomes make the state, newest first, in pages", async () => {
    expect(await paged(source)).toEqual([
      ...[
        "x7 compensating",
        "x6 stuck",
        "x5 failed",
        "x4 running",
        "x3 stuck",
        "x2 compensated",
        "x1 completed",
      ],
    ]);
    const rows = await list(source, { state: "stuck" });
    expect(rows.map(({ stuck }) => stuck?.kind)).toEqual(["missing-reply", "compensation-failed"]);
    expect((await list(source, { correlation: "order-x5" })).map(({ sagaId }) => sagaId)).toEqual(["x5"]);
  });

  test("retries and compensations belong to the state that they repeat or undo", async () => {
    const steps = async (id: string) =>
      (await source.get(SEATA_MACHINE.Name, id, signal))?.steps.map(({ name, state, attempts }) => [
        name,
        state,
        attempts,
      ]);
    expect(await steps("x1")).toEqual([
      ["ReduceInventory", "done", 1],
      ["ReduceBalance", "done", 2],
    ]);
    expect(await steps("x2")).toEqual([
      ["ReduceInventory", "compensated", 1],
      ["ReduceBalance", "failed", 1],
    ]);
    expect(await steps("x3")).toEqual([
      ["ReduceInventory", "compensation-failed", 1],
      ["ReduceBalance", "failed", 1],
    ]);
    expect((await source.get(SEATA_MACHINE.Name, "x2", signal))?.journal.map(({ kind }) => kind)).toEqual([
      ...["command-sent", "command-sent", "compensation-sent"],
    ]);
  });

  test("the machine's JSON is the definition", async () => {
    const [definition] = await source.definitions(signal);
    expect(definition).toMatchObject({ type: SEATA_MACHINE.Name, service: "shop" });
    expect(
      definition?.steps.map(({ name, service, attempts, compensationTopic }) => [
        name,
        service,
        attempts,
        compensationTopic,
      ]),
    ).toEqual([
      ["ReduceInventory", "inventoryAction", null, "CompensateReduceInventory"],
      ["ReduceBalance", "balanceAction", 3, "CompensateReduceBalance"],
    ]);
  });

  test("a large table of states without an index is not walked", async () => {
    await withClientOf(shop.url, (client) =>
      client.query(
        `INSERT INTO seata_state_inst (id, machine_inst_id, name, gmt_started, status, input_params)
         SELECT 'f' || n, 'other', 'x', now(), 'SU', repeat('x', 400) FROM generate_series(1, 12000) AS n`,
      ),
    );
    const saga = await source.get(SEATA_MACHINE.Name, "x1", signal);
    expect(saga?.steps).toEqual([]);
    expect(saga?.missing).toContainEqual({
      field: "steps",
      reason: expect.stringContaining("machine_inst_id") as string,
    });
    await withClientOf(shop.url, (client) =>
      client.query("CREATE INDEX ON seata_state_inst (machine_inst_id)"),
    );
    expect((await source.get(SEATA_MACHINE.Name, "x1", signal))?.steps).toHaveLength(2);
  });
});
