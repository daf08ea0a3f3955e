"use client";

import { useQuery } from "@tanstack/react-query";

import { Field } from "#components/ui/field.tsx";
import { zoneName } from "#components/ui/format-instant.ts";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { query } from "#lib/client/query.ts";
import { listOffsetSnapshots } from "#lib/contracts/offset-resets.ts";

import { AGO_UNITS, TARGET_OPTIONS, type AgoUnit, type TargetFields } from "./reset-target.ts";

interface ResetTargetFieldsProps {
  cluster: string;
  group: string;
  fields: TargetFields;
  fault: string | undefined;
  onChange: (fields: TargetFields) => void;
}

/** The choice of where commits go, and the one value it needs. */
export function ResetTargetFields({ cluster, group, fields, fault, onChange }: ResetTargetFieldsProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label="Commits go to" hint={TARGET_OPTIONS.find(({ value }) => value === fields.kind)?.hint}>
        <Select
          value={fields.kind}
          options={TARGET_OPTIONS}
          onValueChange={(kind) => onChange({ ...fields, kind })}
        />
      </Field>
      <TargetValue cluster={cluster} group={group} fields={fields} fault={fault} onChange={onChange} />
    </div>
  );
}

function TargetValue({ cluster, group, fields, fault, onChange }: ResetTargetFieldsProps) {
  const now = useNow(60_000);
  const text = (name: "time" | "ago" | "offset" | "shift" | "group") => ({
    value: fields[name],
    onChange: (event: { target: { value: string } }) => onChange({ ...fields, [name]: event.target.value }),
  });
  switch (fields.kind) {
    case "time":
      return (
        <Field
          label="Time"
          error={fault}
          hint={
            now === null
              ? undefined
              : `In your zone, ${zoneName(now)}. Kafka finds the first record at or after it.`
          }
        >
          <Input type="datetime-local" step={1} className="max-w-60" {...text("time")} />
        </Field>
      );
    case "ago":
      return (
        <div className="flex items-start gap-2">
          <Field label="How long ago" error={fault}>
            <Input inputMode="decimal" className="max-w-32" {...text("ago")} />
          </Field>
          <Field label="Unit">
            <Select
              value={fields.agoUnit}
              options={(Object.keys(AGO_UNITS) as AgoUnit[]).map((value) => ({ value, label: value }))}
              onValueChange={(agoUnit) => onChange({ ...fields, agoUnit })}
            />
          </Field>
        </div>
      );
    case "offset":
      return (
        <Field
          label="Offset"
          error={fault}
          hint="The record that is read next. A plan brings it into each partition."
        >
          <Input mono inputMode="numeric" className="max-w-60" {...text("offset")} />
        </Field>
      );
    case "shift":
      return (
        <Field
          label="Records"
          error={fault}
          hint="−100 reads the last 100 offsets again; 1 skips one, a poison pill."
        >
          <Input mono className="max-w-60" {...text("shift")} />
        </Field>
      );
    case "group":
      return (
        <Field label="Group" error={fault} hint="Its id, exactly.">
          <Input mono className="max-w-100" {...text("group")} />
        </Field>
      );
    case "snapshot":
      return <SnapshotField cluster={cluster} group={group} {...{ fields, fault, onChange }} />;
    default:
      return null;
  }
}

function SnapshotField({ cluster, group, fields, fault, onChange }: ResetTargetFieldsProps) {
  const asked = useQuery(query(listOffsetSnapshots, { params: { cluster, group } }));
  const options = (asked.data?.items ?? []).map(({ id, name, takenAt, takenBy }) => ({
    value: id,
    label: name,
    hint: `${new Date(takenAt).toLocaleString("en-GB")}, by ${takenBy}`,
  }));
  return (
    <Field
      label="Snapshot"
      error={fault}
      hint={
        asked.data && options.length === 0 ? "The group has none. Save one on the Changes tab." : undefined
      }
    >
      <Select
        value={fields.snapshot}
        options={options}
        disabled={options.length === 0}
        className="min-w-60"
        onValueChange={(snapshot) => onChange({ ...fields, snapshot })}
      />
    </Field>
  );
}
