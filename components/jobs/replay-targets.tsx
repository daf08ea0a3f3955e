"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";

import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { useSettled } from "#components/ui/use-settled.ts";
import { query } from "#lib/client/query.ts";
import { getTopic } from "#lib/contracts/topics.ts";
import { shadowOf } from "#lib/domain/jobs/shadow-topics.ts";

import { GroupTargetHint } from "./group-target-hint.tsx";
import type { JobDraft } from "./job-draft.ts";
import type { StepProps } from "./step-props.ts";
import { TargetChoice } from "./target-choice.tsx";

interface ReplayTargetsProps extends Pick<StepProps, "cluster" | "draft" | "faults" | "change"> {
  choice: (value: JobDraft["target"]) => { name: string; checked: boolean; onChoose: () => void };
}

const TYPING_RESTS_MS = 300;

/** Where history can go beside a topic: to a group by its offsets, or to shadow topics beside production. */
export function ReplayTargets({ cluster, draft, faults, change, choice }: ReplayTargetsProps) {
  return (
    <>
      <TargetChoice
        {...choice("group")}
        label={
          draft.group === null || draft.group === ""
            ? "A group: set its offsets back"
            : `${draft.group}: set its offsets back`
        }
        hint="Nothing is copied: the group reads its own topics again, from there to where it stood, and no other group sees it. One click puts the offsets back."
      >
        <GroupField {...{ cluster, draft, faults, change }} />
      </TargetChoice>
      <TargetChoice
        {...choice("shadow")}
        label="A shadow topic"
        hint={`${shadowOf(draft.topics[0] ?? "<topic>", draft.shadow === "" ? "<name>" : draft.shadow)}: made at the start where it is not there, with as many partitions, kept 7 days. Nobody reads it by itself.`}
      >
        <Field
          label="Name"
          error={faults.shadow}
          hint="The last part of the topic's name: small letters, digits, hyphens."
        >
          <Input
            mono
            className="max-w-60"
            maxLength={32}
            value={draft.shadow}
            onChange={(event) => change({ shadow: event.target.value })}
          />
        </Field>
      </TargetChoice>
    </>
  );
}

/** The group, out of those that read the first topic or by its id. */
function GroupField({ cluster, draft, faults, change }: Omit<ReplayTargetsProps, "choice">) {
  const list = useId();
  const topic = draft.topics[0];
  const readers = useQuery({
    ...query(getTopic, { params: { cluster, topic: topic ?? "" } }),
    enabled: topic !== undefined,
    // Only what is offered while typing: any id can be written.
    retry: false,
  });
  const group = draft.group ?? "";
  const settled = useSettled(group, TYPING_RESTS_MS);
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Group"
        error={faults.group}
        hint="Its id, exactly; those that read the topic are offered."
      >
        <Input
          mono
          className="max-w-80"
          list={list}
          value={group}
          onChange={(event) => change({ group: event.target.value })}
        />
      </Field>
      <datalist id={list}>
        {(readers.data?.topic.readers ?? []).map((reader) => (
          <option key={reader.group} value={reader.group} />
        ))}
      </datalist>
      {faults.target !== undefined && <Callout tone="critical" title={faults.target} />}
      <GroupTargetHint cluster={cluster} group={settled} onShadow={() => change({ target: "shadow" })} />
    </div>
  );
}
