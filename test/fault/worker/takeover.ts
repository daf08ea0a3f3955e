import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { until } from "#test/support/until.ts";
import type { WorkerSettings } from "./worker-part.ts";

/** The servers that the workers run on. */
export interface TakeoverServers {
  kafkaBrokers: string;
  databaseUrl: string;
}

/** How the workers run and what is done to them, in turn, to the one that holds the lease. */
export interface TakeoverOptions {
  leaseTimes: LeaseTimes;
  beatMs: number;
  turns: readonly Turn[];
}

/** `kill` is SIGKILL and a start after the takeover; `stop` is SIGSTOP for three lease times, then SIGCONT. */
export type Turn = "kill" | "stop";

/** One stored sweep: when, and which of the two workers wrote it. */
interface StoredSweep {
  at: number;
  worker: number;
}

/** What came of the turns, counted over the stored samples. */
export interface TakeoverResult {
  samples: number;
  takeovers: number;
  /** Times at which the writer changed; more than the takeovers means that two wrote at once. */
  handovers: number;
  /** Samples closer to their neighbour than half a beat: written twice. */
  twice: number;
  greatestGapMs: number;
}

const ENTRY = join(import.meta.dirname, "worker-part.ts");
const TOPIC = "takeover.order.created";

class Workers {
  readonly #settings: Omit<WorkerSettings, "parity">;
  readonly #children: (ChildProcess | null)[] = [null, null];
  #crashed: string | null = null;

  constructor(settings: Omit<WorkerSettings, "parity">) {
    this.#settings = settings;
    process.once("exit", () => this.killAll());
  }

  start(parity: 0 | 1): void {
    const settings: WorkerSettings = { ...this.#settings, parity };
    const child = spawn(process.execPath, [ENTRY], {
      env: { ...process.env, FAULT_WORKER: JSON.stringify(settings) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.once("exit", (code) => {
      if (code !== null && code !== 0) this.#crashed = `worker ${parity} ended with ${code}`;
    });
    this.#children[parity] = child;
  }

  /** Throws when a worker ended that nobody ended. */
  check(): void {
    if (this.#crashed !== null) throw new Error(this.#crashed);
  }

  signal(parity: number, signal: NodeJS.Signals): void {
    this.#children[parity]?.kill(signal);
  }

  async end(parity: number, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#children[parity];
    if (child === null || child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  killAll(): void {
    for (const child of this.#children) child?.kill("SIGKILL");
  }
}

/** runTakeovers runs two workers on one cluster, takes the holder away turn by turn, and counts what is stored. */
export async function runTakeovers(
  { kafkaBrokers, databaseUrl }: TakeoverServers,
  { leaseTimes, beatMs, turns }: TakeoverOptions,
): Promise<TakeoverResult> {
  await applyMigrations(databaseUrl);
  await makeTopic(kafkaBrokers);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const workers = new Workers({ brokers: kafkaBrokers, databaseUrl, leaseTimes, beatMs });
  try {
    workers.start(0);
    workers.start(1);
    const limitMs = 3 * leaseTimes.ttlMs + 20 * beatMs + 20_000;
    const sweeps = (): Promise<StoredSweep[]> => storedSweeps(client);
    await until(async () => (await sweeps()).length >= 3, { limitMs, what: "the first samples" });
    for (const turn of turns) {
      const holder = (await sweeps()).at(-1)?.worker ?? 0;
      await takeAway(workers, { turn, holder, ttlMs: leaseTimes.ttlMs });
      const taken = async (): Promise<boolean> =>
        (await sweeps()).slice(-3).every(({ worker }) => worker !== holder);
      await until(taken, { limitMs, everyMs: 200, what: `a takeover after a ${turn}` });
      // Whatever the one that came back still wants to write, it wants to write now.
      await delay(4 * beatMs);
      workers.check();
    }
    return count(await sweeps(), { beatMs, takeovers: turns.length });
  } finally {
    await Promise.all([0, 1].map((parity) => workers.end(parity, "SIGTERM")));
    await client.end();
  }
}

async function takeAway(
  workers: Workers,
  { turn, holder, ttlMs }: { turn: Turn; holder: number; ttlMs: number },
): Promise<void> {
  if (turn === "kill") {
    await workers.end(holder, "SIGKILL");
    await delay(ttlMs);
    workers.start(holder === 0 ? 0 : 1);
    return;
  }
  workers.signal(holder, "SIGSTOP");
  await delay(3 * ttlMs);
  workers.signal(holder, "SIGCONT");
}

async function makeTopic(brokers: string): Promise<void> {
  const kafka = new Kafka({ clientId: "takeover", brokers: brokers.split(","), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

async function storedSweeps(client: Client): Promise<StoredSweep[]> {
  const { rows } = await client.query<{ at: Date }>(
    "SELECT e.at FROM end_sample e JOIN topic_series s ON s.id = e.series_id WHERE s.topic = $1 ORDER BY e.at",
    [TOPIC],
  );
  return rows.map(({ at }) => ({ at: at.getTime(), worker: at.getTime() % 2 }));
}

function count(
  sweeps: readonly StoredSweep[],
  { beatMs, takeovers }: { beatMs: number; takeovers: number },
): TakeoverResult {
  const steps = sweeps.slice(1).map((sweep, index) => ({
    ms: sweep.at - (sweeps[index]?.at ?? sweep.at),
    handover: sweep.worker !== sweeps[index]?.worker,
  }));
  return {
    samples: sweeps.length,
    takeovers,
    handovers: steps.filter(({ handover }) => handover).length,
    twice: steps.filter(({ ms }) => ms < beatMs / 2).length,
    greatestGapMs: Math.max(0, ...steps.map(({ ms }) => ms)),
  };
}
