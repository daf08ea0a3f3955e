import { paths } from "#lib/contracts/paths.ts";
import type { Finding } from "#lib/domain/clusters/cluster.ts";

/** findingHref leads from a finding to its evidence: the page of the thing it speaks of. */
export function findingHref(
  cluster: string,
  { feature, subject }: Pick<Finding, "feature" | "subject">,
): string {
  switch (feature) {
    case "groups":
      return paths.group(cluster, subject);
    case "topics":
      return paths.topic(cluster, subject);
    case "brokers":
      return paths.brokers(cluster);
    case "dead-letters":
      return paths.deadLetterCause(cluster, subject);
    case "sagas":
      return paths.sagas({ state: "stuck", type: subject });
    case "clusters":
      return paths.settingsClusters();
  }
}
