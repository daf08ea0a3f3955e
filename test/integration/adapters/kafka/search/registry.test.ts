import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import avro from "avsc";
import protobuf from "protobufjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterRecords } from "#lib/adapters/kafka/search/types.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { openTestPool, question, runToEnd } from "./search-fixture.ts";

const topic = `${topicPrefix()}.coded`;
const CUSTOMER = {
  type: "record",
  name: "Customer",
  namespace: "shop",
  fields: [{ name: "name", type: "string" }],
};
const ORDER = {
  type: "record",
  name: "Order",
  namespace: "shop",
  fields: [
    { name: "id", type: "long" },
    { name: "customer", type: "shop.Customer" },
  ],
};
const MONEY = `syntax = "proto3"; package shop; message Money { int32 cents = 1; }`;
const PAYMENT = `syntax = "proto3"; package shop; import "money.proto"; message Other {} message Payment { Money total = 1; string iban = 2; }`;

/** The registry's API as Confluent's documentation has it: GET /schemas/ids/{id}, GET /subjects/{s}/versions/{v}. */
const ANSWERS: Record<string, unknown> = {
  "/schemas/ids/1": {
    schema: JSON.stringify(ORDER),
    references: [{ name: "shop.Customer", subject: "shop/customer", version: 3 }],
  },
  "/subjects/shop%2Fcustomer/versions/3": {
    subject: "shop/customer",
    version: 3,
    id: 9,
    schema: JSON.stringify(CUSTOMER),
  },
  "/schemas/ids/2": {
    schemaType: "PROTOBUF",
    schema: PAYMENT,
    references: [{ name: "money.proto", subject: "money", version: 1 }],
  },
  "/subjects/money/versions/1": {
    subject: "money",
    version: 1,
    id: 8,
    schemaType: "PROTOBUF",
    schema: MONEY,
  },
  "/schemas/ids/3": { schemaType: "JSON", schema: JSON.stringify({ title: "Refund", type: "object" }) },
};

let server: Server;
let records: ClusterRecords;
let masked: ClusterRecords;
const asked: string[] = [];

const framed = (id: number, ...parts: Uint8Array[]): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeInt32BE(id, 1);
  return Buffer.concat([prefix, ...parts]);
};

function valuesOf(): Buffer[] {
  const registry = {};
  avro.Type.forSchema(CUSTOMER as avro.Schema, { registry });
  const order = avro.Type.forSchema(ORDER as avro.Schema, { registry });
  const root = new protobuf.Root();
  protobuf.parse(MONEY, root);
  protobuf.parse(PAYMENT, root);
  const payment = root.lookupType("shop.Payment");
  return [
    framed(1, order.toBuffer({ id: 7, customer: { name: "Ada" } })),
    framed(2, Buffer.from([2, 2]), payment.encode({ total: { cents: 99 }, iban: "DE12" }).finish()),
    framed(3, Buffer.from('{"reason":"late"}')),
    framed(4, Buffer.from([1])),
    framed(1, Buffer.from([0x0e])),
    Buffer.from('{"plain":true}'),
  ];
}

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const known = ANSWERS[request.url ?? ""];
    const authorized =
      request.headers.authorization === `Basic ${Buffer.from("me:secret").toString("base64")}`;
    response.writeHead(!authorized ? 401 : known === undefined ? 404 : 200, {
      "content-type": "application/json",
    });
    response.end(JSON.stringify(known ?? { error_code: 40403, message: "Schema not found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const schemaRegistry = { url, username: "me", password: "secret" };
  await createTopics([{ topic, numPartitions: 1, replicationFactor: 1 }]);
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic, messages: valuesOf().map((value) => ({ value })) });
  await producer.disconnect();
  records = openTestPool({ schemaRegistry });
  masked = openTestPool({
    schemaRegistry,
    masking: [{ topics: [topic], fields: ["value.customer.name", "value.iban"] }],
  });
});

afterAll(async () => {
  await records.close();
  await masked.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("records in Confluent's wire format", () => {
  it("are read by their schemas, with what these refer to, and asked for once", async () => {
    const told = await runToEnd(records, question([topic]));
    expect(told.records.map(({ value }) => [value?.decoder, value?.schema, value?.text])).toEqual([
      ["avro", { id: 1, name: "shop.Order" }, '{"id":7,"customer":{"name":"Ada"}}'],
      ["protobuf", { id: 2, name: "shop.Payment" }, '{"total":{"cents":99},"iban":"DE12"}'],
      ["json-schema", { id: 3, name: "Refund" }, '{"reason":"late"}'],
      ["hex", null, "000000000401"],
      ["hex", null, "00000000010e"],
      ["json", null, '{"plain":true}'],
    ]);
    expect(told.records[3]?.value?.failures[0]?.reason).toContain("does not know it");
    expect(told.records[4]?.value?.failures[0]?.reason).toContain("Schema 1");
    expect(asked.filter((url) => url === "/schemas/ids/1")).toHaveLength(1);
  });

  it.each([
    [{ kind: "path", in: "value", path: "customer.name", operator: "=", value: "Ada" }, 0n],
    [{ kind: "cel", expression: "has(value.total) && value.total.cents > 90" }, 1n],
    [{ kind: "regex", in: "value", pattern: '"iban":"DE\\d+"' }, 1n],
    [{ kind: "text", in: "value", text: "Ada", matchCase: true }, 0n],
  ] as const)("are filtered as they are read: %j", async (term, offset) => {
    const told = await runToEnd(records, question([topic], { terms: [term] }));
    expect(told.records.map((each) => each.offset)).toEqual([offset]);
  });

  it("are masked as they are read; what no schema fits is hidden whole", async () => {
    const told = await runToEnd(masked, question([topic], { valueDecoder: "hex" }));
    expect(told.records.map(({ value }) => value?.text)).toEqual([
      '{"id":7,"customer":{"name":"••••••"}}',
      '{"total":{"cents":99},"iban":"••••••"}',
      '{"reason":"late"}',
      "••••••",
      "••••••",
      '{"plain":true}',
    ]);
    const byText = question([topic], { terms: [{ kind: "text", in: "any", text: "Ada", matchCase: true }] });
    expect((await runToEnd(masked, byText)).records).toEqual([]);
    const byPath = question([topic], {
      terms: [{ kind: "path", in: "value", path: "customer.name", operator: "=", value: "Ada" }],
    });
    await expect(runToEnd(masked, byPath)).rejects.toMatchObject({ code: "filter_invalid", term: 0 });
    const one = await masked.read(
      { topic, partition: 0, offset: 0n },
      { keyDecoder: "auto", valueDecoder: "base64", signal: AbortSignal.timeout(10_000) },
    );
    expect(one?.record).toMatchObject({ value: { decoder: "avro" }, masked: ["value.customer.name"] });
    expect(one?.record.value?.text).not.toContain("Ada");
  });

  it("say what is wrong with the registry, and are shown all the same", async () => {
    const away = openTestPool({ schemaRegistry: { url: "http://127.0.0.1:1" } });
    const refused = openTestPool({
      schemaRegistry: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    });
    const [a, b] = [await runToEnd(away, question([topic])), await runToEnd(refused, question([topic]))];
    await Promise.all([away.close(), refused.close()]);
    expect(a.records[0]?.value).toMatchObject({ decoder: "hex" });
    expect(a.records[0]?.value?.failures[0]?.reason).toContain("cannot be reached");
    expect(b.records[0]?.value?.failures[0]?.reason).toContain("401");
  });
});
