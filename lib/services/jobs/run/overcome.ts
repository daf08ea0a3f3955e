import type { CopyErrorKind } from "#lib/adapters/kafka/copy/copy-port.ts";
import { isCopyError, isKafkaError } from "#lib/services/broker-errors.ts";
import { failJob, pauseJob } from "#lib/services/jobs/run/end-job.ts";
import { JobStopError, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { waitFor } from "#lib/services/jobs/run/wait-for.ts";
import { pause } from "#lib/services/pause.ts";

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** Failures in a row of which nobody knows the kind, before a person has to look. */
const GIVEN_UP = 5;
/** A failure so long after the last one is not in a row with it: a job may send for days. */
const IN_A_ROW_MS = 60_000;

/** What no waiting mends. */
const FOR_A_PERSON: ReadonlySet<CopyErrorKind> = new Set(["denied", "target_changed", "ledger_refused"]);

/** What to do about a failure: wait and try again, or stop and say why. */
type Remedy =
  | { kind: "again"; sentence: string | null }
  | { kind: "stop"; to: "paused" | "failed"; reason: string }
  | { kind: "unknown" };

/** remedyOf tells what to do about what a job's turn threw. */
function remedyOf(error: unknown): Remedy {
  if (error instanceof JobStopError) return { kind: "stop", to: error.to, reason: error.message };
  if (isCopyError(error)) {
    if (FOR_A_PERSON.has(error.kind)) return { kind: "stop", to: "paused", reason: error.message };
    const away = error.kind === "ambiguous";
    return { kind: "again", sentence: away ? `It waits for the brokers: ${error.message}` : null };
  }
  if (isKafkaError(error))
    return error.retryable || error.kind === "garbage"
      ? { kind: "again", sentence: `It waits for the brokers: ${error.message}` }
      : { kind: "stop", to: "paused", reason: error.message };
  if (!(error instanceof Error)) return { kind: "unknown" };
  if (error.name === "DatabaseUnreachableError") return { kind: "again", sentence: null };
  if (error.name === "AppError") return { kind: "stop", to: "paused", reason: error.message };
  return { kind: "unknown" };
}

/** Overcoming waits out what passes, longer each time, and stops a job that cannot go on by itself. */
export class Overcoming {
  readonly #run: JobRun;
  #failures = 0;
  #unknown = 0;
  #waitMs = FIRST_WAIT_MS;
  #failedAt = 0;

  constructor(run: JobRun) {
    this.#run = run;
  }

  /** A turn came to its end. */
  succeeded(): void {
    this.#failures = 0;
    this.#unknown = 0;
    this.#waitMs = FIRST_WAIT_MS;
  }

  /** Deals with what a turn threw. Throws LeaseLostError. */
  async of(error: unknown): Promise<void> {
    const { ctx, number, signal } = this.#run;
    const now = ctx.now();
    if (now - this.#failedAt > IN_A_ROW_MS) this.succeeded();
    this.#failedAt = now;
    const remedy = this.#remedy(error);
    const reason = error instanceof Error ? error.message : "unknown";
    this.#failures += 1;
    ctx.log.warn({ job: number, reason, failures: this.#failures }, "a job was interrupted");
    try {
      if (remedy.kind === "stop") {
        await this.#stop(remedy.to, remedy.reason);
        return;
      }
      const sentence = remedy.kind === "again" ? remedy.sentence : null;
      await waitFor(this.#run, { shown: { waitsFor: null }, sentence, ms: this.#waitMs });
    } catch (failed) {
      if (!(failed instanceof Error) || failed.name !== "DatabaseUnreachableError") throw failed;
      await pause(this.#waitMs, signal);
    }
    this.#waitMs = Math.min(LONGEST_WAIT_MS, 2 * this.#waitMs);
  }

  async #stop(to: "paused" | "failed", reason: string): Promise<void> {
    if (to === "failed") await failJob(this.#run, reason);
    else await pauseJob(this.#run, reason);
  }

  #remedy(error: unknown): Remedy {
    const remedy = remedyOf(error);
    if (remedy.kind !== "unknown") return remedy;
    this.#unknown += 1;
    if (this.#unknown < GIVEN_UP) return remedy;
    this.#unknown = 0;
    const reason = "The worker failed on it again and again; its log tells of what.";
    return { kind: "stop", to: "paused", reason };
  }
}
