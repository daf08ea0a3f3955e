"use client";

import { Button } from "#components/ui/button.tsx";
import { Panel } from "#components/ui/panel.tsx";

import type { StepProps } from "./step-props.ts";
import { RangeFields } from "./range-fields.tsx";
import { SelectionPanel } from "./selection-panel.tsx";
import { TransformFields } from "./transform-fields.tsx";
import type { WizardSource } from "./wizard-source.ts";

interface WhatStepProps extends StepProps {
  source: WizardSource;
  onNext: () => void;
}

/** The first step: what is copied, and what is done to each record on the way. */
export function WhatStep({ source, onNext, ...step }: WhatStepProps) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
      className="flex max-w-200 flex-col gap-4"
    >
      {source.kind === "ranges" ? (
        <Panel title="Which records">
          <RangeFields {...step} />
        </Panel>
      ) : (
        <SelectionPanel {...step} source={source} />
      )}
      <Panel title="What is changed on the way" meta="headers of the failure are always taken off">
        <TransformFields {...step} />
      </Panel>
      <div>
        <Button type="submit" variant="primary" disabled={step.selection.chosen === null}>
          Next: where and how
        </Button>
      </div>
    </form>
  );
}
