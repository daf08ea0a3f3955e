"use client";

import { useId } from "react";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

import type { JobDraft } from "./job-draft.ts";
import { ReplayTargets } from "./replay-targets.tsx";
import type { StepProps } from "./step-props.ts";
import { TargetChoice } from "./target-choice.tsx";
import { TopicField } from "./topic-field.tsx";

/** Where the copies go: the group's own way in, the source topic, or any topic; history to a group or a shadow, too. */
export function TargetFields({ cluster, draft, faults, selection, failing, change }: StepProps) {
  const ranges = selection.chosen?.kind === "ranges";
  const replay = ranges && draft.purpose === "replay";
  const group = draft.group ?? failing.group ?? "";
  const name = useId();
  const choice = (value: JobDraft["target"]) => ({
    name,
    checked: draft.target === value,
    onChoose: () => change({ target: value }),
  });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">{replay ? "Where history goes" : "Where the copies go"}</legend>
      {replay && <ReplayTargets {...{ cluster, draft, faults, change, choice }} />}
      <TargetChoice
        {...choice("way-in")}
        label={group === "" ? "One group only, by its own way in" : `${group} only, by its own way in`}
        hint={`${failing.topic ?? draft.topics[0] ?? "<topic>"}.redrive.${group === "" ? "<group>" : group}: no other group sees them. Consumers of the kit read it by themselves; for others the configuration can name a topic.`}
      >
        <Field label="Group" error={faults.group} hint="Its id, exactly.">
          <Input
            mono
            className="max-w-80"
            value={group}
            onChange={(event) => change({ group: event.target.value })}
          />
        </Field>
      </TargetChoice>
      {!ranges && (
        <TargetChoice
          {...choice("source")}
          label="The source topic"
          hint={`${failing.topic ?? "Where they first stood"}: every group of the topic sees them again. The plan names them.`}
        />
      )}
      <TargetChoice
        {...choice("topic")}
        label={ranges ? "Another topic" : "Any topic"}
        hint="Everybody who reads it sees them: a topic for tests, or one for another system."
      >
        <TopicField
          cluster={cluster}
          label="Topic"
          shown={draft.topic === "" ? "choose" : draft.topic}
          fault={faults.topic}
          onPick={(topic) => change({ topic })}
        />
      </TargetChoice>
    </fieldset>
  );
}
