import type { ReasonCount } from "#lib/domain/jobs/job-plan.ts";

/** Why records are refused or held, for all that share a code. A record's own row tells it more exactly. */
const SENTENCES: Readonly<Record<string, string>> = {
  gone: "The record is gone: retention, a compaction or a deletion took it.",
  hop_cap: "They were copied back as often as the configuration allows.",
  claimed_elsewhere: "Another job holds them.",
  not_redrivable: "Only what is open, unknown or returned can be redriven.",
  state_changed: "They are not open any more.",
  too_large: "They are larger than their target takes.",
  schema_mismatch: "Their values break the schema of their target.",
  source_gone: "What they need of their source is gone.",
  source_differs: "Another record lies where their source lay.",
  origin_unknown: "Their headers do not tell the topic that they came from.",
  target_missing: "Their target is not there.",
  processed_already: "The group has processed them already.",
  left_out: "The script leaves them out.",
  filtered: "The job's keys and event types leave them out.",
  script_failed: "The script fails on them.",
  script_missing: "The script was not opened.",
  number_unsafe: "They hold numbers that JavaScript cannot hold exactly.",
  patch_not_json: "Their values are not JSON.",
  patch_no_value: "They have no value to patch.",
  patch_test_failed: "A test of the patch finds another value.",
  patch_path_missing: "The patch names a place that they have not.",
  newer_siblings: "Their group has committed newer records of the same key.",
  order_unknown: "Nobody can tell whether their group has committed newer records of the same key.",
};

/** ReasonTally counts records by why they are refused or held. */
export class ReasonTally {
  readonly #counts = new Map<string, ReasonCount>();

  /** Counts a record; `sentence` stands for a code that has no sentence for many. */
  add(code: string, sentence: string): void {
    const known = this.#counts.get(code);
    if (known !== undefined) known.count += 1;
    else this.#counts.set(code, { code, sentence: SENTENCES[code] ?? sentence, count: 1 });
  }

  /** The most first. */
  list(): ReasonCount[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  }
}
