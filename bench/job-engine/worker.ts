import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CLUSTER, type Sample } from "./shape.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SAMPLE_MS = 5_000;
const STOP_LIMIT_MS = 20_000;

/** What a worker process is started with. */
interface WorkerAsked {
  dir: string;
  brokers: string;
  databaseUrl: string;
  /** Where its CPU profile goes; absent takes none. */
  profileDir: string | undefined;
}

/** WorkerProcess is the worker as it is shipped, in a process of its own, with its memory measured every 5 s. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  #samples: Sample[] = [];
  #fromMs = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_MS);
  }

  static async start({ dir, brokers, databaseUrl, profileDir }: WorkerAsked): Promise<WorkerProcess> {
    const config = join(dir, "sluice.config.json");
    // JSON is YAML. A flood of dead letters is what is measured: each has its row.
    const cluster = { id: CLUSTER, brokers, deadLetters: { floodAt: 100_000_000 } };
    await writeFile(config, JSON.stringify({ clusters: [cluster] }));
    const profiled = profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`];
    const args = ["--disable-warning=TimeoutNegativeWarning", ...profiled, join(ROOT, "lib/worker/main.ts")];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, SLUICE_CONFIG: config, DATABASE_URL: databaseUrl, SLUICE_LOG_LEVEL: "warn" },
      stdio: ["ignore", process.stderr, process.stderr],
    });
    return new WorkerProcess(child);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Forgets what was measured: a job begins now. */
  async begin(): Promise<void> {
    this.#samples = [];
    this.#fromMs = performance.now();
    await this.#sample();
  }

  get samples(): Sample[] {
    return this.#samples;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.isRunning) return;
    const closed = once(this.#child, "close");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), STOP_LIMIT_MS);
    this.#child.kill("SIGTERM");
    await closed;
    clearTimeout(late);
  }

  async #sample(): Promise<void> {
    const atMs = performance.now() - this.#fromMs;
    const rssMb = await residentMb(this.#child.pid ?? 0);
    if (rssMb !== null) this.#samples.push({ atMs, rssMb });
  }
}

/** What a process holds in memory, as Linux tells it; null when it has ended. */
async function residentMb(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kb === undefined ? null : Number(kb) / 1024;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw error;
  }
}
