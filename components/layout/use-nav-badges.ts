"use client";

import { useCausesSeenAt } from "#lib/client/seen-causes.ts";
import { useOpenCauses } from "#lib/client/use-open-causes.ts";
import type { DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import type { NavBadges } from "./side-nav.tsx";

/** The counts beside the pages of a cluster: causes of dead letters that nobody at this browser has looked at. */
export function useNavBadges(cluster: string | undefined): NavBadges {
  const open = useOpenCauses(cluster).data;
  const seenAt = useCausesSeenAt(cluster);
  if (open === undefined || seenAt === null) return {};
  return { "dead-letters": newCausesBadge(open.items, seenAt) };
}

/** newCausesBadge counts open causes that began after `seenAt`, epoch ms; an outage among them makes it critical. */
export function newCausesBadge(
  causes: readonly Pick<DeadLetterCause, "firstSeenAt" | "verdict">[],
  seenAt: number,
): NavBadges[string] {
  const fresh = causes.filter(({ firstSeenAt }) => firstSeenAt > seenAt);
  if (fresh.length === 0) return undefined;
  const outage = fresh.some(({ verdict }) => verdict.kind === "outage");
  return { count: fresh.length, tone: outage ? "critical" : "warning" };
}
