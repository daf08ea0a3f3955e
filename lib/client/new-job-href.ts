import { z } from "zod";

import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterFilter } from "#lib/domain/jobs/job-source.ts";

/** More ids than these do not stand in an address: they are kept in this tab, and the address names them. */
const MOST_IDS_IN_ADDRESS = 20;
const KEPT = "sluice.kept-selection.";
const kept = z.array(z.uuid()).min(1).max(10_000);

/** redriveHref leads to the form of a redrive of what a filter over dead letters matches. */
export function redriveHref(cluster: string, filter: DeadLetterFilter): string {
  return paths.newJob(cluster, { of: "dead-letters", ...textsOf(filter) });
}

/**
 * redriveIdsHref leads to the form of a redrive of some dead letters. Many ids are kept in this tab's session storage,
 * so call it when the user goes there, not while drawing.
 */
export function redriveIdsHref(cluster: string, ids: readonly string[]): string {
  if (ids.length <= MOST_IDS_IN_ADDRESS)
    return paths.newJob(cluster, { of: "dead-letters", ids: ids.join(",") });
  const key = crypto.randomUUID();
  sessionStorage.setItem(KEPT + key, JSON.stringify(ids));
  return paths.newJob(cluster, { of: "dead-letters", kept: key });
}

/** republishHref leads to the form of a copy of records of a topic, or of one of them. */
export function republishHref(
  cluster: string,
  of: { topic: string; partitions?: string; from?: string; to?: string },
): string {
  return paths.newJob(cluster, { of: "records", ...textsOf(of) });
}

/** replayHref leads to the form of a replay of topics to the group that reads them. */
export function replayHref(cluster: string, of: { group: string; topics: readonly string[] }): string {
  const { group, topics } = of;
  return paths.newJob(cluster, {
    of: "records",
    purpose: "replay",
    ...textsOf({ group, topic: topics.join(",") }),
  });
}

/** replayTopicHref leads to the form of a replay of a topic between two instants, epoch ms; without them all of it. */
export function replayTopicHref(
  cluster: string,
  of: { topic: string; fromAt?: number | undefined; toAt?: number | undefined },
): string {
  const edge = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : `at:${new Date(at).toISOString()}`;
  const { topic, fromAt, toAt } = of;
  const fields = { topic, from: edge(fromAt), to: edge(toAt) };
  return paths.newJob(cluster, { of: "records", purpose: "replay", ...textsOf(fields) });
}

/** keptIds are the ids that {@link redriveIdsHref} kept in this tab; null where it holds them no longer. */
export function keptIds(key: string): string[] | null {
  const text = sessionStorage.getItem(KEPT + key);
  return text === null ? null : (kept.safeParse(JSON.parse(text)).data ?? null);
}

/** The fields that have a value, as text. */
function textsOf(fields: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
    ),
  );
}
