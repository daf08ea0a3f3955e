import { randomUUID } from "node:crypto";
import type { Producer } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandResult } from "#kit/saga/operator.ts";
import { SIGNATURE_HEADER, signCommand } from "#kit/saga/operator.ts";
import type { Orchestrator } from "#kit/saga/orchestrator.ts";
import { sagaCommand, sagaCommandResult } from "#kit/saga/topics.ts";
import { until } from "#test/support/until.ts";
import { COMMAND_KEY, SagaHarness } from "./saga-harness.ts";

const harness = new SagaHarness();
let orchestrator: Orchestrator;
let producer: Producer;

beforeAll(async () => {
  await harness.start();
  orchestrator = harness.orchestrator();
  await orchestrator.start();
  producer = harness.kafka.producer();
  await producer.connect();
});
afterAll(async () => {
  await producer.disconnect();
  await harness.stop();
});

interface Given {
  sagaId: string;
  command: string;
  expectedVersion: number;
  step?: string;
  input?: unknown;
  service?: string;
  type?: string;
  lifeMs?: number;
}

/** A command as the console writes it: its value, and the signature over exactly that. */
function written(given: Given): { id: string; key: string; value: string; headers: Record<string, string> } {
  const { lifeMs = 300_000, ...rest } = given;
  const id = randomUUID();
  const now = Date.now();
  const value = JSON.stringify({
    ...{ commandId: id, service: harness.service, type: "trip", step: null, input: null, ...rest },
    ...{ reason: "a test", actor: "ada" },
    ...{ issuedAt: new Date(now).toISOString(), expiresAt: new Date(now + lifeMs).toISOString() },
  });
  return { id, key: given.sagaId, value, headers: { [SIGNATURE_HEADER]: signCommand(value, COMMAND_KEY) } };
}

async function send(
  ...messages: { key: string; value: string; headers?: Record<string, string> }[]
): Promise<void> {
  const plain = messages.map(({ key, value, headers = {} }) => ({ key, value, headers }));
  await producer.send({ topic: sagaCommand.topic, messages: plain });
}

async function answers(id: string): Promise<CommandResult[]> {
  const { rows } = await harness.pool.query(
    "SELECT payload FROM outbox WHERE topic = $1 AND sent_at IS NOT NULL ORDER BY seq",
    [sagaCommandResult.topic],
  );
  return (rows as { payload: string }[])
    .map(({ payload }) => JSON.parse(payload) as CommandResult)
    .filter(({ commandId }) => commandId === id);
}

const answered = (id: string, count = 1): Promise<CommandResult[]> =>
  until(async () => (await answers(id)).length >= count && answers(id), {
    limitMs: 20_000,
    what: "an answer",
  });

/** Sends a command and waits for its one answer. */
async function asked(given: Given): Promise<CommandResult> {
  const command = written(given);
  await send(command);
  return (await answered(command.id))[0]!;
}

/** A saga that waits at a step, its participant silent for ever. */
async function waitingAt(sagaId: string, step: string): Promise<number> {
  harness.behave({ [`${sagaId}/${step}`]: Array.from({ length: 50 }, () => "stay-silent" as const) });
  await harness.begin(orchestrator, sagaId);
  return (await harness.untilStands(sagaId, { step })).version;
}

describe("a command of an operator", () => {
  it("retries with edited input after a refusal past the pivot, and tells the new version", async () => {
    harness.behave({ "edit/mail": ["refuse"] });
    await harness.begin(orchestrator, "edit");
    const { version } = await harness.untilStands("edit", { parked: "refused" });
    const input = { trip: "edit", to: "another" };
    const result = await asked({
      sagaId: "edit",
      command: "retry",
      expectedVersion: version,
      step: "mail",
      input,
    });
    expect(result).toEqual({
      ...{ commandId: result.commandId, service: harness.service, sagaId: "edit", type: "trip" },
      ...{ outcome: "done", detail: expect.stringContaining("mail") as unknown, version: version + 1 },
      answeredAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    });
    await harness.untilStands("edit", { state: "completed" });
    const { rows } = await harness.pool.query(
      "SELECT input FROM saga_step WHERE saga_id = 'edit' AND step = 'mail'",
    );
    expect(rows).toEqual([{ input }]);
  });

  it("skips, compensates, cancels and resolves", async () => {
    const skip = await waitingAt("skip", "train");
    expect(await asked({ sagaId: "skip", command: "skip", expectedVersion: skip })).toMatchObject({
      outcome: "done",
    });
    await harness.untilStands("skip", { state: "completed" });
    expect(await harness.effects("skip")).toEqual(["hotel done", "ticket done", "mail done"]);
    for (const command of ["compensate", "cancel"]) {
      const version = await waitingAt(command, "train");
      expect(await asked({ sagaId: command, command, expectedVersion: version })).toMatchObject({
        outcome: "done",
      });
      await harness.untilStands(command, { state: "compensated" });
      expect(await harness.effects(command)).toEqual(["hotel done", "train undone", "hotel undone"]);
    }
    const resolve = await waitingAt("resolve", "train");
    const resolved = await asked({ sagaId: "resolve", command: "resolve", expectedVersion: resolve });
    expect(resolved).toMatchObject({ outcome: "done", detail: "The saga is failed" });
    expect(await harness.instance("resolve")).toMatchObject({ state: "failed" });
  });

  it("is refused with the reason, and nothing moves", async () => {
    const version = await waitingAt("firm", "train");
    const base = { sagaId: "firm", expectedVersion: version };
    for (const [given, reason] of [
      [{ ...base, command: "retry", expectedVersion: version - 1 }, /moved/],
      [{ ...base, command: "retry", step: "hotel" }, /stands at the step train/],
      [{ ...base, command: "retry", input: { trip: "x" } }, /after a refusal alone/],
      [{ ...base, command: "dance" }, /does not know/],
      [{ ...base, command: "retry", type: "voyage" }, /no saga of type/],
      [{ ...base, command: "retry", sagaId: "nobody" }, /There is no saga/],
    ] as const)
      expect(await asked(given)).toMatchObject({
        outcome: "refused",
        detail: expect.stringMatching(reason) as unknown,
      });
    expect(await harness.instance("firm")).toMatchObject({ version, state: "running", step: "train" });
  });

  it("does nothing, unanswered, when it is forged, unsigned, or for another service", async () => {
    const version = await waitingAt("forged", "train");
    const before = orchestrator.status().forged;
    const command = { sagaId: "forged", command: "skip", expectedVersion: version };
    const [forged, changed, unsigned, foreign] = [1, 2, 3, 4].map(() => written(command));
    const other = written({ ...command, service: "somebodyElse" });
    await send(
      { ...forged!, headers: { [SIGNATURE_HEADER]: signCommand(forged!.value, "another key") } },
      { ...changed!, value: changed!.value.replace("skip", "cancel") },
      { key: "forged", value: unsigned!.value },
      { ...foreign!, headers: { [SIGNATURE_HEADER]: "0".repeat(64) } },
      other,
    );
    const real = await asked({ ...command, command: "retry" });
    expect(real).toMatchObject({ outcome: "done", version: version + 1 });
    await until(() => orchestrator.status().forged === before + 4, { limitMs: 10_000, what: "four forged" });
    for (const { id } of [forged!, changed!, unsigned!, foreign!, other])
      expect(await answers(id)).toEqual([]);
    expect(await harness.instance("forged")).toMatchObject({ version: version + 1, step: "train" });
  });

  it("moves a saga once when it is replayed, and is answered the same again", async () => {
    const version = await waitingAt("replay", "train");
    const command = written({ sagaId: "replay", command: "retry", expectedVersion: version });
    await send(command);
    await answered(command.id);
    await send(command, command);
    const all = await answered(command.id, 3);
    expect(all[0]).toMatchObject({ outcome: "done", version: version + 1 });
    expect(all.slice(1)).toEqual([all[0], all[0]]);
    expect(await harness.instance("replay")).toMatchObject({ version: version + 1 });
  });

  it("of two at one version, one wins and one is told", async () => {
    const version = await waitingAt("rivals", "train");
    const commands = ["skip", "cancel"].map((command) =>
      written({ sagaId: "rivals", command, expectedVersion: version }),
    );
    await send(...commands);
    const results = (await Promise.all(commands.map(({ id }) => answered(id)))).flat();
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["done", "refused"]);
    expect(results.find(({ outcome }) => outcome === "refused")?.detail).toMatch(/moved/);
  });

  it("expires by the database's clock, with nothing done, and stays expired", async () => {
    const version = await waitingAt("late", "train");
    await orchestrator.stop();
    const command = written({ sagaId: "late", command: "cancel", expectedVersion: version, lifeMs: 60_000 });
    await send(command);
    await harness.pool.query("UPDATE saga_instance SET wake_at = NULL WHERE saga_id = 'late'");
    await harness.passTime(61_000);
    orchestrator = harness.orchestrator();
    await orchestrator.start();
    expect((await answered(command.id))[0]).toMatchObject({ outcome: "expired", version });
    await send(command);
    expect((await answered(command.id, 2))[1]).toMatchObject({ outcome: "expired", version });
    expect(await harness.instance("late")).toMatchObject({ version, state: "running" });
  });
});
