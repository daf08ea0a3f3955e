"use client";

import { X } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

import type { EdgeDraft } from "./job-draft.ts";
import type { StepProps } from "./step-props.ts";
import { TopicField } from "./topic-field.tsx";

const PURPOSES = [
  {
    value: "republish",
    label: "Republish",
    hint: "A copy for another topic: its consumers read it as new records.",
  },
  {
    value: "replay",
    label: "Replay",
    hint: "History again: a group's offsets are set back, or a copy goes to a shadow topic beside production. Lag of the groups that it reaches is muted meanwhile.",
  },
] as const;

/** Which records of which topics are copied. Where the end is open it is frozen when the plan is made. */
export function RangeFields({ cluster, draft, faults, change }: StepProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label="What for" hint={PURPOSES.find(({ value }) => value === draft.purpose)?.hint}>
        <Select
          value={draft.purpose}
          options={PURPOSES}
          className="max-w-60"
          onValueChange={(purpose) =>
            change(
              purpose === "republish"
                ? { purpose, times: "new", target: "topic" }
                : { purpose, target: "shadow" },
            )
          }
        />
      </Field>
      <div className="flex flex-col gap-1.5">
        <TopicField
          cluster={cluster}
          label="Topics"
          shown={draft.topics.length === 0 ? "choose" : "add another"}
          fault={faults.topics}
          onPick={(topic) => change({ topics: [...new Set([...draft.topics, topic])] })}
        />
        {draft.topics.length > 0 && (
          <ul aria-label="Chosen topics" className="flex flex-wrap gap-1.5">
            {draft.topics.map((topic) => (
              <li key={topic}>
                <Button
                  size="sm"
                  icon={X}
                  aria-label={`Leave out ${topic}`}
                  onClick={() => change({ topics: draft.topics.filter((each) => each !== topic) })}
                >
                  {topic}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Field
        label="Partitions"
        optional
        error={faults.partitions}
        hint="Such as 0, 2, 5-7. Empty is all of them."
      >
        <Input
          mono
          className="max-w-60"
          value={draft.partitions}
          onChange={(event) => change({ partitions: event.target.value })}
        />
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <EdgeFields
          label="From"
          open={{ value: "start", label: "The first record" }}
          edge={draft.from}
          fault={faults.from}
          onChange={(from) => change({ from })}
        />
        <EdgeFields
          label="Up to, not included"
          open={{ value: "end", label: "The end, as it is at the plan" }}
          edge={draft.to}
          fault={faults.to}
          onChange={(to) => change({ to })}
        />
      </div>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Keys" optional hint="One a line. Empty is every key.">
          <Textarea mono value={draft.keys} onChange={(event) => change({ keys: event.target.value })} />
        </Field>
        <Field label="Event types" optional hint="One a line. Empty is every type.">
          <Textarea
            mono
            value={draft.eventTypes}
            onChange={(event) => change({ eventTypes: event.target.value })}
          />
        </Field>
      </div>
    </div>
  );
}

interface EdgeFieldsProps {
  label: string;
  open: { value: "start" | "end"; label: string };
  edge: EdgeDraft;
  fault: string | undefined;
  onChange: (edge: EdgeDraft) => void;
}

function EdgeFields({ label, open, edge, fault, onChange }: EdgeFieldsProps) {
  return (
    <div className="flex flex-col gap-2">
      <Field label={label}>
        <Select
          value={edge.kind}
          options={[
            open,
            { value: "offset", label: "An offset" },
            { value: "time", label: "A time, in your zone" },
          ]}
          onValueChange={(kind) => onChange({ kind, value: "" })}
        />
      </Field>
      {(edge.kind === "offset" || edge.kind === "time") && (
        <Field label={edge.kind === "offset" ? "Offset" : "Time"} error={fault}>
          <Input
            mono={edge.kind === "offset"}
            type={edge.kind === "offset" ? "text" : "datetime-local"}
            step={1}
            inputMode={edge.kind === "offset" ? "numeric" : undefined}
            className="max-w-60"
            value={edge.value}
            onChange={(event) => onChange({ ...edge, value: event.target.value })}
          />
        </Field>
      )}
    </div>
  );
}
