import { openClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import { NEEDLE } from "./shape.ts";

const needle = Buffer.from(NEEDLE);
const isolation = "read_committed";

/** What a scan is watched by. */
interface Watched {
  records: number;
  hits: number;
}

/** sluiceScan reads a topic by the console's own reader; `watched` tells how far it is. */
export async function sluiceScan(
  brokers: string,
  topic: string,
  watched: Watched = { records: 0, hits: 0 },
): Promise<Watched> {
  const links = openClusterLinks(brokers.split(","), {
    ...{ clientId: "bench-sluice", tls: null, sasl: null },
    ...{ connectTimeoutMs: 5_000, requestTimeoutMs: 30_000 },
  });
  const signal = new AbortController().signal;
  try {
    const asked = {
      topics: [topic],
      partitions: null,
      start: { kind: "oldest" },
      end: { kind: "end" },
    } as const;
    const { partitions } = await resolveOffsets(links, { ...asked, isolation }, signal);
    const counts = new Map<number, number>();
    const outcomes = await readPartitions(links, partitions, {
      ...{ isolation, signal },
      mayMatch: (bytes) => bytes.includes(needle),
      onBatch({ records }) {
        for (const { value } of records) if (value?.includes(needle) === true) watched.hits += 1;
        return undefined;
      },
      onPosition({ partition, records }) {
        watched.records += records - (counts.get(partition) ?? 0);
        counts.set(partition, records);
      },
    });
    if (outcomes.some((each) => !each.done || each.failures.length > 0))
      throw new Error("the scan is not whole");
    return watched;
  } finally {
    await links.close();
  }
}

const SCANS = 10;

/** How evenly scans share: what each had read when the first had ended, and the wall time of all. */
export interface Sharing {
  records: number[];
  wallMs: number;
}

/** sluiceSharing runs ten scans of one topic at once. */
export async function sluiceSharing(brokers: string, topic: string): Promise<Sharing> {
  const startedAt = performance.now();
  const scans = Array.from({ length: SCANS }, () => ({ records: 0, hits: 0 }));
  const running = scans.map((watched) => sluiceScan(brokers, topic, watched));
  await Promise.race(running);
  const records = scans.map((each) => each.records);
  await Promise.all(running);
  return { records, wallMs: performance.now() - startedAt };
}
