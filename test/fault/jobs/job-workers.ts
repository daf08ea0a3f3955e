import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { COPY_FAILPOINTS, type CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import { until } from "#test/support/until.ts";

/** Where a worker is to be taken away, at the nth time it comes there; null runs on. */
export type PartFailpoint = { at: CopyFailpoint; nth: number; signal: "SIGKILL" | "SIGSTOP" } | null;

/** The programs that run as workers, beside this file: they read their settings as JSON in FAULT_JOBS. */
type Part = "job-part.ts" | "copier-part.ts" | "reader-part.ts";

const STOP_LIMIT_MS = 20_000;

/** JobWorker is one worker process. */
export interface JobWorker {
  readonly child: ChildProcess;
  /** Whether it has met its failpoint. */
  met: boolean;
  /** Whether it said that it works. */
  ready: boolean;
  /** Whether it was told to end. */
  ending: boolean;
  /** Whether it said that its work is done, or that another took it over. */
  said: "done" | "fenced" | null;
  /** How often it came to each failpoint. */
  readonly hits: Record<CopyFailpoint, number>;
}

const noHits = (): Record<CopyFailpoint, number> =>
  Object.fromEntries(COPY_FAILPOINTS.map((name) => [name, 0])) as Record<CopyFailpoint, number>;

/** The workers of a round: started, taken away, and counted. */
export class JobWorkers {
  /** Workers that were taken away at each failpoint. */
  readonly taken = noHits();
  /** How often any worker came to each failpoint. */
  readonly hits = noHits();
  /** Ends that nobody asked for: bugs. */
  readonly crashes: string[] = [];
  readonly #entry: string;
  readonly #settings: object;
  readonly #running = new Set<JobWorker>();
  readonly #killAll = (): void => {
    for (const { child } of this.#running) child.kill("SIGKILL");
  };

  constructor(part: Part, settings: object) {
    this.#entry = join(import.meta.dirname, part);
    this.#settings = settings;
    process.once("exit", this.#killAll);
  }

  /** Starts one; `change` is what it is told otherwise than the others. */
  start(failpoint: PartFailpoint = null, change: object = {}): JobWorker {
    const child = spawn(process.execPath, ["--disable-warning=TimeoutNegativeWarning", this.#entry], {
      env: { ...process.env, FAULT_JOBS: JSON.stringify({ ...this.#settings, ...change, failpoint }) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const worker: JobWorker = { child, met: false, ready: false, ending: false, said: null, hits: noHits() };
    this.#running.add(worker);
    const tail: string[] = [];
    const hear = (line: string): void => {
      tail.splice(0, Math.max(0, tail.length - 20));
      tail.push(line);
      this.#hear(worker, line);
    };
    createInterface({ input: child.stdout }).on("line", hear);
    createInterface({ input: child.stderr }).on("line", hear);
    child.once("close", (code, signal) => {
      this.#running.delete(worker);
      const asked = worker.ending || worker.said !== null || (worker.met && signal === "SIGKILL");
      if (!asked) this.crashes.push(`a worker ended with ${String(code ?? signal)}: ${tail.join(" / ")}`);
    });
    return worker;
  }

  /** Waits until a worker has come to its failpoint; throws after `limitMs`, or when the worker has ended otherwise. */
  async untilMet(worker: JobWorker, limitMs: number): Promise<void> {
    const what = "a hit of the failpoint";
    await until(() => worker.met || worker.child.exitCode !== null, { limitMs, everyMs: 20, what });
    if (!worker.met) throw new Error("the worker ended before its failpoint");
  }

  /** Kills a worker from outside. */
  async kill(worker: JobWorker): Promise<void> {
    worker.ending = true;
    await this.#signal(worker, "SIGKILL");
  }

  /** Ends a worker in order; one that does not end within 20 s counts as a crash. */
  async stop(worker: JobWorker): Promise<void> {
    worker.ending = true;
    const late = setTimeout(() => {
      this.crashes.push("a worker did not stop");
      worker.child.kill("SIGKILL");
    }, STOP_LIMIT_MS);
    await this.#signal(worker, "SIGTERM");
    clearTimeout(late);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => this.stop(worker)));
    process.off("exit", this.#killAll);
  }

  async #signal({ child }: JobWorker, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
  }

  #hear(worker: JobWorker, line: string): void {
    const file = process.env["FAULT_LOG"];
    if (file !== undefined)
      appendFileSync(file, `${new Date().toISOString()} ${worker.child.pid ?? 0} ${line}\n`);
    if (line === "ready") worker.ready = true;
    if (line === "done" || line === "fenced") worker.said = line;
    const [word, name] = line.split(" ") as [string, CopyFailpoint | undefined];
    if (name === undefined || !COPY_FAILPOINTS.includes(name)) return;
    if (word === "hit") {
      this.hits[name] += 1;
      worker.hits[name] += 1;
    }
    if (word !== "failpoint") return;
    this.taken[name] += 1;
    worker.met = true;
  }
}
