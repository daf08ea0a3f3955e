import { expect } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { testKafka } from "#test/support/kafka.ts";
import { CLUSTER, kitHeaders } from "../../services/dead-letters/dead-letter-bench.ts";
import { GROUP, type JobBench, type JobTopics } from "./job-bench.ts";

export const CANARY = { recordsPerSecond: null, canary: true, window: null, stopAtReturnedPercent: 10 };
export const WHOLE = { ...CANARY, canary: false };
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Commits a group in a topic, at the end of each partition or where `at` says. */
export async function commit(
  bench: JobBench,
  {
    group,
    topic,
    at,
  }: { group: string; topic: string; at?: (end: bigint, partition: number) => bigint | null },
): Promise<void> {
  const logs = await bench.dead.kafka.topicLogs.read([topic], signal());
  const commits = (logs.get(topic)?.partitions ?? []).flatMap(({ end }, partition) => {
    const offset = at === undefined ? (end ?? 0n) : at(end ?? 0n, partition);
    return offset === null ? [] : [{ topic, partition, commit: { offset, leaderEpoch: null, metadata: "" } }];
  });
  expect(await bench.dead.kafka.groupAdmin.commitOffsets(group, commits, signal())).toEqual([]);
}

/** A consumer of the group's way in that reads all that comes, for as long as work goes on. */
export async function reading<T>(bench: JobBench, topic: string, work: () => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const loop = (async () => {
    while (!ended.signal.aborted) {
      await commit(bench, { group: `${GROUP}-redrive`, topic });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  try {
    return await work();
  } finally {
    ended.abort();
    await loop;
  }
}

/** Writes records to a topic, one a number, over its two partitions; `order` is their value. */
export async function produce(topic: string, count: number): Promise<void> {
  const producer = testKafka().producer();
  await producer.connect();
  const messages = Array.from({ length: count }, (_, nth) => ({
    ...{ key: `k${nth % 7}`, value: JSON.stringify({ order: nth }), partition: nth % 2 },
    headers: { "event-id": `event-${nth}` },
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}

/** Plans a job over all of a topic's records to the group's way in, or as `change` says. */
export async function planRange(
  bench: JobBench,
  { source }: Pick<JobTopics, "source">,
  change: Partial<JobSpec> = {},
): Promise<RunningJob> {
  const spec: JobSpec = {
    ...{ kind: "replay", name: "a range", description: "", transform: NO_TRANSFORM, pace: WHOLE },
    source: {
      ...{ kind: "ranges", topics: [{ topic: source, partitions: null }], keys: [], eventTypes: [] },
      ...{ from: { kind: "start" }, to: { kind: "end" } },
    },
    target: { kind: "way-in", group: GROUP },
    ...{ stale: "send", times: "new", processed: "send" },
    ...change,
  };
  const asked = { params: { cluster: CLUSTER }, query: {}, body: spec };
  const { number } = await planJob(bench.dead.ctx, asked);
  return bench.reach(number, "planned");
}

/** A dead letter as another framework or the kit writes it of a copy. */
interface Back {
  topics: JobTopics;
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** Writes a dead letter. */
export async function writeBack({ topics, key, value, headers }: Back): Promise<void> {
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic: topics.dlt, messages: [{ key, value, headers, partition: 0 }] });
  await producer.disconnect();
}

/** The headers of the kit of a copy that failed again, its lineage left out. */
export function failedAgain(
  topics: JobTopics,
  offset: number,
  more: Record<string, string>,
): Record<string, string> {
  const headers = kitHeaders({ topic: topics.source, offset, group: GROUP }) as Record<string, string>;
  return { ...headers, ...more };
}
