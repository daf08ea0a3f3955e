import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MASK } from "#lib/domain/records/record-search.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let operator: TestPerson;
let dir: string;
const prefix = topicPrefix();
const TOPIC = `${prefix}.payment.charged`;
const AT = "/api/v1/clusters/default/records";
const SECRETS = ["4111111111111111", "bearer-of-ana", "ana@example.com"];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-masked-"));
  const file = join(dir, "sluice.config.yaml");
  const cluster = {
    ...{ id: "default", brokers: testStack().kafkaBrokers.split(",") },
    masking: [
      { topics: [`${prefix}.*`], fields: ["value.card.number", "header.authorization", "value.mails[*]"] },
    ],
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ clusters: [cluster] }));
  process.env["SLUICE_CONFIG"] = file;
  web = await openConsole();
  operator = await web.person("operator");
  await createTopics([{ topic: TOPIC, numPartitions: 1, replicationFactor: 1 }]);
  const producer = testKafka().producer();
  await producer.connect();
  const value = JSON.stringify({
    card: { number: SECRETS[0], brand: "visa" },
    mails: [SECRETS[2]],
    total: 7,
  });
  const headers = { authorization: SECRETS[1], "event-id": "e-1" };
  await producer.send({ topic: TOPIC, messages: [{ key: "k", value, headers }] });
  await producer.disconnect();
}, 60_000);
afterAll(async () => {
  delete process.env["SLUICE_CONFIG"];
  await web.close();
  await rm(dir, { recursive: true });
});

const search = (terms: unknown[]) =>
  web.send("POST", `${AT}/search`, {
    headers: operator.cookie,
    json: { topics: [TOPIC], start: { kind: "oldest" }, terms },
  });

test.each([
  ["a search", () => search([])],
  ["one record", () => web.send("GET", `${AT}/${TOPIC}/0/0`, { headers: operator.cookie })],
  [
    "one record as hex",
    () => web.send("GET", `${AT}/${TOPIC}/0/0?valueDecoder=hex`, { headers: operator.cookie }),
  ],
  [
    "one record as Base64",
    () => web.send("GET", `${AT}/${TOPIC}/0/0?valueDecoder=base64`, { headers: operator.cookie }),
  ],
])("%s holds nothing that a rule hides, in no form", async (_, ask) => {
  const response = await ask();
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain(MASK);
  expect(text).toContain("header.authorization");
  for (const secret of SECRETS) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString("hex"));
    // Base64 of a part depends on where it begins: the middle of each of the three places is looked for.
    for (const shift of [0, 1, 2])
      expect(text).not.toContain(Buffer.from(secret.slice(shift)).toString("base64").slice(0, 12));
  }
});

test("what is not hidden is there, and what is says so", async () => {
  const response = await web.send("GET", `${AT}/${TOPIC}/0/0`, { headers: operator.cookie });
  const { record } = (await response.json()) as {
    record: { masked: string[]; value: { text: string } };
  };
  expect(JSON.parse(record.value.text)).toEqual({
    ...{ card: { number: MASK, brand: "visa" }, mails: [MASK], total: 7 },
  });
  expect(record.masked.sort()).toEqual(["header.authorization", "value.card.number", "value.mails[*]"]);
});

test.each([
  ["text", { kind: "text", text: SECRETS[0]!.slice(0, 6) }],
  ["a pattern", { kind: "regex", pattern: "4111" }],
  ["a path", { kind: "path", path: "card.number", operator: "contains", value: "4111" }],
  ["a header", { kind: "header", name: "authorization", value: SECRETS[1] }],
  ["an expression", { kind: "cel", expression: `value.card.number.startsWith("4111")` }],
])("a search by %s finds nothing in what is hidden, or is refused", async (_, term) => {
  const response = await search([term]);
  if (response.status === 200) expect(await response.text()).not.toContain('"type":"record"');
  else expect(await problemOf(response)).toMatchObject({ status: 422, code: "filter_invalid" });
});

test.each([
  ["a path", { kind: "path", path: "card.number", operator: "contains", value: "4111" }],
  ["an expression", { kind: "cel", expression: `value.card.number.startsWith("4111")` }],
])("a filter tested on the record by %s tells nothing of it either", async (_, term) => {
  const response = await web.send("POST", `${AT}/${TOPIC}/0/0/filter`, {
    headers: operator.cookie,
    json: { terms: [term] },
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ terms: [{ matches: false }] });
});
