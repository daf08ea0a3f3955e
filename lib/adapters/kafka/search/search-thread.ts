import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { uncarryError } from "#lib/adapters/kafka/search/carried-error.ts";
import type {
  FromThread,
  Job,
  JobAnswers,
  ThreadStart,
  ToThread,
} from "#lib/adapters/kafka/search/thread-protocol.ts";
import { ThreadSign, type RecordAtHand } from "#lib/adapters/kafka/search/thread-sign.ts";
import type { SearchEvent } from "#lib/domain/records/record-search.ts";

/** ThreadStuck: a thread gave no sign for too long at one record and was ended. */
export class ThreadStuck extends Error {
  readonly record: RecordAtHand;
  constructor(record: RecordAtHand) {
    super("the thread gave no sign of life");
    this.name = "ThreadStuck";
    this.record = record;
  }
}

/** ThreadLost: a thread ended by itself: it ran out of memory, could not be started, or was closed. */
export class ThreadLost extends Error {
  readonly why: "memory" | "closed" | "other";
  constructor(why: "memory" | "closed" | "other", cause?: unknown) {
    super("the thread ended", { cause });
    this.name = "ThreadLost";
    this.why = why;
  }
}

/** What a job tells while it runs. */
export type OnEvent = (event: SearchEvent, bytes: number) => void;

/** The job of a thread, to be settled. */
interface Running {
  resolve: (answer: JobAnswers[Job["kind"]]) => void;
  reject: (error: Error) => void;
  onEvent: OnEvent;
}

/** How long a thread may take to start, and a cancelled job to end, before the thread is ended. */
const START_MS = 30_000;
const CANCEL_MS = 5_000;
const WATCH_MS = 200;
/** A silent thread that computed for less than the deadline waits for the machine; after so many deadlines it is lost. */
const PATIENCE = 5;
/** Memory of a thread's JavaScript heap; the bytes of batches lie outside it. */
const HEAP_MB = 512;

/**
 * SearchThread is one worker thread, kept between jobs. A job that computes for `deadlineMs` without a sign ends the
 * thread: no other way stops JavaScript that computes. Computing is the processor time of this process, which has no
 * other work: a thread that starves on a busy machine is not stuck.
 */
export class SearchThread {
  readonly #worker: Worker;
  readonly #sign = new ThreadSign();
  readonly #deadlineMs: number;
  #running: Running | null = null;
  #ready = false;
  #cancelledAt: number | null = null;
  #watch: NodeJS.Timeout | null = null;
  /** The last sign as a look saw it first, and the processor time of the process then, ms. */
  #seen = { at: 0, cpuMs: 0 };
  #lost: Error | null = null;

  constructor(
    start: Omit<ThreadStart, "sign">,
    options: { deadlineMs: number; onLost: (thread: SearchThread) => void },
  ) {
    this.#deadlineMs = options.deadlineMs;
    // The thread's file is found at run time; Node strips its types.
    const file = join(/* turbopackIgnore: true */ process.cwd(), "lib/adapters/kafka/search/thread.ts");
    const workerData: ThreadStart = { ...start, sign: this.#sign.memory };
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 64 };
    this.#worker = new Worker(/* turbopackIgnore: true */ file, {
      workerData,
      resourceLimits,
      execArgv: [],
      env: {},
    });
    this.#worker.on("message", (message: FromThread) => this.#hear(message));
    this.#worker.on("error", (error: Error & { code?: string }) => {
      this.#lose(new ThreadLost(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "other", error));
    });
    this.#worker.on("exit", () => {
      this.#lose(new ThreadLost("other"));
      options.onLost(this);
    });
    this.#worker.unref();
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
      this.#worker.ref();
      this.#sign.cancelled = false;
      this.#sign.at = Date.now();
      this.#sign.atRecord({ topic: 0, partition: 0, offset: -1n });
      this.#watch = setInterval(() => this.#look(), WATCH_MS);
      this.#tell({ type: "run", job });
    });
  }

  /** Asks the job to end; it is ended with its thread where it does not. */
  cancel(): void {
    if (this.#running === null || this.#cancelledAt !== null) return;
    this.#cancelledAt = Date.now();
    this.#sign.cancelled = true;
    this.#tell({ type: "cancel" });
  }

  /** Lets the job send as many bytes more. */
  credit(bytes: number): void {
    this.#tell({ type: "credit", bytes });
  }

  /** Ends the thread at once. */
  async close(): Promise<void> {
    this.#lose(new ThreadLost("closed"));
    await this.#worker.terminate();
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromThread): void {
    if (message.type === "ready") this.#ready = true;
    else if (message.type === "event") this.#running?.onEvent(message.event, message.bytes);
    else {
      const running = this.#settle();
      if (message.type === "answer") running?.resolve(message.answer);
      else running?.reject(uncarryError(message.error));
    }
  }

  /** Ends the thread when its job gives no sign; what it sent before this look is heard first. */
  #look(): void {
    const now = Date.now();
    const stuck = this.#isStuck(now);
    const lingering = this.#cancelledAt !== null && now - this.#cancelledAt > CANCEL_MS;
    if (!stuck && !lingering) return;
    const before = this.#running;
    setImmediate(() => {
      if (this.#running === null || this.#running !== before) return;
      if (!lingering && !this.#isStuck(Date.now())) return;
      this.#lose(new ThreadStuck(this.#sign.record));
      void this.#worker.terminate();
    });
  }

  #isStuck(now: number): boolean {
    const { at } = this.#sign;
    const cpuMs = cpuMsOfProcess();
    if (this.#seen.at !== at) this.#seen = { at, cpuMs };
    const silentMs = now - at;
    if (!this.#ready) return silentMs > START_MS;
    if (silentMs <= this.#deadlineMs) return false;
    // A look comes up to one watch after the sign.
    return cpuMs - this.#seen.cpuMs >= this.#deadlineMs - WATCH_MS || silentMs > PATIENCE * this.#deadlineMs;
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#settle()?.reject(error);
  }

  #settle(): Running | null {
    const running = this.#running;
    this.#running = null;
    this.#cancelledAt = null;
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.#worker.unref();
    return running;
  }
}

function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
