import type { Pool } from "pg";
import { openReadOnlyPool } from "#lib/adapters/tables/read-only-pool.ts";
import type { ProcessedEvents, ProcessedLookup } from "#lib/adapters/tables/processed-lookup.ts";
import type { Log } from "#lib/log.ts";

/** How the users' databases are reached. `url` holds a password: it is never logged. */
interface ProcessedOptions {
  readonly databases: readonly { readonly id: string; readonly url: string; readonly cluster: string }[];
  readonly log: Log;
}

const IDS_A_QUERY = 1_000;

/**
 * openProcessedEvents reads the kit's `processed_event(consumer_group, event_id, processed_at, ...)` in the users'
 * databases, each by an {@link openReadOnlyPool}.
 */
export function openProcessedEvents({ databases, log }: ProcessedOptions): ProcessedLookup {
  const pools = databases.map(({ id, url, cluster }) => ({
    id,
    cluster,
    pool: openReadOnlyPool({ id, url, log }),
  }));
  const of = (cluster: string): Source[] => pools.filter((each) => each.cluster === cluster);
  return {
    processed: (asked, signal) => processedIn(of(asked.cluster), asked, signal),
    async dedups({ cluster, group }, signal) {
      for (const source of of(cluster)) if ((await knows(source, group, signal)) === "yes") return "yes";
      return "unknown";
    },
    async close() {
      await Promise.all(pools.map(({ pool }) => pool.end()));
    },
  };
}

interface Source {
  id: string;
  pool: Pool;
}

/** Whether the database has the table and the group stands in it. */
async function knows(source: Source, group: string, signal: AbortSignal): Promise<"yes" | "no" | "failed"> {
  try {
    const table = await source.pool.query<{ there: boolean }>(
      "SELECT to_regclass('processed_event') IS NOT NULL AS there",
    );
    signal.throwIfAborted();
    if (table.rows[0]?.there !== true) return "no";
    const found = await source.pool.query("SELECT 1 FROM processed_event WHERE consumer_group = $1 LIMIT 1", [
      group,
    ]);
    return found.rows.length > 0 ? "yes" : "no";
  } catch (error) {
    signal.throwIfAborted();
    // Any failure of a foreign database means that nobody knows; it never stops a plan.
    return error instanceof Error ? "failed" : "no";
  }
}

async function processedIn(
  sources: readonly Source[],
  { group, eventIds }: { group: string; eventIds: readonly string[] },
  signal: AbortSignal,
): Promise<ProcessedEvents> {
  if (sources.length === 0)
    return { state: "unknown", reason: "The configuration names no database of this cluster." };
  const processed = new Set<string>();
  let known = false;
  const failed: string[] = [];
  for (const source of sources) {
    const standing = await knows(source, group, signal);
    if (standing === "failed") failed.push(source.id);
    if (standing !== "yes") continue;
    known = true;
    if (!(await addProcessed(source, { group, eventIds, processed }, signal))) failed.push(source.id);
  }
  if (failed.length > 0)
    return { state: "unknown", reason: `The database ${failed.join(", ")} could not be read.` };
  if (!known) return { state: "unknown", reason: `No processed-event table knows the group ${group}.` };
  return { state: "known", processed };
}

/** Adds the processed ids of one database; false where it failed. */
async function addProcessed(
  source: Source,
  { group, eventIds, processed }: { group: string; eventIds: readonly string[]; processed: Set<string> },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (let from = 0; from < eventIds.length; from += IDS_A_QUERY) {
      signal.throwIfAborted();
      const { rows } = await source.pool.query<{ event_id: string }>(
        "SELECT event_id FROM processed_event WHERE consumer_group = $1 AND event_id = ANY ($2::text[])",
        [group, eventIds.slice(from, from + IDS_A_QUERY)],
      );
      for (const { event_id: id } of rows) processed.add(id);
    }
    return true;
  } catch (error) {
    signal.throwIfAborted();
    return !(error instanceof Error);
  }
}
