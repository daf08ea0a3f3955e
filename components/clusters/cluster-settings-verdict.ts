import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";

/** Whether a cluster does not answer, or is no longer sampled. */
export function isInTrouble({ reachability, sampling }: ClusterSummary): boolean {
  return reachability.state === "unreachable" || sampling.state === "stopped";
}

/** How the clusters of the config do: the unreachable first, then those without samples, then that all is well. */
export function clusterSettingsVerdict(clusters: readonly ClusterSummary[]): {
  tone: "critical" | "warning" | "notice" | "ok";
  sentence: string;
} {
  const named = (wrong: readonly ClusterSummary[], one: string, many: string): string =>
    wrong.length === 1
      ? `${wrong[0]?.name ?? ""} ${one}.`
      : `${wrong.length} of ${clusters.length} clusters ${many}.`;
  const silent = clusters.filter(({ reachability }) => reachability.state === "unreachable");
  if (silent.length > 0)
    return { tone: "critical", sentence: named(silent, "does not answer", "do not answer") };
  const stopped = clusters.filter(({ sampling }) => sampling.state === "stopped");
  if (stopped.length > 0) {
    return { tone: "warning", sentence: named(stopped, "is no longer sampled", "are no longer sampled") };
  }
  const fresh = clusters.filter(({ sampling }) => sampling.state === "never");
  if (fresh.length > 0)
    return {
      tone: "notice",
      sentence: named(fresh, "waits for its first sample", "wait for a first sample"),
    };
  const all =
    clusters.length === 1
      ? "The one cluster answers and is"
      : `All ${clusters.length} clusters answer and are`;
  return { tone: "ok", sentence: `${all} sampled every 10 s.` };
}
