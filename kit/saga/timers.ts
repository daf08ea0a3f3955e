import { classifyError } from "../error-class.ts";
import { pauseFor } from "../pause.ts";
import { errorCodeOf } from "../publish-error.ts";
import { inTransaction } from "../transaction.ts";
import { decide } from "./decide.ts";
import type { OrchestratorParts } from "./parts.ts";
import { dueSagas, lockDueSaga, type SagaAddress } from "./store.ts";
import { writeMove } from "./write-move.ts";

const BATCH = 50;
const OUTAGE_MAX_MS = 5_000;
/** A saga whose timer cannot be acted on (its definition lost the step, its data does not parse) waits this long. */
const POSTPONED_MS = 30_000;

/**
 * The timers of an orchestrator: acts on sagas whose `wake_at` is past by the database's clock, each in a transaction
 * of its own, beside any number of other instances. A saga that fails is tried again later and holds up no other.
 */
export class TimerLoop {
  readonly #parts: OrchestratorParts;
  readonly #pauseMs: number;
  readonly #stop = new AbortController();
  readonly #postponed = new Map<string, SagaAddress & { untilAt: number }>();
  #loop: Promise<void> | undefined;
  #lastError: string | undefined;

  constructor(parts: OrchestratorParts, pauseMs: number) {
    this.#parts = parts;
    this.#pauseMs = pauseMs;
  }

  /** The code of the last failure; undefined while all is well. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  start(): void {
    this.#loop ??= this.#run(this.#stop.signal);
  }

  /** Ends after the timer in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(signal: AbortSignal): Promise<void> {
    let outages = 0;
    while (!signal.aborted) {
      try {
        const found = await this.#round(signal);
        outages = 0;
        if (this.#postponed.size === 0) this.#lastError = undefined;
        if (found < BATCH) await pauseFor(this.#pauseMs, signal);
      } catch (error) {
        this.#lastError = errorCodeOf(error);
        const { service, log } = this.#parts;
        log.warn({ service, code: this.#lastError }, "Timers of sagas cannot be read; it is tried again");
        await pauseFor(Math.min(250 * 2 ** outages++, OUTAGE_MAX_MS), signal);
      }
    }
  }

  /** Acts on one batch; returns how many were due. */
  async #round(signal: AbortSignal): Promise<number> {
    const { pool, sagas } = this.#parts;
    const nowAt = Date.now();
    for (const [key, { untilAt }] of this.#postponed) if (untilAt <= nowAt) this.#postponed.delete(key);
    const except = [...this.#postponed.values()];
    const due = await dueSagas(pool, { types: [...sagas.keys()], except, limit: BATCH });
    for (const address of due) {
      if (signal.aborted) break;
      try {
        if (!(await this.#act(address))) this.#postpone(address, "no timer of this definition");
      } catch (error) {
        if (classifyError(error) === "unavailable") throw error;
        this.#postpone(address, errorCodeOf(error));
      }
    }
    return due.length;
  }

  /** False where nothing follows from the timer: it would be due for ever. */
  async #act(address: SagaAddress): Promise<boolean> {
    const { pool, sagas, failpoints, counters } = this.#parts;
    const plain = sagas.get(address.type);
    if (!plain) return false;
    const done = await inTransaction(pool, async (tx) => {
      const locked = await lockDueSaga(tx, address);
      if (!locked) return "elsewhere";
      const decision = decide(plain, locked, { kind: "timer" });
      if (decision.kind !== "moved") return "nothing";
      await writeMove(tx, { plain, moved: decision, cause: {} });
      await failpoints.hit("saga-timer-before-commit");
      return "moved";
    });
    if (done === "moved") counters.timers++;
    return done !== "nothing";
  }

  #postpone(address: SagaAddress, code: string): void {
    const { service, log } = this.#parts;
    this.#lastError = code;
    const key = JSON.stringify([address.type, address.id]);
    this.#postponed.set(key, { ...address, untilAt: Date.now() + POSTPONED_MS });
    log.error({ service, ...address, code }, "A timer of a saga could not be acted on; it waits 30 s");
  }
}
