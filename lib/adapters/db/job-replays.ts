import type { Sql } from "#lib/adapters/db/client.ts";
import { jsonOf } from "#lib/adapters/db/offset-json.ts";
import { countOutcomes } from "#lib/adapters/db/job-rows.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { OutcomeCounts } from "#lib/domain/jobs/job.ts";

/** JobReplayStore keeps what replays need beside copies: the offset reset of a group, and topics that a start made. */
export interface JobReplayStore {
  /** The offset reset that the job applies. */
  setReset(number: number, resetId: string): Promise<void>;
  /** How far the group is, in place of the counts there were; `measured` is records a second at an instant. */
  noteReread(
    number: number,
    counts: Partial<OutcomeCounts>,
    measured: { rate: number; at: number } | null,
  ): Promise<void>;
  /** Targets that were made since the plan: their ids are what copies are checked against. */
  setTargets(number: number, plan: JobPlan): Promise<void>;
  /** The job that is to apply a reset and has not ended; null where none is. */
  ownerOf(resetId: string): Promise<number | null>;
}

/** jobReplayStore makes a {@link JobReplayStore}. */
export function jobReplayStore(sql: Sql): JobReplayStore {
  return {
    async setReset(number, resetId) {
      await sql.job.update({ where: { number }, data: { resetId } });
    },
    async noteReread(number, counts, measured) {
      await sql.job.update({
        where: { number },
        data: {
          counts: jsonOf(countOutcomes(counts)),
          measuredRate: measured?.rate ?? null,
          measuredAt: measured === null ? null : new Date(measured.at),
        },
      });
    },
    async setTargets(number, plan) {
      await sql.job.update({ where: { number }, data: { plan: jsonOf(plan) } });
    },
    async ownerOf(resetId) {
      const job = await sql.job.findFirst({
        where: { resetId, state: { in: ["planning", "planned", "running", "paused"] } },
        select: { number: true },
      });
      return job?.number ?? null;
    },
  };
}
