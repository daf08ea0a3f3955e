"use client";

import { clsx } from "clsx";
import { useId, type ReactNode } from "react";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

import type { JobDraft } from "./job-draft.ts";
import type { StepProps } from "./step-props.ts";
import { TopicField } from "./topic-field.tsx";

/** Where the copies go: the group's own way in, the source topic, or any topic. */
export function TargetFields({ cluster, draft, faults, selection, failing, change }: StepProps) {
  const ranges = selection.chosen?.kind === "ranges";
  const group = draft.group ?? failing.group ?? "";
  const name = useId();
  const choice = (value: JobDraft["target"]) => ({
    name,
    checked: draft.target === value,
    onChoose: () => change({ target: value }),
  });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">Where the copies go</legend>
      <Choice
        {...choice("way-in")}
        label={group === "" ? "One group only, by its own way in" : `${group} only, by its own way in`}
        hint={`${failing.topic ?? "<topic>"}.redrive.${group === "" ? "<group>" : group}: no other group sees them. Consumers of the kit read it by themselves; for others the configuration can name a topic.`}
      >
        <Field label="Group" error={faults.group} hint="Its id, exactly.">
          <Input
            mono
            className="max-w-80"
            value={group}
            onChange={(event) => change({ group: event.target.value })}
          />
        </Field>
      </Choice>
      {!ranges && (
        <Choice
          {...choice("source")}
          label="The source topic"
          hint={`${failing.topic ?? "Where they first stood"}: every group of the topic sees them again. The plan names them.`}
        />
      )}
      <Choice
        {...choice("topic")}
        label={ranges ? "Another topic" : "Any topic"}
        hint="Everybody who reads it sees them: a shadow topic, or one for another system."
      >
        <TopicField
          cluster={cluster}
          label="Topic"
          shown={draft.topic === "" ? "choose" : draft.topic}
          fault={faults.topic}
          onPick={(topic) => change({ topic })}
        />
      </Choice>
    </fieldset>
  );
}

interface ChoiceProps {
  name: string;
  checked: boolean;
  label: string;
  hint: string;
  onChoose: () => void;
  /** What the choice needs, shown while it is chosen. */
  children?: ReactNode;
}

function Choice({ name, checked, label, hint, onChoose, children }: ChoiceProps) {
  const id = useId();
  return (
    <div
      className={clsx(
        "rounded border px-3 py-2",
        checked ? "border-accent-line bg-accent-bg" : "border-line",
      )}
    >
      <div className="flex items-start gap-2.5">
        <input
          id={id}
          type="radio"
          name={name}
          checked={checked}
          aria-describedby={`${id}-hint`}
          onChange={onChoose}
          className="accent-accent mt-1"
        />
        <div className="min-w-0">
          <label htmlFor={id} className="text-sm font-medium">
            {label}
          </label>
          <p id={`${id}-hint`} className="text-muted text-xs break-words">
            {hint}
          </p>
        </div>
      </div>
      {checked && children !== undefined && <div className="mt-3 pl-6">{children}</div>}
    </div>
  );
}
