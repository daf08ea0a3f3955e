import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { ClusterOverview } from "#lib/domain/clusters/cluster.ts";
import { TROUBLED_VERDICTS } from "#lib/domain/groups/verdict.ts";

/** One sentence on a cluster, with the tone of its worst finding. */
interface OverviewVerdict {
  sentence: string;
  tone: Tone;
}

/** troubledGroups counts the groups of a cluster whose verdict is a bad one. */
export function troubledGroups({ groupsByVerdict }: Pick<ClusterOverview, "groupsByVerdict">): number {
  return TROUBLED_VERDICTS.reduce((sum, verdict) => sum + groupsByVerdict[verdict], 0);
}

/** unnamedGroups counts the groups in trouble that no finding names: the findings name the worst ones only. */
export function unnamedGroups(overview: Pick<ClusterOverview, "findings" | "groupsByVerdict">): number {
  const named = overview.findings.filter(
    ({ feature, tone }) => feature === "groups" && (tone === "critical" || tone === "warning"),
  ).length;
  return Math.max(0, troubledGroups(overview) - named);
}

/** overviewVerdict says how many things need somebody, or that all is quiet, or that nothing is known yet. */
export function overviewVerdict(overview: ClusterOverview): OverviewVerdict {
  const { cluster, findings } = overview;
  const pressing = findings.filter(({ tone }) => tone === "critical" || tone === "warning");
  const worst = pressing.some(({ tone }) => tone === "critical") ? "critical" : "warning";
  const count = pressing.length + unnamedGroups(overview);
  if (count > 0) {
    const sentence = count === 1 ? "1 thing needs you." : `${formatCount(count)} things need you.`;
    return { sentence, tone: worst };
  }
  if (cluster.sampling.state === "never") {
    return {
      sentence: "Nothing is known yet: the worker has stored no sample of this cluster.",
      tone: "notice",
    };
  }
  return findings.length > 0
    ? { sentence: "Nothing needs you; there is something to know.", tone: "notice" }
    : { sentence: "All is quiet.", tone: "ok" };
}
