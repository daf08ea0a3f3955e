import { afterAll, describe, expect, it } from "vitest";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { openTestPool, question, runToEnd } from "./search-fixture.ts";

const prefix = topicPrefix();
const records = openTestPool();

afterAll(() => records.close());

describe("a search", () => {
  it("is not given what was aborted, unless it asks for it", async () => {
    const topic = `${prefix}.transactions`;
    await createTopics([{ topic, numPartitions: 1, replicationFactor: 1 }]);
    const producer = testKafka().producer({
      transactionalId: `${prefix}-tx`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    for (const [n, end] of (["commit", "abort", "commit", "abort"] as const).entries()) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: `${end} ${n}` }, { value: `${end} ${n}` }] });
      await transaction[end]();
    }
    await producer.disconnect();
    for (const kind of ["newest", "oldest"] as const) {
      const committed = await runToEnd(records, question([topic], { start: { kind } }));
      const values = committed.records.map((each) => each.value?.text);
      const inOrder = ["commit 0", "commit 0", "commit 2", "commit 2"];
      expect(values).toEqual(kind === "oldest" ? inOrder : inOrder.toReversed());
      expect(committed.end).toMatchObject({ reason: "end", token: null });
      const all = await runToEnd(
        records,
        question([topic], { start: { kind }, isolation: "read_uncommitted" }),
      );
      expect(all.records).toHaveLength(8);
      expect(all.records.every((each) => each.transactional)).toBe(true);
    }
  });

  it("follows what comes until it is cancelled", async () => {
    const topic = `${prefix}.live`;
    await createTopics([{ topic, numPartitions: 2, replicationFactor: 1 }]);
    const producer = testKafka().producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value: "before" }] });
    const stop = new AbortController();
    const found: (string | undefined)[] = [];
    let sent = false;
    for await (const event of records.search(question([topic], { start: { kind: "live" } }), {
      signal: stop.signal,
    })) {
      if (event.type === "progress" && event.state === "running" && !sent) {
        sent = true;
        await producer.send({ topic, messages: [{ value: "one" }] });
      }
      if (event.type === "record") {
        found.push(event.record.value?.text);
        if (found.length === 1) await producer.send({ topic, messages: [{ value: "two" }] });
        else stop.abort();
      }
      if (event.type === "end") expect(event.reason).toBe("cancelled");
    }
    await producer.disconnect();
    expect(found).toEqual(["one", "two"]);
  });
});
