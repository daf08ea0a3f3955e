import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { Sweeper } from "./peer.ts";

const CORE: ReadonlySet<never> = new Set();

/** Sluice's own core sweep: groups with their states, all commits, all end offsets. */
export function sluiceSweeper(brokers: string): Sweeper {
  const cluster = openKafkaCluster({
    bootstrap: brokers.split(","),
    ...{ clientId: "bench-sluice", tls: null, sasl: null, now: Date.now, requestTimeoutMs: 60_000 },
  });
  let requests = 0;
  return {
    async sweep() {
      const seen = await cluster.sweep(CORE, AbortSignal.timeout(120_000));
      if (seen.failures.length > 0) throw new Error(JSON.stringify(seen.failures.slice(0, 3)));
      requests += seen.requests;
      let [commits, ends] = [0, 0];
      for (const group of seen.groups)
        for (const offsets of group.commits?.values() ?? [])
          for (const each of offsets) commits += each === null ? 0 : 1;
      for (const topic of seen.topics.values())
        if (!topic.internal) for (const each of topic.ends) ends += each === null ? 0 : 1;
      return { groups: seen.groups.length, commits, ends };
    },
    requests: () => requests,
    close: () => cluster.close(),
  };
}
