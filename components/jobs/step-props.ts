import type { Faults, JobDraft } from "./job-draft.ts";
import type { Failing, Selection } from "./use-selection.ts";

/** What every step of the form is given: what was written, what is wrong with it, and how it is changed. */
export interface StepProps {
  cluster: string;
  draft: JobDraft;
  faults: Faults;
  selection: Selection;
  failing: Failing;
  change: (part: Partial<JobDraft>) => void;
}
