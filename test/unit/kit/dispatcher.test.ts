import { describe, expect, it } from "vitest";
import { Dispatcher, outageDelayMs, type Outcome, type Place } from "#kit/dispatcher.ts";
import type { Entry } from "#kit/partition-queue.ts";
import type { RawRecord } from "#kit/raw-record.ts";
import { until } from "#test/support/until.ts";

const TOPIC = "a.b.c";

function records(partition: number, from: number, count: number): RawRecord[] {
  return Array.from({ length: count }, (_, n) => ({
    topic: TOPIC,
    partition,
    offset: BigInt(from + n),
    timestampAt: 0,
    key: Buffer.from(`k${n}`),
    value: null,
    headers: {},
  }));
}

function build(attempt: (entry: Entry, signal: AbortSignal) => Promise<Outcome>, concurrency = 4) {
  const orders: string[] = [];
  const order = (what: string) => (place: Place) => void orders.push(`${what} ${place.partition}`);
  const dispatcher = new Dispatcher({
    concurrency,
    attempt,
    waitOf: () => 0,
    pause: order("pause"),
    resume: order("resume"),
    onProgress: () => undefined,
  });
  return { dispatcher, orders };
}

const done: Outcome = { kind: "done" };
const settled = { limitMs: 5_000 };

describe("Dispatcher", () => {
  it("shares its slots among partitions", async () => {
    const started: number[] = [];
    const { dispatcher } = build(async ({ record }) => {
      started.push(record.partition);
      await Promise.resolve();
      return done;
    }, 1);
    dispatcher.offer({ topic: TOPIC, partition: 0 }, records(0, 0, 50), 50n);
    dispatcher.offer({ topic: TOPIC, partition: 1 }, records(1, 0, 50), 50n);
    await until(() => started.length === 100, settled);
    expect(new Set(started.slice(10, 30))).toEqual(new Set([0, 1]));
  });

  it("holds and pauses one partition, and tries the record again", async () => {
    let failures = 0;
    const seen: number[] = [];
    const { dispatcher, orders } = build(({ record }) => {
      if (record.partition === 0 && failures === 0) {
        failures++;
        return Promise.resolve({ kind: "hold", reason: "retry", forMs: 60 });
      }
      seen.push(record.partition);
      return Promise.resolve(done);
    });
    dispatcher.offer({ topic: TOPIC, partition: 0 }, records(0, 0, 1), 1n);
    dispatcher.offer({ topic: TOPIC, partition: 1 }, records(1, 0, 1), 1n);
    await until(() => seen.length === 2, settled);
    expect(seen).toEqual([1, 0]);
    expect(orders).toContain("pause 0");
    await until(() => orders.at(-1) === "resume 0", settled);
    expect(dispatcher.committable()).toEqual([
      { topic: TOPIC, partition: 1, offset: 1n },
      { topic: TOPIC, partition: 0, offset: 1n },
    ]);
  });

  it("pauses a partition whose queue is full and resumes it when it has drained", async () => {
    let open = false;
    const { dispatcher, orders } = build(async () => {
      await until(() => open, settled);
      return done;
    }, 50);
    dispatcher.offer({ topic: TOPIC, partition: 0 }, records(0, 0, 600), 600n);
    expect(orders).toEqual(["pause 0"]);
    open = true;
    await until(() => orders.at(-1) === "resume 0", settled);
  });

  it("commits nothing of a partition it lost, aborts its work, and starts a new assignment after that", async () => {
    const signals: AbortSignal[] = [];
    let starts = 0;
    let release = (): void => undefined;
    const { dispatcher } = build(async (_entry, signal) => {
      starts++;
      signals.push(signal);
      if (starts === 1) await new Promise<void>((resolve) => (release = resolve));
      return done;
    });
    const place = { topic: TOPIC, partition: 0 };
    dispatcher.offer(place, records(0, 5, 1), 6n);
    dispatcher.assign([place], true);
    expect(signals[0]?.aborted).toBe(true);
    dispatcher.offer(place, records(0, 5, 1), 6n);
    expect(starts).toBe(1);
    release();
    await until(() => starts === 2, settled);
    await until(() => dispatcher.committable().length === 1, settled);
    expect(signals[1]?.aborted).toBe(false);
  });

  it("keeps a partition that stays assigned to the same member", async () => {
    const seen: bigint[] = [];
    const { dispatcher } = build(({ record }) => {
      seen.push(record.offset);
      return Promise.resolve(done);
    });
    const place = { topic: TOPIC, partition: 0 };
    dispatcher.offer(place, records(0, 0, 3), 3n);
    await until(() => seen.length === 3, settled);
    dispatcher.assign([place], false);
    dispatcher.offer(place, records(0, 0, 4), 4n);
    await until(() => seen.length === 4, settled);
    expect(seen).toEqual([0n, 1n, 2n, 3n]);
  });

  it("processes again what lies before the commit when offsets were set back", async () => {
    const seen: bigint[] = [];
    const { dispatcher } = build(({ record }) => {
      seen.push(record.offset);
      return Promise.resolve(done);
    });
    const place = { topic: TOPIC, partition: 0 };
    dispatcher.offer(place, records(0, 10, 2), 12n);
    await until(() => dispatcher.committable()[0]?.offset === 12n, settled);
    dispatcher.confirm(dispatcher.committable());
    dispatcher.offer(place, records(0, 10, 2), 12n);
    await until(() => seen.length === 4, settled);
  });

  it("backs off from an outage by 1, 2, 4 ... 30 s", () => {
    expect([1, 2, 3, 4, 5, 6, 60].map(outageDelayMs)).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  });

  it("aborts work that outlives the drain when it stops", async () => {
    const { dispatcher } = build(async (_entry, signal) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
      return done;
    });
    dispatcher.offer({ topic: TOPIC, partition: 0 }, records(0, 0, 1), 1n);
    await dispatcher.stop(20);
    expect(dispatcher.committable()).toEqual([]);
    expect(dispatcher.inFlight).toBe(0);
  });
});
