import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { SAGA_PARTS, type SagaPartName, type SagaPartSettings } from "./saga-model.ts";

const ENTRY = join(import.meta.dirname, "saga-part.ts");
const KEPT_OUTPUT = 4_000;
const STOP_LIMIT_MS = 20_000;

/** The failpoints that each part dies at, one life after the other: `<name>:<n-th hit>`. */
export type DeathPlan = Partial<Record<SagaPartName, readonly string[]>>;

interface Running {
  child: ChildProcess;
  output: string;
  /** It had work in hand, or could have. */
  isReady: boolean;
}

/** The processes of a round of sagas: started, killed, and started again whenever they die. */
export class SagaProcesses {
  /** How often each failpoint killed a process. */
  readonly hits = new Map<string, number>();
  /** Exits that nobody asked for: bugs. */
  readonly crashes: string[] = [];
  kills = 0;
  readonly #settings: Omit<SagaPartSettings, "part" | "failpoint">;
  readonly #plan: Map<SagaPartName, string[]>;
  readonly #running = new Map<SagaPartName, Running>();
  #stopping = false;
  /** No part outlives the one who started it. */
  readonly #killAll = (): void => {
    for (const { child } of this.#running.values()) child.kill("SIGKILL");
  };

  constructor(settings: Omit<SagaPartSettings, "part" | "failpoint">, plan: DeathPlan) {
    this.#settings = settings;
    this.#plan = new Map(SAGA_PARTS.map((part) => [part, [...(plan[part] ?? [])]]));
    process.once("exit", this.#killAll);
  }

  startAll(): void {
    for (const part of SAGA_PARTS) this.#start(part);
  }

  /** Failpoints that no process has died at yet. */
  get missing(): string[] {
    return [...this.#plan.values()].flat();
  }

  /** Kills a part from outside. */
  async kill(part: SagaPartName): Promise<void> {
    const child = this.#running.get(part)?.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "close");
    child.kill("SIGKILL");
    this.kills++;
    await exited;
  }

  /** Ends every part in order (SIGTERM); one that does not end within 20 s counts as a crash. */
  async stopAll(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running].map(([part, running]) => this.#stop(part, running)));
    process.off("exit", this.#killAll);
  }

  async #stop(part: SagaPartName, { child }: Running): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => {
      this.crashes.push(`${part} did not stop`);
      child.kill("SIGKILL");
    }, STOP_LIMIT_MS);
    await exited;
    clearTimeout(late);
  }

  #start(part: SagaPartName): void {
    const failpoint = this.#plan.get(part)?.[0];
    const settings: SagaPartSettings = { ...this.#settings, part, ...(failpoint ? { failpoint } : {}) };
    const child = spawn(process.execPath, ["--disable-warning=TimeoutNegativeWarning", ENTRY], {
      env: { ...process.env, FAULT_PART: JSON.stringify(settings) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const running: Running = { child, output: "", isReady: false };
    this.#running.set(part, running);
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        this.#read(part, running, chunk.toString());
      });
    child.on("close", (code, signal) => {
      // A part that is told to stop before it listens for that ends by the signal: it had not begun any work.
      const inOrder = this.#stopping && (code === 0 || (signal === "SIGTERM" && !running.isReady));
      if (signal !== "SIGKILL" && !inOrder)
        this.crashes.push(`${part} ended with ${code ?? signal ?? "?"}: ${running.output.slice(-800)}`);
      if (!this.#stopping && this.#running.get(part) === running) this.#start(part);
    });
  }

  #read(part: SagaPartName, running: Running, text: string): void {
    running.output = (running.output + text).slice(-KEPT_OUTPUT);
    if (process.env.FAULT_LOG)
      appendFileSync(process.env.FAULT_LOG, `${new Date().toISOString()} ${part} ${text}`);
    for (const line of text.split("\n")) {
      if (line === "ready") running.isReady = true;
      if (!line.startsWith("failpoint ")) continue;
      const name = line.slice("failpoint ".length);
      this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
      this.#plan.get(part)?.shift();
    }
  }
}
