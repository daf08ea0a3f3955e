import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { FailpointName } from "#kit/failpoints.ts";
import { PARTS, type PartName, type PartSettings } from "./model-shop.ts";

/** What happened to the processes of a round. */
export interface KillCounts {
  failpoints: Record<FailpointName, number>;
  /** SIGKILLs from outside. */
  kills: number;
  /** Exits that nobody asked for: bugs. */
  crashes: string[];
}

/** The failpoint a part is started with (`<name>:<n>`), or none. */
export type FailpointChoice = (part: PartName) => string | undefined;

interface Running {
  child: ChildProcess;
  /** Epoch ms; 0 until it says that it works. */
  readyAt: number;
  output: string;
}

const ENTRY = join(import.meta.dirname, "model-part.ts");
const KEPT_OUTPUT = 4_000;

/** The processes of the model shop: started, killed, and started again whenever they die. */
export class ShopProcesses {
  readonly counts: KillCounts = {
    failpoints: {
      "before-publish": 0,
      "after-publish-before-mark": 0,
      "after-work-before-commit": 0,
      "in-rebalance": 0,
    },
    kills: 0,
    crashes: [],
  };
  readonly #settings: Omit<PartSettings, "part" | "failpoint">;
  readonly #running = new Map<PartName, Running>();
  /** No part outlives the one who started it. */
  readonly #killAll = (): void => {
    for (const { child } of this.#running.values()) child.kill("SIGKILL");
  };
  #choose: FailpointChoice;
  #stopping = false;

  constructor(settings: Omit<PartSettings, "part" | "failpoint">, choose: FailpointChoice) {
    this.#settings = settings;
    this.#choose = choose;
    process.once("exit", this.#killAll);
  }

  /** Starts every part. */
  startAll(): void {
    for (const part of PARTS) this.#start(part);
  }

  /** Parts started from now on have no failpoint, and those that have one are killed once more. */
  async calm(): Promise<void> {
    this.#choose = () => undefined;
    const all = [...this.#running.values()];
    await Promise.all(all.map((running) => this.#kill(running)));
  }

  /** Kills one part from outside. */
  async kill(part: PartName): Promise<void> {
    const running = this.#running.get(part);
    if (running) await this.#kill(running);
  }

  /** How long a part has been working, in ms; 0 while it starts. */
  readyForMs(part: PartName): number {
    const readyAt = this.#running.get(part)?.readyAt ?? 0;
    return readyAt === 0 ? 0 : Date.now() - readyAt;
  }

  /** Ends every part in order (SIGTERM); one that does not end within 20 s counts as a crash. */
  async stopAll(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      [...this.#running].map(async ([part, { child }]) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, "exit");
        child.kill("SIGTERM");
        const late = setTimeout(() => {
          this.counts.crashes.push(`${part} did not stop`);
          child.kill("SIGKILL");
        }, 20_000);
        await exited;
        clearTimeout(late);
      }),
    );
    process.off("exit", this.#killAll);
  }

  #start(part: PartName): void {
    const failpoint = this.#choose(part);
    const settings: PartSettings = {
      ...this.#settings,
      part,
      ...(failpoint === undefined ? {} : { failpoint }),
    };
    const child = spawn(process.execPath, ["--disable-warning=TimeoutNegativeWarning", ENTRY], {
      env: { ...process.env, FAULT_PART: JSON.stringify(settings) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const running: Running = { child, readyAt: 0, output: "" };
    this.#running.set(part, running);
    const take = (chunk: Buffer): void => {
      this.#read(running, chunk.toString());
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", (code, signal) => {
      // A part that is told to stop before it listens for that ends by the signal: it had not begun any work.
      const inOrder = this.#stopping && (code === 0 || (signal === "SIGTERM" && running.readyAt === 0));
      if (signal !== "SIGKILL" && !inOrder) {
        this.counts.crashes.push(
          `${part} ended with ${code ?? signal ?? "?"}: ${running.output.slice(-800)}`,
        );
      }
      if (!this.#stopping && this.#running.get(part) === running) this.#start(part);
    });
  }

  #read(running: Running, text: string): void {
    running.output = (running.output + text).slice(-KEPT_OUTPUT);
    if (process.env.FAULT_LOG) appendFileSync(process.env.FAULT_LOG, `${new Date().toISOString()} ${text}`);
    for (const line of text.split("\n")) {
      if (line === "ready") running.readyAt = Date.now();
      const name = line.startsWith("failpoint ") ? line.slice(10) : "";
      if (name in this.counts.failpoints) this.counts.failpoints[name as FailpointName]++;
    }
  }

  async #kill({ child }: Running): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "close");
    child.kill("SIGKILL");
    this.counts.kills++;
    await exited;
  }
}
