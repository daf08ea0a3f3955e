"use client";

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

import { JobRefusal } from "./job-refusal.tsx";
import type { StepProps } from "./step-props.ts";
import { PaceFields } from "./pace-fields.tsx";
import { RuleFields } from "./rule-fields.tsx";
import { TargetFields } from "./target-fields.tsx";

interface WhereStepProps extends StepProps {
  defaultName: string;
  error: Error | null;
  busy: boolean;
  /** Why this person cannot make a plan; null when they can. */
  refusal: string | null;
  onBack: () => void;
  onPlan: () => void;
}

/** The second step: where the copies go, how fast, and which records are left out. It ends in a plan. */
export function WhereStep({ defaultName, error, busy, refusal, onBack, onPlan, ...step }: WhereStepProps) {
  const { draft, change, selection } = step;
  // A group that is set back reads at its own pace, and every record.
  const resets = draft.target === "group" && selection.chosen?.kind === "ranges";
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onPlan();
      }}
      className="flex max-w-200 flex-col gap-4"
    >
      <Panel title="Where to">
        <TargetFields {...step} />
      </Panel>
      {!resets && (
        <>
          <Panel title="How fast">
            <PaceFields {...step} />
          </Panel>
          <Panel title="Rules">
            <RuleFields {...step} />
          </Panel>
        </>
      )}
      <Panel title="What it is called">
        <div className="flex flex-col gap-4">
          <Field label="Name" optional>
            <Input
              maxLength={200}
              placeholder={defaultName}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          </Field>
          <Field label="Description" optional hint="For those who look at the job later: a ticket, a link.">
            <Textarea
              rows={2}
              maxLength={4_000}
              value={draft.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          </Field>
        </div>
      </Panel>
      {error && <JobRefusal error={error} what="The plan" />}
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={refusal !== null}>
          Make the plan
        </Button>
        <Button variant="ghost" onClick={onBack}>
          Back
        </Button>
        {refusal !== null && refusal !== "" && <span className="text-muted text-xs">{refusal}</span>}
      </div>
    </form>
  );
}
