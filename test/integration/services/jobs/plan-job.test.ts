import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
import { listJobs } from "#lib/services/jobs/list-jobs.ts";
import { CLUSTER } from "../dead-letters/dead-letter-bench.ts";
import { bench, chain, LIMIT_MS, openPlanBench, plan, recordsOf, selectionOf, start } from "./plan-bench.ts";

beforeAll(openPlanBench, LIMIT_MS);
afterAll(() => bench.close());

test(
  "a plan orders records by where they came from and leaves twins, gone and discarded ones out",
  async () => {
    const { dlt, wayIn } = await chain("order", (topic) => [
      { topic, offset: 7, partition: 1 },
      { topic, offset: 3, partition: 0 },
      { topic, offset: 5, partition: 0, eventId: "e-5", to: 1 },
      { topic, offset: 5, partition: 0, eventId: "e-5", to: 1 },
    ]);
    const found = await bench.db.deadLetters.list(
      { cluster: CLUSTER, topic: dlt },
      { after: null, limit: 9 },
    );
    const ids = found.flatMap(({ row }) => (row.origin.offset === 7n ? [row.id] : []));
    const discarded = { from: ["open"], to: "discarded", reason: "no", at: Date.now(), limit: 9 } as const;
    await bench.db.deadLetters.change({ kind: "ids", cluster: CLUSTER, ids }, discarded);
    const job = await plan(await selectionOf(dlt));
    expect(job).toMatchObject({
      state: "planned",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      plan: { records: 2, atMost: false, order: "origin", delivery: "exactly-once" },
    });
    expect(job.plan?.refused).toMatchObject([{ code: "not_redrivable", count: 1 }]);
    expect(job.plan?.targets).toMatchObject([{ topic: wayIn, records: 2, partitionCount: 2 }]);
    const records = await recordsOf(job.number);
    expect(records.map(({ seq, outcome, hop }) => [seq, outcome, hop])).toEqual([
      [0, "pending", 1],
      [1, "pending", 1],
      [2, "refused", 1],
    ]);
    expect(records.map(({ target }) => target?.topic)).toEqual([wayIn, wayIn, undefined]);
  },
  LIMIT_MS,
);

test(
  "a second start finds it decided, and another job finds its records claimed",
  async () => {
    const { dlt } = await chain("claim", (topic) => [
      { topic, offset: 1 },
      { topic, offset: 2 },
    ]);
    const source = await selectionOf(dlt);
    const [one, other] = [await plan(source), await plan(source)];
    const starts = await Promise.allSettled([start(one.number, one.hash), start(one.number, one.hash)]);
    expect(starts.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(starts.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "job_not_planned" },
    });
    await expect(start(other.number, other.hash)).rejects.toMatchObject({
      code: "job_plan_changed",
      message: expect.stringContaining(`claimed by job ${one.number}`) as string,
    });
    expect(
      await bench.sql("SELECT DISTINCT state FROM dead_letter WHERE origin_topic LIKE '%claim%'"),
    ).toEqual([{ state: "in-redrive" }]);
    const again = await plan(await selectionOf(dlt));
    expect(again).toMatchObject({
      state: "refused",
      stateReason: expect.stringContaining("Nothing is left") as string,
    });
  },
  LIMIT_MS,
);

test(
  "two jobs of which one holds a part: the other sends the rest",
  async () => {
    const { dlt } = await chain("part", (topic) => [1, 2, 3].map((offset) => ({ topic, offset })));
    const all = await plan(await selectionOf(dlt));
    const [, second] = await recordsOf(all.number);
    const ids = [second?.deadLetterId ?? ""];
    const part = await plan({ kind: "dead-letters", selection: { kind: "ids", ids } });
    await start(part.number, part.hash);
    await start(all.number, all.hash);
    expect((await recordsOf(all.number)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["pending", null],
      ["refused", `It is claimed by job ${part.number}.`],
      ["pending", null],
    ]);
  },
  LIMIT_MS,
);

test(
  "newer records of a key that the group has committed hold a record, and a choice sends it",
  async () => {
    const { source, dlt } = await chain("stale", (topic) => [
      { topic, offset: 0, key: "a" },
      { topic, offset: 1, key: "b" },
    ]);
    await bench.fail(source, [
      { topic: source, offset: 0, key: "a" },
      { topic: source, offset: 1, key: "b" },
      { topic: source, offset: 2, key: "a" },
    ]);
    const topics = await bench.kafka.topicLogs.read([source], AbortSignal.timeout(20_000));
    expect(topics.get(source)?.partitions[0]?.end).toBe(3n);
    const commit = { offset: 3n, leaderEpoch: null, metadata: "" };
    const written = [{ topic: source, partition: 0, commit }];
    const group = `${bench.prefix}-billing`;
    await bench.kafka.groupAdmin.commitOffsets(group, written, AbortSignal.timeout(30_000));
    await bench.sql("UPDATE dead_letter_cause SET group_id = $1 WHERE source_topic = $2", [group, source]);
    const asked = { stale: "hold", target: { kind: "source" } } as const;
    const job = await plan(await selectionOf(dlt), asked);
    expect((await recordsOf(job.number)).map(({ outcome }) => outcome)).toEqual(["held", "pending"]);
    expect(job.plan?.held).toMatchObject([{ code: "newer_siblings", count: 1 }]);
    expect((await start(job.number, job.hash, true)).counts).toMatchObject({ pending: 2, held: 0 });
  },
  LIMIT_MS,
);

test(
  "a record that was copied back too often is refused by the cap",
  async () => {
    const { dlt } = await chain("hops", (topic) => [{ topic, offset: 1 }]);
    const first = await plan(await selectionOf(dlt));
    await bench.sql("UPDATE job_record SET hop = 3 WHERE job_number = $1", [first.number]);
    await bench.sql("UPDATE dead_letter SET redrive_id = $1 WHERE origin_topic LIKE '%hops%'", [
      `${first.id}:0`,
    ]);
    const second = await plan(await selectionOf(dlt));
    expect(second).toMatchObject({ state: "refused", plan: { refused: [{ code: "hop_cap", count: 1 }] } });
    expect(await recordsOf(second.number)).toMatchObject([{ hop: 4, outcome: "refused" }]);
  },
  LIMIT_MS,
);

test(
  "a topic that was not there, and one that is made anew, stop the start",
  async () => {
    const { dlt, wayIn } = await chain("anew", (topic) => [{ topic, offset: 1 }]);
    const nowhere = await plan(await selectionOf(dlt), { target: { kind: "topic", topic: `${wayIn}.no` } });
    expect(nowhere).toMatchObject({ state: "refused", plan: { refused: [{ code: "target_missing" }] } });
    const job = await plan(await selectionOf(dlt));
    await bench.sql(
      "UPDATE job SET plan = jsonb_set(plan, '{targets,0,partitionCount}', '9') WHERE number = $1",
      [job.number],
    );
    await expect(start(job.number, job.hash)).rejects.toMatchObject({
      code: "job_plan_changed",
      message: expect.stringContaining("has 2 partitions and had 9") as string,
    });
  },
  LIMIT_MS,
);

test(
  "ranges are frozen at their ends and a job that sent nothing is cancelled at once",
  async () => {
    const { source, wayIn } = await chain("range", (topic) => [{ topic, offset: 1 }]);
    await bench.fail(source, [
      { topic: source, offset: 0 },
      { topic: source, offset: 1 },
    ]);
    const ranges: JobSpec["source"] = {
      ...{ kind: "ranges", topics: [{ topic: source, partitions: null }] },
      ...{ from: { kind: "start" }, to: { kind: "end" }, keys: [], eventTypes: [] },
    };
    const target = { kind: "topic", topic: wayIn } as const;
    const job = await plan(ranges, { kind: "republish", target });
    expect(job.plan).toMatchObject({ records: 2, atMost: true, order: "source" });
    expect(job.plan?.ranges).toMatchObject([{ topic: source, partition: 0, fromOffset: 0n, toOffset: 2n }]);
    const params = { cluster: CLUSTER, number: job.number };
    const cancelled = await cancelJob(bench.ctx, { params, query: {}, body: { reason: "not now" } });
    expect(cancelled).toMatchObject({
      ...{ state: "cancelled", stateReason: expect.stringContaining("not now") as string },
    });
    const listed = await listJobs(bench.ctx, {
      params: { cluster: CLUSTER },
      query: { limit: 5, topic: wayIn },
      body: undefined,
    });
    expect(listed.items.map(({ number }) => number)).toEqual([job.number]);
  },
  LIMIT_MS,
);
