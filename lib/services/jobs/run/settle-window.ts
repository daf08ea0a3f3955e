import { baseTopicOf } from "#lib/domain/jobs/copy-target.ts";
import { settleWindowMs, type SettlingTarget } from "#lib/domain/jobs/settling.ts";
import type { JobRun, PlannedJob } from "#lib/services/jobs/run/job-run.ts";

/** What is measured holds so long. */
const KEPT_MS = 60_000;

/** SettleWindows tells how long copies whose chain nobody knows are watched, by their target. */
export class SettleWindows {
  readonly #run: JobRun;
  readonly #known = new Map<string, { ms: number; at: number }>();

  constructor(run: JobRun) {
    this.#run = run;
  }

  /** The window of copies in a target topic, ms: by the causes of their dead letters, else by group and topic. */
  async of(job: PlannedJob, { group, topic }: SettlingTarget): Promise<number> {
    const { now } = this.#run.ctx;
    const key = `${group ?? ""} ${topic}`;
    const known = this.#known.get(key);
    if (known !== undefined && now() - known.at < KEPT_MS) return known.ms;
    const ms = settleWindowMs(await this.#took(job, { group, topic }));
    this.#known.set(key, { ms, at: now() });
    return ms;
  }

  async #took(job: PlannedJob, { group, topic }: SettlingTarget): Promise<number | null> {
    const { db, cluster } = this.#run.ctx;
    const ofCopies =
      job.spec.source.kind === "ranges" ? null : await db.jobRuns.tookOfCopies(this.#run.number, topic);
    return ofCopies ?? db.jobRuns.tookOfTopic({ cluster, topic: baseTopicOf(topic), group });
  }
}
