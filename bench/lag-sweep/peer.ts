import { createInterface } from "node:readline/promises";

/** What one sweep took in one process. */
export interface Round {
  wallMs: number;
  /** User and system time of the whole process. */
  cpuMs: number;
  rssMb: number;
  requests: number;
  groups: number;
  commits: number;
  ends: number;
}

/** A client that sweeps; `requests` counts what it has sent so far. */
export interface Sweeper {
  sweep(): Promise<Pick<Round, "groups" | "commits" | "ends">>;
  requests(): number;
  close(): Promise<void>;
}

/** answerRounds sweeps once for each line of standard input and answers a line of JSON; it ends with the input. */
export async function answerRounds(sweeper: Sweeper): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  while ((await lines.next()).done !== true) {
    const [cpuBefore, requestsBefore, startedAt] = [
      process.cpuUsage(),
      sweeper.requests(),
      performance.now(),
    ];
    const seen = await sweeper.sweep();
    const wallMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    const round: Round = {
      ...{ wallMs, cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1_048_576 },
      ...{ requests: sweeper.requests() - requestsBefore, ...seen },
    };
    process.stdout.write(`${JSON.stringify(round)}\n`);
  }
  await sweeper.close();
}
