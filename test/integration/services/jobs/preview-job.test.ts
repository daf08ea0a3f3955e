import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { NO_TRANSFORM, type Transform } from "#lib/domain/jobs/transform.ts";
import { previewJob } from "#lib/services/jobs/preview-job.ts";
import { testStack } from "#test/support/stack.ts";
import { CLUSTER, kitHeaders } from "../dead-letters/dead-letter-bench.ts";
import { bench, chain, indexedMore, LIMIT_MS, openPlanBench, plan, selectionOf } from "./plan-bench.ts";

beforeAll(openPlanBench, LIMIT_MS);
afterAll(() => bench.close());

test(
  "a transform is tried on every record, and a preview shows before and after",
  async () => {
    const { dlt } = await chain("mend", (topic) => [
      { topic, offset: 1, value: '{"total":10.50}' },
      { topic, offset: 2, value: "no json" },
    ]);
    const transform: Transform = {
      ...NO_TRANSFORM,
      value: { kind: "patch", operations: [{ op: "add", path: "/currency", value: "EUR" }] },
    };
    const job = await plan(await selectionOf(dlt), { transform });
    expect(job.plan).toMatchObject({ records: 1, refused: [{ code: "patch_not_json", count: 1 }] });
    const asked = { params: { cluster: CLUSTER, number: job.number }, query: { limit: 5 }, body: undefined };
    const { items } = await previewJob(bench.ctx, asked);
    expect(items.map(({ before, after, problem }) => [before.value, after?.value, problem])).toEqual([
      ['{"total":10.50}', '{"total":10.50,"currency":"EUR"}', null],
      ["no json", undefined, "The value is not JSON."],
    ]);
    const names = items[0]?.after?.headers.map(({ name }) => name) ?? [];
    expect(names).toContain("sluice-redrive-id");
    expect(names).not.toContain("dlt-stack");
  },
  LIMIT_MS,
);

test(
  "what a dead letter lacks is taken from its source, byte for byte, or it is refused in words",
  async () => {
    const names = ["shop.lack.made", "shop.lack.made.dlt", "shop.lack.made.redrive.billing"];
    const [source = "", dlt = ""] = await bench.topics(...names);
    const bytes = (text: string) => Buffer.from(text);
    const write = (topic: string, key: string, value: string | null, headers: [string, string | null][]) =>
      bench.kafka.produce(
        {
          ...{ topic, partition: 0, key: bytes(key), value: value === null ? null : bytes(value) },
          headers: headers.map(([name, text]) => ({ name, value: text === null ? null : bytes(text) })),
        },
        AbortSignal.timeout(20_000),
      );
    const own: [string, string | null][] = [
      ["b", "1"],
      ["constructor", "x"],
      ["a", null],
      ["b", "2"],
    ];
    await write(source, "k", "the value", [["event-id", "e-0"], ...own]);
    await write(source, "k", "the value", [["event-id", "e-1"], ...own]);
    await write(source, "k", "another", [["event-id", "e-2"]]);
    const failed = (offset: number, eventId: string, more: Record<string, string>): [string, string][] =>
      Object.entries({ ...kitHeaders({ topic: source, offset, eventId }), ...more }).map(([name, value]) => [
        name,
        String(value),
      ]);
    await write(dlt, "k", null, failed(0, "e-0", { "dlt-pointer": "1" }));
    await write(dlt, "k", "the value", failed(1, "e-1", { "dlt-lost-headers": "a,constructor", b: "1" }));
    await write(dlt, "k", null, failed(2, "e-7", { "dlt-pointer": "1" }));
    await write(dlt, "k", null, failed(9, "e-9", { "dlt-pointer": "1" }));
    await indexedMore(4);
    const job = await plan(await selectionOf(dlt));
    expect(job.plan).toMatchObject({ records: 2 });
    expect(job.plan?.refused.map(({ code }) => code).sort()).toEqual(["source_differs", "source_gone"]);
    const asked = { params: { cluster: CLUSTER, number: job.number }, query: { limit: 5 }, body: undefined };
    const { items } = await previewJob(bench.ctx, asked);
    const sent = items.flatMap(({ after }) => (after === null ? [] : [after]));
    expect(sent.map(({ key, value }) => [key, value])).toEqual([
      ["k", "the value"],
      ["k", "the value"],
    ]);
    for (const [index, { headers }] of sent.entries())
      expect(headers.slice(0, 9).map(({ name, value }) => [name, value])).toEqual([
        ["event-id", `e-${index}`],
        ...own,
        ...["dlt-topic", "dlt-partition", "dlt-offset", "dlt-timestamp"].map((name) => [
          name,
          expect.any(String) as string,
        ]),
      ]);
  },
  LIMIT_MS,
);

test(
  "hidden fields stay hidden in a preview, also where a transform moves them",
  async () => {
    const { dlt, wayIn } = await chain("mask", (topic) => [
      { topic, offset: 1, value: '{"card":"4111-1111","total":5}' },
    ]);
    const masking = [{ topics: [`${bench.prefix}.shop.mask.made`], fields: ["value.card"] }];
    const bootstrap = testStack().kafkaBrokers.split(",");
    const options = { bootstrap, clientId: "sluice-test", tls: null, sasl: null, now: Date.now, masking };
    const masked = openKafkaCluster(options);
    const source = await selectionOf(dlt);
    const shown = async (value: Transform["value"]) => {
      const job = await plan(source, { transform: { ...NO_TRANSFORM, value } });
      const query = { limit: 5 };
      const asked = { params: { cluster: CLUSTER, number: job.number }, query, body: undefined };
      return (await previewJob({ ...bench.ctx, kafka: () => masked }, asked)).items;
    };
    try {
      const plain = await shown({ kind: "patch", operations: [{ op: "replace", path: "/total", value: 6 }] });
      expect(plain).toMatchObject([{ target: { topic: wayIn } }]);
      expect(plain[0]?.after?.value).toMatch(/"total":6/);
      const moved = await shown({
        kind: "patch",
        operations: [{ op: "move", from: "/card", path: "/open" }],
      });
      const code = "record.headers.push({ name: 'open', value: record.value.card }); return record;";
      const scripted = await shown({ kind: "script", code });
      for (const items of [plain, moved, scripted]) {
        expect(items).toHaveLength(1);
        expect(inspect(items, { depth: null })).not.toContain("4111");
      }
    } finally {
      await masked.close();
    }
  },
  LIMIT_MS,
);
