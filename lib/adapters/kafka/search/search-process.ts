import { fork, type ChildProcess } from "node:child_process";
import { setPriority } from "node:os";
import { join } from "node:path";
import { uncarryError } from "#lib/adapters/kafka/search/carried-error.ts";
import { ThreadLost, ThreadStuck, type OnEvent } from "#lib/adapters/kafka/search/search-thread.ts";
import type {
  FromHost,
  Job,
  JobAnswers,
  ThreadStart,
  ToHost,
} from "#lib/adapters/kafka/search/thread-protocol.ts";

/** The job of a process, to be settled. */
interface Running {
  resolve: (answer: JobAnswers[Job["kind"]]) => void;
  reject: (error: Error) => void;
  onEvent: OnEvent;
}

/** A third of the processor of what is not in the background, where both want it. */
const BACKGROUND = 5;

/**
 * SearchProcess is a process of its own around one search thread, kept between jobs. A thread that outgrows its memory
 * in one leap takes its whole process with it: it must not be this one.
 */
export class SearchProcess {
  readonly #child: ChildProcess;
  #running: Running | null = null;
  #lost: Error | null = null;

  constructor(
    start: Omit<ThreadStart, "sign">,
    options: { deadlineMs: number; background: boolean; onLost: (process: SearchProcess) => void },
  ) {
    // The file is found at run time; Node strips its types.
    const file = join(/* turbopackIgnore: true */ process.cwd(), "lib/adapters/kafka/search/host.ts");
    this.#child = fork(/* turbopackIgnore: true */ file, [], {
      serialization: "advanced",
      execArgv: ["--disable-warning=TimeoutNegativeWarning"],
      env: { NODE_ENV: "production" },
      // What Node says of a process that dies of its memory names no record.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.#hear(message as FromHost));
    this.#child.on("error", (error) => this.#lose(new ThreadLost("other", error)));
    this.#child.on("exit", (_, signal) => {
      this.#lose(new ThreadLost(signal === "SIGABRT" ? "memory" : "other"));
      options.onLost(this);
    });
    const { pid } = this.#child;
    if (options.background && pid !== undefined) setPriority(pid, BACKGROUND);
    this.#tell({ type: "start", start, deadlineMs: options.deadlineMs });
    this.#release();
  }

  /** Whether it can be given a job. */
  get usable(): boolean {
    return this.#lost === null && this.#running === null;
  }

  /** Runs a job; rejects with the job's own error, ThreadStuck or ThreadLost. */
  run<J extends Job>(job: J, onEvent: OnEvent = () => undefined): Promise<JobAnswers[J["kind"]]> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) {
        reject(this.#lost);
        return;
      }
      this.#running = { resolve: resolve as Running["resolve"], reject, onEvent };
      this.#child.ref();
      this.#child.channel?.ref();
      this.#tell({ type: "run", job });
    });
  }

  /** Asks the job to end; it is ended with its thread where it does not. */
  cancel(): void {
    if (this.#running !== null) this.#tell({ type: "cancel" });
  }

  /** Lets the job send as many bytes more. */
  credit(bytes: number): void {
    this.#tell({ type: "credit", bytes });
  }

  /** Ends the process at once. */
  async close(): Promise<void> {
    this.#lose(new ThreadLost("closed"));
    const { exitCode, signalCode, pid } = this.#child;
    if (exitCode !== null || signalCode !== null || pid === undefined) return;
    await new Promise<void>((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.kill("SIGKILL");
    });
  }

  #tell(message: ToHost): void {
    // A process that has gone is told of by its exit.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromHost): void {
    switch (message.type) {
      case "ready":
        return;
      case "event":
        this.#running?.onEvent(message.event, message.bytes);
        return;
      case "answer":
        this.#settle()?.resolve(message.answer);
        return;
      case "failed":
        this.#settle()?.reject(uncarryError(message.error));
        return;
      case "stuck":
        this.#lose(new ThreadStuck(message.record));
        return;
      case "lost":
        this.#lose(new ThreadLost(message.why));
    }
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#settle()?.reject(error);
  }

  #settle(): Running | null {
    const running = this.#running;
    this.#running = null;
    this.#release();
    return running;
  }

  /** A process without a job keeps nobody alive. */
  #release(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }
}
