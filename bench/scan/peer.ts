/** What one scan of one topic took in one process. */
export interface Round {
  /** From the first request to the last record. */
  wallMs: number;
  /** User and system time of the whole process. */
  cpuMs: number;
  /** The most that was resident. */
  rssMb: number;
  records: number;
  /** Records that the filter found; null where the client has no filter. */
  hits: number | null;
}

/** measured runs a scan and tells what it took. */
export async function measured(
  scan: () => Promise<{ records: number; hits: number; wallMs?: number }>,
): Promise<Round> {
  const startedAt = performance.now();
  const { records, hits, wallMs = performance.now() - startedAt } = await scan();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024, records, hits };
}
