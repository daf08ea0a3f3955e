import { formatCount } from "#components/ui/format-quantity.ts";

import type { JobDraft } from "./job-draft.ts";
import type { Failing, Selection } from "./use-selection.ts";
import type { WizardSource } from "./wizard-source.ts";

/** deadLettersPhrase writes a number of dead letters: `1 dead letter`, `1,204 dead letters`. */
export function deadLettersPhrase(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "dead letter" : "dead letters"}`;
}

/** wizardTitle names what the form is about. */
export function wizardTitle(
  { count }: Pick<Selection, "count">,
  kind: WizardSource["kind"],
  purpose: JobDraft["purpose"] = "republish",
): string {
  if (kind === "ranges") return purpose === "replay" ? "Replay records" : "Copy records";
  return count === null ? "Redrive dead letters" : `Redrive ${deadLettersPhrase(count)}`;
}

/** defaultName is how a job is called where nobody gave it a name. */
export function defaultName(
  { chosen, count }: Pick<Selection, "chosen" | "count">,
  {
    topics,
    purpose,
    target,
    group: reader,
  }: Pick<JobDraft, "topics" | "purpose"> & Partial<Pick<JobDraft, "target" | "group">>,
  { group }: Pick<Failing, "group">,
): string {
  if (chosen?.kind !== "ranges")
    return `Redrive ${deadLettersPhrase(count ?? 0)}${group === null || group === "" ? "" : ` of ${group}`}`;
  const [first, ...more] = topics;
  const what = first === undefined ? "records" : first;
  const also = more.length === 0 ? "" : ` and ${formatCount(more.length)} more`;
  const to =
    purpose === "replay" && target === "group" && reader !== undefined && reader !== null
      ? ` to ${reader}`
      : "";
  return `${purpose === "replay" ? "Replay" : "Copy"} ${what}${also}${to}`.slice(0, 200);
}
