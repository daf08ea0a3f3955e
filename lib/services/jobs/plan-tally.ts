import type { PlannedRecord } from "#lib/adapters/db/jobs.sql.ts";
import { createHash } from "node:crypto";
import { PROCESSED_MARKS, type ProcessedMark } from "#lib/domain/jobs/job-plan.ts";
import { ReasonTally } from "#lib/domain/jobs/reasons.ts";

/** PlanTally sums up planned records as they are decided. */
export class PlanTally {
  readonly #refused = new ReasonTally();
  readonly #held = new ReasonTally();
  readonly #digest = createHash("sha256");
  readonly processed = Object.fromEntries(PROCESSED_MARKS.map((mark) => [mark, 0])) as Record<
    ProcessedMark,
    number
  >;
  readonly byTarget = new Map<string, number>();
  records = 0;
  heldCount = 0;
  refusedCount = 0;
  bytes = 0;
  largestBytes = 0;

  /** Counts a record; `sizeBytes` is null where none would be sent. */
  add(record: PlannedRecord, sizeBytes: number | null): void {
    const { seq, topicId, partition, offset, outcome, target, hop } = record;
    this.#digest.update(
      `${seq} ${topicId} ${partition} ${offset} ${outcome} ${hop} ${target?.topic ?? ""} ${target?.partition ?? ""}\n`,
    );
    if (outcome === "refused") {
      this.refusedCount += 1;
      this.#refused.add(record.reasonCode ?? "refused", record.reason ?? "They are refused.");
      return;
    }
    this.processed[record.processed] += 1;
    if (outcome === "held") {
      this.heldCount += 1;
      this.#held.add(record.reasonCode ?? "held", record.reason ?? "They are held.");
    } else {
      this.records += 1;
      if (target !== null) this.byTarget.set(target.topic, (this.byTarget.get(target.topic) ?? 0) + 1);
    }
    this.bytes += sizeBytes ?? 0;
    this.largestBytes = Math.max(this.largestBytes, sizeBytes ?? 0);
  }

  get refused(): ReturnType<ReasonTally["list"]> {
    return this.#refused.list();
  }

  get held(): ReturnType<ReasonTally["list"]> {
    return this.#held.list();
  }

  /** sha256 of all records in their order, hex; asked once, at the end. */
  digest(): string {
    return this.#digest.digest("hex");
  }
}
