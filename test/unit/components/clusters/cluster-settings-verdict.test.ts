import { describe, expect, it } from "vitest";
import { clusterSettingsVerdict } from "#components/clusters/cluster-settings-verdict.ts";
import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";

const cluster = (name: string, over: Partial<ClusterSummary> = {}): ClusterSummary => ({
  id: name.toLowerCase(),
  name,
  color: null,
  readOnly: false,
  kafkaClusterId: null,
  reachability: { state: "reachable", sinceAt: 0 },
  sampling: { state: "live", lastSampleAt: 0 },
  sweep: null,
  brokerCount: 1,
  topicCount: 1,
  groupCount: 1,
  ...over,
});
const silent = cluster("Old", { reachability: { state: "unreachable", sinceAt: 0, reason: "refused" } });
const stopped = cluster("Slow", { sampling: { state: "stopped", lastSampleAt: 0, forMs: 60_000 } });
const fresh = cluster("New", {
  sampling: { state: "never" },
  reachability: { state: "unknown", reason: "not swept" },
});

describe("the verdict of the clusters", () => {
  it.each([
    ["an unreachable one comes first", [stopped, silent], "critical", "Old does not answer."],
    ["then one whose samples stopped", [stopped, fresh], "warning", "Slow is no longer sampled."],
    ["a new one is news, not trouble", [cluster("A"), fresh], "notice", "New waits for its first sample."],
    ["all is well", [cluster("A"), cluster("B")], "ok", "All 2 clusters answer and are sampled every 10 s."],
    [
      "several are counted",
      [silent, { ...silent, id: "older" }, cluster("A")],
      "critical",
      "2 of 3 clusters do not answer.",
    ],
  ] as const)("%s", (...[, clusters, tone, sentence]) => {
    expect(clusterSettingsVerdict(clusters)).toEqual({ tone, sentence });
  });
});
