"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

import type { ScopeFields } from "./reset-target.ts";

interface ResetScopeFieldsProps {
  /** The topics that the group reads or has commits on. */
  topics: readonly string[];
  fields: ScopeFields;
  fault: string | undefined;
  onChange: (fields: ScopeFields) => void;
}

const SCOPES = [
  { value: "all", label: "All", hint: "Every partition of every topic the group has commits on." },
  { value: "topics", label: "Some topics", hint: "All their partitions." },
  { value: "partitions", label: "Some partitions", hint: "Of one topic." },
] as const;

/** The choice of the partitions that a reset is about. */
export function ResetScopeFields({ topics, fields, fault, onChange }: ResetScopeFieldsProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label="Partitions" hint={SCOPES.find(({ value }) => value === fields.kind)?.hint}>
        <Select
          value={fields.kind}
          options={SCOPES}
          onValueChange={(kind) => onChange({ ...fields, kind })}
        />
      </Field>
      {fields.kind === "topics" && (
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1.5 text-sm font-medium">Topics</legend>
          {topics.length === 0 && <p className="text-muted text-sm">The group has no topics yet.</p>}
          {topics.map((topic) => (
            <Checkbox
              key={topic}
              label={<code>{topic}</code>}
              checked={fields.topics.includes(topic)}
              onCheckedChange={(checked) => {
                const others = fields.topics.filter((each) => each !== topic);
                onChange({ ...fields, topics: checked ? [...others, topic] : others });
              }}
            />
          ))}
          {fault !== undefined && <p className="text-critical text-xs">{fault}</p>}
        </fieldset>
      )}
      {fields.kind === "partitions" && (
        <>
          <Field label="Topic">
            <Select
              value={fields.topic}
              options={topics.map((value) => ({ value, label: value }))}
              disabled={topics.length === 0}
              className="min-w-60"
              onValueChange={(topic) => onChange({ ...fields, topic })}
            />
          </Field>
          <Field label="Partitions of it" error={fault} hint="Numbers and ranges: 0, 2, 5-7">
            <Input
              mono
              className="max-w-60"
              value={fields.partitions}
              onChange={(event) => onChange({ ...fields, partitions: event.target.value })}
            />
          </Field>
        </>
      )}
    </div>
  );
}
