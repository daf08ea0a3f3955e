import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { choreographiesLease, LeaseLostError } from "#lib/domain/clusters/lease.ts";
import { until } from "#test/support/until.ts";
import { ORDER } from "../../unit/lib/domain/sagas/shop-choreography.ts";
import { CLUSTER, openChoreographyBench, type ChoreographyBench } from "./choreography-bench.ts";

const DAY_MS = 86_400_000;
const CREATED = "order.order.created";
const PAID = "order.payment.completed";
const RESERVED = "inventory.stock.reserved";
const COMPLETED = "order.order.completed";

let bench: ChoreographyBench;
const order = () => bench.prefixed(ORDER);
const named = (topic: string) => `${bench.prefix}.${topic}`;

beforeAll(async () => {
  bench = await openChoreographyBench();
  await bench.topics(order());
  await bench.write(
    { topic: CREATED, correlationId: "a", eventId: "a1" },
    { topic: COMPLETED, correlationId: "a", eventId: "a2", causationId: "a1" },
    { topic: CREATED, correlationId: "b", eventId: "b1" },
    { topic: PAID, correlationId: "b", eventId: "b2", causationId: "b1" },
  );
  await bench.folding([order()], () =>
    until(
      async () =>
        (await bench.get(order(), "a"))?.state === "completed" &&
        (await bench.get(order(), "b"))?.journal.length === 2,
      { limitMs: 30_000 },
    ),
  );
});
afterAll(() => bench.close());

describe("the folding of choreographies", () => {
  test("a map that changed folds anew what is stored", async () => {
    const changed = { ...order(), compensates: [...order().compensates, named(PAID)], rules: order().rules };
    expect((await bench.get(order(), "b"))?.state).not.toBe("compensated");
    const stored = async (state: string) =>
      (
        await bench.sql(
          "SELECT 1 FROM choreography_instance WHERE type = 'order' AND correlation_id = 'b' AND state = $1",
          [state],
        )
      ).length === 1;
    await bench.folding([changed], () => until(() => stored("compensated"), { limitMs: 30_000 }));
    // Whether or not that was interrupted before its end, the map before finds its way back.
    await bench.folding([order()], () => until(() => stored("running"), { limitMs: 30_000 }));
  });

  test("who lost the lease writes nothing more", async () => {
    const before = await bench.sql(
      "SELECT sum(next_offset) AS n FROM choreography_position WHERE type = 'order'",
    );
    const losing = bench.folding([order()], async () => {
      await bench.sql("UPDATE worker_lease SET epoch = epoch + 1 WHERE name = $1", [
        choreographiesLease(CLUSTER),
      ]);
      await bench.write({ topic: CREATED, correlationId: "g", eventId: "g1" });
      await new Promise((resolve) => setTimeout(resolve, 500));
    });
    await expect(losing).rejects.toThrow(LeaseLostError);
    expect(await bench.get(order(), "g")).toBeNull();
    expect(
      await bench.sql("SELECT sum(next_offset) AS n FROM choreography_position WHERE type = 'order'"),
    ).toEqual(before);
    await bench.sql("DELETE FROM worker_lease");
    await bench.folded(order(), "g", "running");
  });

  test("interrupted again and again it folds each record once", async () => {
    const instances = Array.from({ length: 1_500 }, (_, n) => `many-${n}`);
    const topics = [CREATED, PAID, RESERVED, COMPLETED];
    const at = bench.now() - 20_000;
    await bench.write(
      ...topics.flatMap((topic, step) =>
        instances.map((correlationId, n) => ({
          ...{
            topic,
            correlationId,
            eventId: `${correlationId}-${step}`,
            at: at + step,
            partition: (n + step) % 2,
          },
          ...(step === 0 ? {} : { causationId: `${correlationId}-${step - 1}` }),
        })),
      ),
    );
    const completed = async () =>
      (
        await bench.sql(
          "SELECT 1 FROM choreography_instance WHERE type = 'order' AND correlation_id LIKE 'many-%' AND state = 'completed'",
        )
      ).length;
    let rounds = 0;
    for (; (await completed()) < instances.length; rounds += 1) {
      expect(rounds).toBeLessThan(200);
      const stopAfterMs = 10 + ((rounds * 7) % 60);
      await bench.folding([order()], () => new Promise((resolve) => setTimeout(resolve, stopAfterMs)));
    }
    const rows = await bench.sql<{ events: string; left_out: number }>(
      "SELECT events, left_out FROM choreography_instance WHERE type = 'order' AND correlation_id LIKE 'many-%'",
    );
    expect(new Set(rows.map(({ events, left_out: left }) => `${events.split("\n").length} ${left}`))).toEqual(
      new Set(["4 0"]),
    );
  });

  test("a cluster that does not answer is waited out, and told in place of a verdict", async () => {
    await bench.write({ topic: CREATED, correlationId: "h", eventId: "h1" });
    await bench.folded(order(), "h", "running");
    const away = openKafkaCluster({
      ...{ bootstrap: ["127.0.0.1:1"], clientId: "away", tls: null, sasl: null, now: bench.now },
      connectTimeoutMs: 200,
    });
    bench.pass(70_000);
    await bench.folding(
      [order()],
      async () => {
        await until(
          async () =>
            (
              await bench.sql("SELECT 1 FROM choreography_map WHERE type = 'order' AND hindrance IS NOT NULL")
            )[0],
          { limitMs: 30_000 },
        );
      },
      away,
    );
    await away.close();
    const saga = await bench.get(order(), "h");
    expect(saga?.state).toBe("running");
    expect(saga?.missing.find(({ field }) => field === "deadline")?.reason).toMatch(
      /read up to 1 m \d+ s ago only, so nothing can be said about what has not come\. .*the connection is refused/,
    );
    await bench.folded(order(), "h", "stuck");
  });

  test("what ended is forgotten after 30 days, what did not after 90", async () => {
    bench.pass(31 * DAY_MS);
    const gone = (correlationId: string) => async () => (await bench.get(order(), correlationId)) === null;
    await bench.folding([order()], async () => {
      await until(async () => ((await watermarkOf())?.getTime() ?? 0) > bench.now() - 5_000, {
        limitMs: 30_000,
      });
      bench.pass(31_000);
      await until(gone("a"), { limitMs: 30_000 });
      expect(await gone("b")()).toBe(false);
      bench.pass(60 * DAY_MS);
      await until(gone("b"), { limitMs: 30_000 });
    });
  });
});

async function watermarkOf(): Promise<Date | null> {
  const [row] = await bench.sql<{ watermark_at: Date | null }>(
    "SELECT watermark_at FROM choreography_map WHERE type = 'order'",
  );
  return row?.watermark_at ?? null;
}
