import { afterAll, beforeAll, expect, test } from "vitest";
import { sagaIdOf } from "#lib/domain/sagas/saga.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
const AT = "/api/v1/sagas";
/** A saga whose parts need encoding; no source of the configuration has it. */
const SAGA = sagaIdOf("shop", "fulfilment", "a/b c%d~e");
const ONE = `${AT}/${encodeURIComponent(SAGA)}/commands`;
const BATCH = "0195c7a0-0000-7000-8000-00000000000a";

const asked = (change: Record<string, unknown> = {}) => ({
  ...{ command: "retry", step: "courier", expectedVersion: 3, reason: "the courier is back" },
  ...change,
});
const many = (change: Record<string, unknown> = {}) => ({
  ...{ command: "retry", filter: { state: "stuck" }, expectedCount: 1, reason: "the courier is back" },
  ...change,
});
const get = (path: string, who = operator) => web.send("GET", path, { headers: who.cookie });
const post = (path: string, json: unknown, who = operator) =>
  web.send("POST", path, { headers: who.cookie, json });

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
});
afterAll(() => web.close());

test("strangers and viewers give no command, and the attempt is on record", async () => {
  expect((await web.send("POST", ONE, { json: asked() })).status).toBe(401);
  expect(await problemOf(await post(ONE, asked(), viewer))).toMatchObject({ status: 403 });
  expect(await problemOf(await post(`${AT}/commands`, many(), viewer))).toMatchObject({ status: 403 });
  expect(await web.lastAudit("saga.command")).toMatchObject({ state: "refused", actor_label: viewer.email });
  expect((await get(ONE, viewer)).status).toBe(200);
});

test("a command to a saga that is not there is refused, and audited with what was asked for", async () => {
  expect(await problemOf(await post(ONE, asked()))).toMatchObject({ status: 404, code: "saga_unknown" });
  expect(await web.lastAudit("saga.command")).toMatchObject({
    ...{ state: "refused", error_code: "saga_unknown", actor_label: operator.email },
    target: { id: SAGA, command: "retry", step: "courier", reason: "the courier is back" },
  });
  const preview = await get(`${ONE}/preview?command=skip`);
  expect(await problemOf(preview)).toMatchObject({ status: 404, code: "saga_unknown" });
  expect(await problemOf(await get(`${AT}/nonsense/commands`))).toMatchObject({ status: 404 });
});

test("the input of a retry is not in the audit", async () => {
  await post(ONE, asked({ input: { card: "4111111111111111" } }));
  expect(JSON.stringify(await web.lastAudit("saga.command"))).not.toContain("4111");
});

test.each([
  ["no reason", asked({ reason: " x " })],
  ["no version", asked({ expectedVersion: undefined })],
  ["a command that is none", asked({ command: "explode" })],
])("%s is refused before anything is looked up", async (_, body) => {
  expect(await problemOf(await post(ONE, body))).toMatchObject({ status: 422, code: "request_invalid" });
});

test.each([
  ["of none", many({ expectedCount: 0 })],
  ["of more than 500", many({ expectedCount: 501 })],
  ["without a filter", many({ filter: undefined })],
])("a batch %s is refused", async (_, body) => {
  expect(await problemOf(await post(`${AT}/commands`, body))).toMatchObject({ status: 422 });
});

test("without a key nothing is offered to many either", async () => {
  const refusal = await problemOf(await post(`${AT}/commands`, many({ filter: { text: "ana lane" } })));
  expect(refusal).toMatchObject({ status: 409, code: "saga_command_not_offered" });
  const audit = await web.lastAudit("saga.command-batch");
  expect(audit).toMatchObject({ state: "refused", target: { command: "retry", count: "1" } });
  expect(JSON.stringify(audit)).not.toContain("ana lane");
});

test("a batch that is not there is told", async () => {
  const cancel = post(`${AT}/commands/${BATCH}/cancel`, { reason: "not today" });
  for (const asking of [get(`${AT}/commands/${BATCH}`), cancel])
    expect(await problemOf(await asking)).toMatchObject({ status: 404, code: "saga_batch_unknown" });
  expect(await problemOf(await get(`${AT}/commands/nonsense`))).toMatchObject({ status: 422 });
});
