"use client";

import { clsx } from "clsx";

/** STEPS of a new job, in their order. */
export const STEPS = ["what", "where", "check"] as const;
export type Step = (typeof STEPS)[number];

const WORDS: Readonly<Record<Step, string>> = {
  what: "What",
  where: "Where and how",
  check: "Check the plan",
};

interface StepNavProps {
  step: Step;
  /** Steps that can be gone to now. */
  open: readonly Step[];
  onStep: (step: Step) => void;
}

/** The three steps; those that can be gone to are buttons. */
export function StepNav({ step, open, onStep }: StepNavProps) {
  return (
    <nav aria-label="Steps" className="mb-4">
      <ol className="border-line flex gap-6 border-b">
        {STEPS.map((each, index) => (
          <li key={each}>
            <button
              type="button"
              disabled={!open.includes(each)}
              aria-current={each === step ? "step" : undefined}
              onClick={() => onStep(each)}
              className={clsx(
                "-mb-px inline-flex h-9 items-center gap-2 border-b-2 text-sm font-medium",
                each === step ? "border-accent text-text" : "text-muted hover:text-text border-transparent",
                "disabled:hover:text-muted disabled:cursor-not-allowed",
              )}
            >
              <span className="tabular border-line-strong inline-flex size-5 items-center justify-center rounded-full border text-xs">
                {index + 1}
              </span>
              {WORDS[each]}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
