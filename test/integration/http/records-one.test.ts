import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getRecord } from "#lib/contracts/records.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
const prefix = topicPrefix();
const TOPIC = `${prefix}.order.created`;
const AT = `/api/v1/clusters/default/records/${TOPIC}`;

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
  await createTopics([{ topic: TOPIC, numPartitions: 2, replicationFactor: 1 }]);
  const producer = testKafka().producer();
  await producer.connect();
  const messages = [
    { key: "a", value: '{"total":12345678901234567890}' },
    { key: "b", value: null },
    { key: null, value: Buffer.from([0xff, 0x00, 0x10]) },
  ].map((message) => ({ ...message, partition: 0 }));
  await producer.send({ topic: TOPIC, messages });
  await producer.disconnect();
}, 60_000);
afterAll(() => web.close());

const get = (place: string, who = operator) => web.send("GET", `${AT}/${place}`, { headers: who.cookie });

describe("one record", () => {
  test("is answered with its neighbours, numbers as they were written", async () => {
    const response = await get("0/0");
    expect(response.status).toBe(200);
    expect(getRecord.response.parse(await response.json())).toMatchObject({
      ...{ before: null, after: 1n },
      record: {
        ...{ topic: TOPIC, partition: 0, offset: 0n },
        key: { text: "a" },
        value: { decoder: "json", text: '{"total":12345678901234567890}' },
      },
    });
    expect(getRecord.response.parse(await (await get("0/1")).json())).toMatchObject({
      ...{ before: 0n, after: 2n, record: { value: null } },
    });
    expect(getRecord.response.parse(await (await get("0/2")).json())).toMatchObject({
      ...{ before: 1n, after: null, record: { key: null, value: { decoder: "hex" } } },
    });
  });

  test("is decoded as asked, with the reason where that does not fit", async () => {
    const asText = getRecord.response.parse(await (await get("0/0?valueDecoder=hex")).json());
    expect(asText.record.value).toMatchObject({ decoder: "hex", failures: [] });
    const asJson = getRecord.response.parse(await (await get("0/2?valueDecoder=json")).json());
    expect(asJson.record.value?.failures).toMatchObject([
      { decoder: "json", reason: "It is not JSON: its bytes are not UTF-8." },
      { decoder: "text" },
    ]);
  });

  test.each([
    ["0/3", "nothing is written at 3 yet"],
    ["1/0", "nothing is written at 0 yet"],
    ["2/0", "has no partition 2"],
  ])("%s is 404 record_unknown and says why", async (place, why) => {
    const problem = await problemOf(await get(place));
    expect(problem).toMatchObject({ status: 404, code: "record_unknown" });
    expect(problem.detail).toContain(why);
  });

  test("of a topic that is not there is 404 topic_unknown; a place that is none 422", async () => {
    const missing = await web.send("GET", `/api/v1/clusters/default/records/${prefix}.none/0/0`, {
      headers: operator.cookie,
    });
    expect(await problemOf(missing)).toMatchObject({ status: 404, code: "topic_unknown" });
    expect(await problemOf(await get("0/x"))).toMatchObject({ status: 422, code: "request_invalid" });
    expect(await problemOf(await get("-1/0"))).toMatchObject({ status: 422, code: "request_invalid" });
  });

  test("is not a viewer's: 403 permission_missing", async () => {
    expect(await problemOf(await get("0/0", viewer))).toMatchObject({
      ...{ status: 403, code: "permission_missing" },
    });
  });
});

describe("a filter tested on one record", () => {
  const test1 = (terms: unknown[], place = "0/0", who = operator) =>
    web.send("POST", `${AT}/${place}/filter`, { headers: who.cookie, json: { terms } });

  test("tells of each condition by itself", async () => {
    const response = await test1([
      { kind: "key", key: "a" },
      { kind: "path", path: "total", operator: "<", value: "5" },
      { kind: "cel", expression: "value.absent.x == 1" },
    ]);
    expect(response.status).toBe(200);
    const { terms } = (await response.json()) as { terms: { matches: boolean; problem: string | null }[] };
    expect(terms.map(({ matches }) => matches)).toEqual([true, false, false]);
    expect(terms[2]?.problem).not.toBeNull();
  });

  test("says what is wrong with a condition that cannot be read, and tells of the others", async () => {
    const response = await test1([
      { kind: "regex", pattern: "(" },
      { kind: "key", key: "a" },
    ]);
    expect(await response.json()).toEqual({
      terms: [
        { matches: false, problem: expect.stringMatching(/\w/) as string },
        { matches: true, problem: null },
      ],
    });
  });

  test("is refused where there is no record, and to a viewer", async () => {
    expect(await problemOf(await test1([{ kind: "key", key: "a" }], "0/9"))).toMatchObject({
      ...{ status: 404, code: "record_unknown" },
    });
    expect(await problemOf(await test1([{ kind: "key", key: "a" }], "0/0", viewer))).toMatchObject({
      ...{ status: 403, code: "permission_missing" },
    });
  });
});
