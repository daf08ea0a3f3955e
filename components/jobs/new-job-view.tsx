"use client";

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";

import { Skeleton } from "#components/ui/skeleton.tsx";

import { JobWizard } from "./job-wizard.tsx";
import { useInBrowser } from "./use-draft.ts";
import { SOURCE_PARSERS } from "./wizard-source.ts";
import { STEPS } from "./step-nav.tsx";

const WHERE_IT_STANDS = {
  step: parseAsStringLiteral(STEPS).withDefault("what"),
  /** The job whose plan is looked at. */
  job: parseAsInteger,
};

/** A new job in three steps: what, where and how, check the plan. The step stands in the address. */
export function NewJobView({ cluster }: { cluster: string }) {
  const [address] = useQueryStates(SOURCE_PARSERS);
  const [{ step, job }, setPlace] = useQueryStates(WHERE_IT_STANDS, { history: "push" });
  const place = useMemo(() => ({ step, job }), [step, job]);
  // What was written is kept by this browser: nothing of the form can be drawn elsewhere.
  if (!useInBrowser()) return <Skeleton className="h-96 w-full" />;
  return (
    <JobWizard
      key={JSON.stringify(address)}
      cluster={cluster}
      address={address}
      place={place}
      onPlace={(next) => void setPlace(next)}
    />
  );
}
