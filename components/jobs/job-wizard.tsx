"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";

import { PageHeader } from "#components/ui/page-header.tsx";
import { mutation } from "#lib/client/query.ts";
import { cancelJob, planJob } from "#lib/contracts/jobs.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { JobState } from "#lib/domain/jobs/job.ts";

import { CheckStep } from "./check-step.tsx";
import { STEP_FIELDS, type Faults } from "./job-draft.ts";
import { requestOf } from "./job-request.ts";
import { StepNav, type Step } from "./step-nav.tsx";
import type { StepProps } from "./step-props.ts";
import { forgetDraft, useDraft } from "./use-draft.ts";
import { useFailing, useSelection } from "./use-selection.ts";
import { useJob } from "./use-job.ts";
import { useJobRefusal } from "./use-may.ts";
import { WhatStep } from "./what-step.tsx";
import { WhereStep } from "./where-step.tsx";
import { defaultName, wizardTitle } from "./wizard-words.ts";
import { draftFor, sourceOf, type SourceAddress } from "./wizard-source.ts";

interface Place {
  step: Step;
  /** The job whose plan is looked at. */
  job: number | null;
}

interface JobWizardProps {
  cluster: string;
  address: SourceAddress;
  place: Place;
  onPlace: (place: Partial<Place>) => void;
}

/** Until then a plan that is made anew takes the place of the one before. */
const NOT_STARTED: readonly JobState[] = ["planning", "planned"];

/** The three steps of a new job. A plan is a job already, but sends nothing. */
export function JobWizard({ cluster, address, place, onPlace }: JobWizardProps) {
  const source = useMemo(() => sourceOf(address), [address]);
  const key = `${cluster} ${JSON.stringify(address)}`;
  const [draft, change] = useDraft(key, () => draftFor(address));
  const selection = useSelection(cluster, source);
  const failing = useFailing(cluster, source);
  const [tried, setTried] = useState<readonly Step[]>([]);
  const before = useJob(cluster, place.job).data;
  const plan = useMutation(mutation(planJob));
  const replace = useMutation(mutation(cancelJob));
  const refusal = useJobRefusal(cluster);
  const step = place.step === "check" && place.job === null ? "where" : place.step;
  const name = defaultName(selection, draft, failing);
  const request =
    selection.chosen === null
      ? null
      : requestOf(draft, { chosen: selection.chosen, failingGroup: failing.group, defaultName: name });
  const faults = request !== null && "faults" in request ? request.faults : {};
  const isFaulty = (of: keyof typeof STEP_FIELDS) =>
    selection.chosen === null || STEP_FIELDS[of].some((field) => field in faults);
  const go = (to: Step) => {
    if (to === "where") setTried(["what"]);
    if (to === "where" && isFaulty("what")) return;
    onPlace({ step: to });
  };
  const makePlan = () => {
    setTried(["what", "where"]);
    if (isFaulty("what")) onPlace({ step: "what" });
    if (request === null || "faults" in request || plan.isPending) return;
    plan.mutate(
      { params: { cluster }, body: request.body },
      {
        onSuccess: ({ number }) => {
          if (before !== undefined && NOT_STARTED.includes(before.state)) {
            const reason = `Planned again as job ${number}.`;
            replace.mutate({ params: { cluster, number: before.number }, body: { reason } });
          }
          onPlace({ step: "check", job: number });
        },
      },
    );
  };
  const top = useFocusOnStep(step);
  const shown: Faults = step === "check" ? {} : tried.includes(step) ? faults : {};
  const each: StepProps = { cluster, draft, faults: shown, selection, failing, change };
  return (
    <>
      <PageHeader
        trail={[{ label: "Jobs", href: paths.jobs(cluster) }]}
        title={wizardTitle(selection, source.kind, draft.purpose)}
        verdict="First a plan: it sends nothing, and says what would happen to each record."
      />
      <StepNav
        step={step}
        open={[
          "what",
          ...(isFaulty("what") ? [] : ["where" as const]),
          ...(place.job === null ? [] : ["check" as const]),
        ]}
        onStep={go}
      />
      <div ref={top} tabIndex={-1} className="focus-visible:outline-none">
        {step === "what" && <WhatStep {...each} source={source} onNext={() => go("where")} />}
        {step === "where" && (
          <WhereStep
            {...each}
            defaultName={name}
            error={plan.error}
            busy={plan.isPending}
            refusal={refusal}
            onBack={() => onPlace({ step: "what" })}
            onPlan={makePlan}
          />
        )}
        {step === "check" && place.job !== null && (
          <CheckStep
            cluster={cluster}
            number={place.job}
            onBack={() => onPlace({ step: "where" })}
            onStarted={() => forgetDraft(key)}
          />
        )}
      </div>
    </>
  );
}

/** The focus follows the step, so that a keyboard and a screen reader go on where the page does. */
function useFocusOnStep(step: Step) {
  const top = useRef<HTMLDivElement>(null);
  const last = useRef(step);
  useEffect(() => {
    if (last.current === step) return;
    last.current = step;
    top.current?.focus();
  }, [step]);
  return top;
}
