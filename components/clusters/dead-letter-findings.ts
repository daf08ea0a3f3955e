import { formatCount } from "#components/ui/format-quantity.ts";
import type { Finding } from "#lib/domain/clusters/cluster.ts";
import { TONES } from "#lib/domain/health/tone.ts";
import type { DeadLetterCause, FailureKind } from "#lib/domain/dead-letters/dead-letter.ts";

/** The most causes that the overview names; the page of dead letters has them all. */
const MOST = 3;

const LOOKS: Readonly<Record<FailureKind, { tone: Finding["tone"]; words: string }>> = {
  outage: { tone: "critical", words: "looks like an outage" },
  "poison-pill": { tone: "warning", words: "looks like a poison pill" },
  unclear: { tone: "warning", words: "outage or poison pill is unclear" },
};

/** What a finding is told from. */
type GrowingCause = Pick<DeadLetterCause, "id" | "causeClass" | "group" | "counts" | "spark" | "verdict">;

/** deadLetterFindings names the causes whose dead letters grew in the last hour and are open still, worst first. */
export function deadLetterFindings(causes: readonly GrowingCause[]): Finding[] {
  return causes
    .flatMap(({ id, causeClass, group, counts, spark, verdict }) => {
      const recent = spark.reduce((sum, count) => sum + count, 0);
      if (recent === 0 || counts.open === 0) return [];
      const { tone, words } = LOOKS[verdict.kind];
      const noun = recent === 1 ? "new dead letter" : "new dead letters";
      const of = group === null ? "" : ` of ${group === "" ? "(empty group id)" : group}`;
      const why = causeClass === null ? "no exception told" : (causeClass.split(".").at(-1) ?? causeClass);
      const sentence = `${formatCount(recent)} ${noun}${of} in the last hour: ${why}, ${words}.`;
      return [{ tone, feature: "dead-letters" as const, subject: id, sentence }];
    })
    .slice(0, MOST);
}

/** withFindings adds findings to those of a cluster, worst first, the cluster's own before others of their tone. */
export function withFindings(findings: readonly Finding[], added: readonly Finding[]): Finding[] {
  return [...findings, ...added].toSorted((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone));
}
