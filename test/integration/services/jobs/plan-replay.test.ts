import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { CLUSTER } from "../dead-letters/dead-letter-bench.ts";
import { openReplayBench, type ReplayBench } from "../../worker/jobs/replay-bench.ts";

let bench: ReplayBench;
beforeAll(async () => {
  bench = await openReplayBench();
  bench.worker();
});
afterAll(() => bench.close());

type Ranges = Extract<JobSpec["source"], { kind: "ranges" }>;
const ranges = (change: Partial<Ranges> = {}): Ranges => ({
  ...{ kind: "ranges", from: { kind: "start" }, to: { kind: "end" }, keys: [], eventTypes: [] },
  topics: [{ topic: "t", partitions: null }],
  ...change,
});
const group = { kind: "group" as const, group: "payments" };

describe("what only copies can do does not fit a replay to a group", () => {
  test.each<[string, Partial<JobSpec>]>([
    ["source.to", { source: ranges({ to: { kind: "offset", offset: 5n } }) }],
    ["source.from", { source: ranges({ from: { kind: "end" } }) }],
    ["source.keys", { source: ranges({ keys: ["k"] }) }],
    ["source.eventTypes", { source: ranges({ eventTypes: ["e"] }) }],
    ["transform", { transform: { ...NO_TRANSFORM, newEventId: true } }],
    ["transform", { transform: { ...NO_TRANSFORM, headers: { set: [], drop: ["h"] } } }],
    ["times", { times: "kept" }],
    ["target", { kind: "republish" }],
    ["target", { kind: "republish", target: { kind: "shadow", name: "x" } }],
  ])("%s: %o", async (name, change) => {
    const body: JobSpec = {
      ...{ kind: "replay", name: "a test", description: "", transform: NO_TRANSFORM, source: ranges() },
      ...{ target: group, stale: "send", times: "new", processed: "send" },
      pace: { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
      ...change,
    };
    await expect(
      planJob(bench.dead.ctx, { params: { cluster: CLUSTER }, query: {}, body }),
    ).rejects.toMatchObject({ code: "request_invalid", invalidParams: [{ name, in: "body" }] });
  });
});

describe("a plan that cannot be started says why", () => {
  test("no such group, a group that does not read the topic, and one of Kafka Connect", async () => {
    const [topic = "", other = ""] = await bench.dead.topics("order.read", "order.unread");
    await bench.produce(topic, 4);
    await bench.produce(other, 4);
    await bench.commit(`${topic}-group`, topic, [2, 2]);
    await bench.commit(`connect-${topic}`, topic, [2, 2]);
    const refused = async (id: string, of: string): Promise<string | null> => {
      const job = await bench.plan({ topics: [of], target: { kind: "group", group: id } });
      expect(job.state).toBe("refused");
      expect(job.resetId).toBeNull();
      return job.stateReason;
    };
    expect(await refused(`${topic}-nobody`, topic)).toContain("has no group");
    expect(await refused(`${topic}-group`, other)).toBe(
      `The group ${topic}-group has no commit on ${other}: it does not read it.`,
    );
    expect(await refused(`connect-${topic}`, topic)).toContain("Kafka Connect owns this group");
  });
  test("a group that stands there already has nothing to read again", async () => {
    const [topic = ""] = await bench.dead.topics("order.there");
    await bench.produce(topic, 4);
    await bench.commit(`${topic}-group`, topic, [0, 0]);
    const job = await bench.plan({ topics: [topic], target: { kind: "group", group: `${topic}-group` } });
    expect(job.plan?.refusals.map(({ code }) => code)).toEqual(["nothing_to_send"]);
  });
});
