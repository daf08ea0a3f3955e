import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "#kit/message.ts";
import { defineSaga } from "#kit/saga/definition.ts";
import { noteMissedReply } from "#kit/saga/journal.ts";
import type { Orchestrator } from "#kit/saga/orchestrator.ts";
import { answerOnce } from "#kit/saga/participant.ts";
import { lockSaga } from "#kit/saga/store.ts";
import { inTransaction } from "#kit/transaction.ts";
import { readTopic } from "#test/integration/kit/kit-harness.ts";
import { until } from "#test/support/until.ts";
import { SagaHarness, TIMEOUT_MS } from "./saga-harness.ts";

const harness = new SagaHarness();
let orchestrator: Orchestrator;

beforeAll(async () => {
  await harness.start();
  orchestrator = harness.orchestrator();
  await orchestrator.start();
});
afterAll(() => harness.stop());

const doneAll = ["hotel done", "train done", "ticket done", "mail done"];

describe("an orchestrated saga", () => {
  it("goes through its steps: each command and each effect once, all of it in the journal", async () => {
    expect(await harness.begin(orchestrator, "happy")).toBe("begun");
    expect(await harness.begin(orchestrator, "happy")).toBe("already");
    const ended = await harness.untilStands("happy", { state: "completed" });
    expect(ended).toEqual({ state: "completed", parked: null, version: 5, step: null });
    expect(await harness.effects("happy")).toEqual(doneAll);
    expect((await harness.journal("happy")).map(({ kind }) => kind)).toEqual([
      ...[
        "started",
        "command-sent",
        "reply",
        "command-sent",
        "reply",
        "command-sent",
        "reply",
        "command-sent",
      ],
      ...["reply", "ended"],
    ]);
    const { rows } = await harness.pool.query(
      "SELECT data, causation_id FROM saga_instance WHERE saga_id = 'happy'",
    );
    expect(rows[0]).toEqual({
      data: { trip: "happy", seats: ["hotel", "train", "ticket", "mail"] },
      causation_id: null,
    });
  });

  it("keeps correlation and causation through every hop, and names the saga in the headers", async () => {
    const { command, done } = harness.events("train");
    const sent = (await readTopic(harness.kafka, command.topic, 1)).find(({ key }) => key === "happy")!;
    const answered = (await readTopic(harness.kafka, done.topic, 1)).find(({ key }) => key === "happy")!;
    const first = (await readTopic(harness.kafka, harness.events("hotel").done.topic, 1)).find(
      ({ key }) => key === "happy",
    )!;
    expect(sent.headers).toMatchObject({
      ...{
        "saga-type": "trip",
        "saga-id": "happy",
        "saga-step": "train",
        "saga-command": "trip/happy/train/1",
      },
      ...{ producer: harness.service, "causation-id": first.headers["event-id"] },
    });
    expect(answered.headers).toMatchObject({
      ...{
        "saga-type": "trip",
        "saga-id": "happy",
        "saga-step": "train",
        "saga-command": "trip/happy/train/1",
      },
      ...{ producer: "trains", "causation-id": sent.headers["event-id"] },
      "correlation-id": sent.headers["correlation-id"],
    });
    expect(first.headers["correlation-id"]).toBe(sent.headers["correlation-id"]);
  });

  it("begins nothing when the caller rolls back, or when it was not given the saga", async () => {
    const begin = inTransaction(harness.pool, async (tx) => {
      await orchestrator.begin(tx, harness.trip, { sagaId: "rolled-back", data: { trip: "x", seats: [] } });
      throw new Error("changed my mind");
    });
    await expect(begin).rejects.toThrow("changed my mind");
    expect(await harness.instance("rolled-back")).toBeUndefined();
    const foreign = defineSaga({ ...harness.trip, type: "other" });
    const data = { trip: "x", seats: [] };
    await expect(orchestrator.begin(harness.pool, foreign, { sagaId: "x", data })).rejects.toThrow(
      RangeError,
    );
    await expect(orchestrator.begin(harness.pool, harness.trip, { sagaId: "", data })).rejects.toThrow(/key/);
  });

  it("compensates in reverse order what was done before a refusal", async () => {
    harness.behave({ "back/ticket": ["refuse"] });
    await harness.begin(orchestrator, "back");
    await harness.untilStands("back", { state: "compensated" });
    expect(await harness.effects("back")).toEqual([
      "hotel done",
      "train done",
      "train undone",
      "hotel undone",
    ]);
  });

  it("sends again when an answer is lost: the participant answers the same again, and the effect is one", async () => {
    harness.behave({ "lost/hotel": ["lose-the-answer"] });
    await harness.begin(orchestrator, "lost");
    await until(async () => (await harness.effects("lost")).length === 1, { limitMs: 20_000 });
    await harness.passTimersUntil("lost", { state: "completed" });
    expect(await harness.effects("lost")).toEqual(doneAll);
    const { rows } = await harness.pool.query(
      `SELECT c.id AS command, a.headers->>'causation-id' AS cause FROM outbox a
       JOIN outbox c ON c.aggregateid = a.aggregateid AND c.topic = $1
       WHERE a.topic = $2 AND a.aggregateid = 'lost' ORDER BY c.seq DESC LIMIT 1`,
      [harness.events("hotel").command.topic, harness.events("hotel").done.topic],
    );
    const { command, cause } = rows[0] as { command: string; cause: string };
    expect(cause).toBe(command);
  });

  it("parks when nobody answers, and a compensation that nobody answers parks as compensation_failed", async () => {
    const silent = Array.from({ length: 3 }, () => "stay-silent" as const);
    harness.behave({ "mute/hotel": silent, "stuck/train": ["refuse"], "stuck/hotel/undo": silent });
    await harness.begin(orchestrator, "mute");
    await harness.passTimersUntil("mute", { state: "running", parked: "timeout" });
    await harness.begin(orchestrator, "stuck");
    await harness.passTimersUntil("stuck", { state: "compensating", parked: "compensation_failed" });
    expect(await harness.effects("stuck")).toEqual(["hotel done"]);
    expect(await harness.effects("mute")).toEqual([]);
  });

  it("knows an answer without saga headers by the command that it names as its cause", async () => {
    harness.behave({ "foreign/hotel": ["stay-silent"] });
    await harness.begin(orchestrator, "foreign");
    const { rows } = await harness.pool.query(
      "SELECT command_id AS id FROM saga_step WHERE saga_id = 'foreign'",
    );
    const raw = harness.kafka.producer();
    await raw.connect();
    const headers = { "event-id": "f-1", "causation-id": (rows[0] as { id: string }).id };
    await raw.send({
      topic: harness.events("hotel").done.topic,
      messages: [{ key: "foreign", value: "{}", headers }],
    });
    await raw.disconnect();
    await harness.untilStands("foreign", { state: "completed" });
  });

  it("keeps twenty late answers of a saga, no more", async () => {
    await inTransaction(harness.pool, async (tx) => {
      const locked = await lockSaga(tx, { type: "trip", id: "happy" });
      for (let n = 1; n <= 22; n++)
        expect(await noteMissedReply(tx, locked!.saga, { kind: "late", step: "mail" })).toBe(n <= 20);
    });
  });
});

describe("several instances, and none", () => {
  it("keeps its timers over a restart", async () => {
    harness.behave({ "restart/train": ["stay-silent"] });
    await harness.begin(orchestrator, "restart");
    await harness.untilStands("restart", { step: "train" });
    await orchestrator.stop();
    await harness.passTime(TIMEOUT_MS + 500);
    orchestrator = harness.orchestrator();
    await orchestrator.start();
    await harness.passTimersUntil("restart", { state: "completed" });
    expect((await harness.journal("restart")).map(({ kind }) => kind)).toContain("timeout");
    expect(await harness.effects("restart")).toEqual(doneAll);
  });

  it("is not held up by a saga whose timer cannot be acted on, and says so", async () => {
    harness.behave({ "gone/hotel": ["stay-silent"], "other/hotel": ["stay-silent"] });
    await harness.begin(orchestrator, "gone");
    await harness.pool.query(
      "UPDATE saga_instance SET step = 'gone', wake_at = '2020-01-01' WHERE saga_id = 'gone'",
    );
    await until(() => orchestrator.status().timerError, { limitMs: 10_000, what: "the failure to be told" });
    await harness.begin(orchestrator, "other");
    await harness.passTimersUntil("other", { state: "completed" });
    expect(await harness.instance("gone")).toMatchObject({ state: "running", step: "gone", version: 1 });
  });

  it("shares the work between two instances: each saga ends, each effect once", async () => {
    const second = harness.orchestrator();
    await second.start();
    const ids = Array.from({ length: 24 }, (_, n) => `pair-${n}`);
    for (const [n, id] of ids.entries()) {
      if (n % 4 === 1) harness.behave({ [`${id}/ticket`]: ["refuse"] });
      if (n % 4 === 2) harness.behave({ [`${id}/train`]: ["lose-the-answer"] });
    }
    await Promise.all(ids.map((id, n) => harness.begin(n % 2 ? orchestrator : second, id)));
    const lost = ids.length / 4;
    const count = async (what: string): Promise<number> => {
      const { rows } = await harness.pool.query(
        `SELECT count(*)::int AS n FROM ${what} AND saga_id LIKE 'pair-%'`,
      );
      return (rows[0] as { n: number }).n;
    };
    const untilCount = (what: string, n: number): Promise<boolean> =>
      until(async () => (await count(what)) === n, { limitMs: 40_000, what: `${n} of ${what}` });
    await untilCount("saga_instance WHERE ended_at IS NOT NULL", ids.length - lost);
    await harness.passTime(TIMEOUT_MS + 500);
    await untilCount("saga_journal WHERE kind = 'timeout'", lost);
    await harness.passTime(1_500);
    await untilCount("saga_instance WHERE ended_at IS NOT NULL", ids.length);
    for (const [n, id] of ids.entries()) {
      const isBack = n % 4 === 1;
      expect(await harness.effects(id)).toEqual(
        isBack ? ["hotel done", "train done", "train undone", "hotel undone"] : doneAll,
      );
    }
    expect(orchestrator.status().replies).toBeGreaterThan(0);
    expect(second.status().replies).toBeGreaterThan(0);
    await second.stop();
  }, 120_000);
});

describe("a participant", () => {
  const message = (command: string): Message<unknown> => ({
    ...{
      eventId: command,
      eventType: "t",
      occurredAt: 0,
      correlationId: "c",
      producer: "p",
      key: "k",
      payload: {},
    },
    ...{
      topic: "t",
      partition: 0,
      offset: 0n,
      baseTopic: "t",
      attempt: 1,
      headers: { "saga-command": command },
    },
  });
  const answer = (command: string, group: string, done: string[]): Promise<string> =>
    inTransaction(harness.pool, (tx) =>
      answerOnce(tx, { group, service: "s", aggregateType: "a", message: message(command) }, () => {
        done.push(command);
        return Promise.resolve({ event: harness.events("mail").undone, payload: null });
      }),
    );

  it("does not do what was undone before it came", async () => {
    const done: string[] = [];
    expect(await answer("x/1/mail/1/undo", "g1", done)).toBe("answered");
    expect(await answer("x/1/mail/1", "g1", done)).toBe("undone");
    expect(await answer("x/1/mail/1/undo", "g1", done)).toBe("repeated");
    expect(done).toEqual(["x/1/mail/1/undo"]);
  });

  it("undoes after the work that is under way, however they meet", async () => {
    for (let n = 0; n < 10; n++) {
      const done: string[] = [];
      const keys = [`x/${n}/mail/1`, `x/${n}/mail/1/undo`];
      const came = await Promise.all(keys.map((key) => answer(key, "g2", done)));
      expect(came[1]).toBe("answered");
      expect(done).toEqual(came[0] === "undone" ? [keys[1]] : keys);
    }
  });
});
