import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { COMMAND_RESULT_TOPIC } from "#lib/domain/sagas/saga-command.ts";
import { listSagaCommands } from "#lib/services/sagas/list-saga-commands.ts";
import { previewSagaCommand } from "#lib/services/sagas/preview-saga-command.ts";
import { testKafka } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { CLUSTER, openCommandBench, type CommandBench } from "./command-bench.ts";

let bench: CommandBench;

beforeAll(async () => {
  bench = await openCommandBench();
}, 60_000);
afterAll(() => bench.close());

const refusalOf = (call: Promise<unknown>): Promise<{ code: string; message: string; details: object }> =>
  call.then(
    () => ({ code: "none", message: "", details: {} }),
    (error: unknown) => error as { code: string; message: string; details: object },
  );

/** Writes answers as any producer can who may write to the topic. */
async function answer(...values: object[]): Promise<void> {
  const producer = testKafka().producer();
  await producer.connect();
  const messages = values.map((value) => ({ key: "x", value: JSON.stringify(value) }));
  await producer.send({ topic: COMMAND_RESULT_TOPIC, messages });
  await producer.disconnect();
}

describe("a command", () => {
  test("is previewed, sent, done by the service, and its answer shown", { timeout: 60_000 }, async () => {
    await bench.park("train", "done-1");
    const before = await bench.saga("done-1");
    const query = { command: "retry", step: "train" } as const;
    const params = { id: bench.idOf("done-1") };
    const preview = await previewSagaCommand(bench.ctx, { params, query, body: undefined });
    expect(preview).toMatchObject({ refusals: [], typed: null, version: before.version });
    expect(preview.effects[0]).toMatch(/^Sends the command of the step train to .*train\.book again/);

    const sent = await bench.send("done-1", { command: "retry", step: "train" });
    expect(sent).toMatchObject({ state: "sent", answer: null, actor: "ana@example.com", step: "train" });
    expect(sent.expiresAt - sent.issuedAt).toBe(300_000);
    const done = await bench.reach(sent.id, "done");
    expect(done.answer).toMatch(/train: .*train\.book goes out/);
    await bench.harness.untilStands("done-1", { state: "completed" });
    const effects = ["hotel done", "train done", "ticket done", "mail done"];
    expect(await bench.harness.effects("done-1")).toEqual(effects);
    const operated = (await bench.saga("done-1")).journal.filter(({ kind }) => kind === "operator");
    expect(operated).toMatchObject([{ actor: "ana@example.com", eventId: sent.id }]);
    const { items } = await listSagaCommands(bench.ctx, { params, query: {}, body: undefined });
    expect(items).toEqual([done]);
  });

  test("for a saga that moved is refused with the difference", { timeout: 60_000 }, async () => {
    await bench.park("hotel", "moved-1");
    const { version } = await bench.saga("moved-1");
    const refusal = await refusalOf(
      bench.send("moved-1", { command: "skip", expectedVersion: (version ?? 0) - 1 }),
    );
    expect(refusal).toMatchObject({ code: "saga_changed", details: { version } });
    expect(refusal.message).toContain(`version ${version} now`);
    expect(
      await bench.db.sagaCommands.sentTo({ source: "trips", type: "trip", sagaId: "moved-1" }),
    ).toBeNull();
  });

  test("that is not offered, or for no saga, is refused", { timeout: 60_000 }, async () => {
    await bench.park("hotel", "other-1");
    const elsewhere = await refusalOf(bench.send("other-1", { command: "retry", step: "mail" }));
    expect(elsewhere).toMatchObject({ code: "saga_command_not_offered" });
    const input = await refusalOf(bench.send("other-1", { command: "retry", input: { trip: "x" } }));
    expect(input).toMatchObject({ code: "request_invalid" });
    const none = await refusalOf(bench.send("no-such", { command: "retry", expectedVersion: 1 }));
    expect(none).toMatchObject({ code: "saga_unknown" });
    const clusters = [{ id: CLUSTER, name: "Test", color: null, readOnly: true }];
    const readOnly = await refusalOf(bench.send("other-1", { command: "retry" }, { clusters }));
    expect(readOnly).toMatchObject({ code: "cluster_read_only" });
  });

  test("past the pivot needs the saga's id typed", { timeout: 60_000 }, async () => {
    await bench.park("mail", "pivot-1");
    for (const typed of [undefined, "pivot-2"]) {
      const asked = { command: "skip", ...(typed === undefined ? {} : { typed }) } as const;
      expect(await refusalOf(bench.send("pivot-1", asked))).toMatchObject({
        code: "saga_confirmation_wrong",
      });
    }
    const sent = await bench.send("pivot-1", { command: "skip", typed: "pivot-1" });
    await bench.reach(sent.id, "done");
    await bench.harness.untilStands("pivot-1", { state: "completed" });
    expect(await bench.harness.effects("pivot-1")).not.toContain("mail done");
  });

  test("takes another input after a refusal", { timeout: 60_000 }, async () => {
    await bench.refuse("mail", "input-1");
    const input = { trip: "input-1", paper: true };
    const sent = await bench.send("input-1", { command: "retry", input, typed: "input-1" });
    await bench.reach(sent.id, "done");
    await bench.harness.untilStands("input-1", { state: "completed" });
    const mail = (await bench.saga("input-1")).steps.find(({ name }) => name === "mail");
    expect(mail?.input).toEqual(input);
  });

  test("to compensate undoes in reverse order", { timeout: 60_000 }, async () => {
    await bench.park("train", "undo-1");
    const sent = await bench.send("undo-1", { command: "compensate" });
    await bench.reach(sent.id, "done");
    await bench.harness.untilStands("undo-1", { state: "compensated" });
    expect(await bench.harness.effects("undo-1")).toEqual(["hotel done", "train undone", "hotel undone"]);
  });

  test("of two operators at once goes out once, and one is told", { timeout: 60_000 }, async () => {
    await bench.park("hotel", "two-1");
    const { version } = await bench.saga("two-1");
    const asked = { command: "retry", expectedVersion: version ?? 0 } as const;
    const both = await Promise.allSettled([bench.send("two-1", asked), bench.send("two-1", asked)]);
    const [sent] = both.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const refused = both.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    expect(refused).toHaveLength(1);
    expect(["saga_command_busy", "saga_changed"]).toContain((refused[0] as { code: string }).code);
    await bench.reach(sent?.id ?? "", "done");
    await bench.harness.untilStands("two-1", { state: "completed" });
  });
});

describe("while the service is away", () => {
  const sent: Record<"late" | "young" | "fenced" | "forged", string> = {
    ...{ late: "", young: "", fenced: "", forged: "" },
  };
  let before: object;

  beforeAll(async () => {
    await bench.park("hotel", "late-1", "young-1", "fenced-1", "forged-1");
    await bench.stopOrchestrator();
    const skip = async (sagaId: string) => (await bench.send(sagaId, { command: "skip" })).id;
    // Sent five minutes ago: it has just expired.
    bench.pass(-301_000);
    sent.late = await skip("late-1");
    bench.pass(301_000);
    for (const name of ["young", "fenced", "forged"] as const) sent[name] = await skip(`${name}-1`);
    before = await bench.harness.instance("late-1");
    await bench.harness.pool.query(
      "UPDATE saga_instance SET version = version + 1 WHERE saga_id = 'fenced-1'",
    );
  }, 60_000);

  test("no second command is taken", async () => {
    const refusal = await refusalOf(bench.send("young-1", { command: "retry" }));
    expect(refusal).toMatchObject({ code: "saga_command_busy" });
  });

  test("what has no answer half a minute after it expired is unknown, never expired", async () => {
    expect(await bench.giveUp()).toBe(0);
    bench.pass(30_000);
    expect(await bench.giveUp()).toBe(1);
    expect(await bench.db.sagaCommands.get(sent.late)).toMatchObject({ state: "unknown", answeredAt: null });
    bench.pass(301_000);
    expect(await bench.giveUp()).toBe(3);
    expect(await bench.db.sagaCommands.get(sent.young)).toMatchObject({ state: "unknown", answer: null });
    bench.pass(-331_000);
  });

  test("answers that are none are passed over", async () => {
    const forged = {
      ...{ commandId: sent.forged, service: bench.harness.service, sagaId: "forged-1", type: "trip" },
      ...{ outcome: "refused", detail: "forged", version: null, answeredAt: new Date().toISOString() },
    };
    await answer(
      { ...forged, commandId: v7() },
      { ...forged, service: "another" },
      { ...forged, sagaId: "forged-2" },
      { ...forged, type: "journey" },
      { ...forged, outcome: "unknown" },
      { ...forged, sagaId: "forged-1\u0000" },
    );
  });

  test(
    "late answers are taken when it is back, each as the service tells it",
    { timeout: 60_000 },
    async () => {
      await bench.startOrchestrator();
      const expired = await bench.reach(sent.late, "expired");
      expect(expired.answer).toMatch(/nothing was done/);
      expect(await bench.harness.instance("late-1")).toEqual(before);
      expect((await bench.reach(sent.young, "done")).answeredAt).not.toBeNull();
      expect((await bench.reach(sent.fenced, "refused")).answer).toMatch(/The saga moved/);
      expect(await bench.harness.instance("fenced-1")).toMatchObject({ step: "hotel", parked: "timeout" });
      expect((await bench.reach(sent.forged, "done")).answer).not.toBe("forged");
    },
  );

  test("a command is answered once", { timeout: 60_000 }, async () => {
    const done = await bench.db.sagaCommands.get(sent.forged);
    const { service } = bench.harness;
    const answeredAt = new Date().toISOString();
    await answer({
      ...{ commandId: sent.forged, service, sagaId: "forged-1", type: "trip" },
      ...{ outcome: "refused", detail: "forged", version: null, answeredAt },
    });
    // An answer behind it on each partition says that it was read.
    await bench.park("hotel", "behind-1");
    const next = await bench.send("behind-1", { command: "skip" });
    await bench.reach(next.id, "done");
    await bench.untilRead();
    expect(await bench.db.sagaCommands.get(sent.forged)).toEqual(done);
  });
});

describe("brokers", () => {
  const options = { clientId: "sluice-test", tls: null, sasl: null, now: Date.now };

  test("that surely did not take it leave it failed, and the saga free", { timeout: 60_000 }, async () => {
    await bench.park("hotel", "not-written-1");
    const bootstrap = testStack().kafkaBrokers.split(",");
    const refusing = openKafkaCluster({ ...options, bootstrap, readOnly: true });
    const refusal = await refusalOf(
      bench.send("not-written-1", { command: "skip" }, { kafka: () => refusing }),
    );
    await refusing.close();
    expect(refusal).toMatchObject({ code: "produce_refused" });
    const { command } = refusal.details as { command: string };
    expect(await bench.db.sagaCommands.get(command)).toMatchObject({ state: "failed" });
    const again = await bench.send("not-written-1", { command: "skip" });
    await bench.reach(again.id, "done");
  });

  test("that do not confirm leave it sent, and say so", { timeout: 60_000 }, async () => {
    await bench.park("hotel", "unsure-1");
    const away = openKafkaCluster({ ...options, bootstrap: ["127.0.0.1:1"] });
    const kafka = () => ({
      ...bench.kafka,
      produce: (...given: Parameters<typeof away.produce>) => away.produce(...given),
    });
    const sent = await bench.send("unsure-1", { command: "skip" }, { kafka });
    await away.close();
    expect(sent).toMatchObject({ state: "sent" });
    expect(sent.answer).toMatch(/^The brokers did not confirm/);
    expect(await bench.db.sagaCommandResults.awaits(CLUSTER)).toBe(true);
  });
});
