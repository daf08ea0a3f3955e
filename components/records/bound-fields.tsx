"use client";

import { zoneName } from "#components/ui/format-instant.ts";
import { Select } from "#components/ui/select.tsx";

import { CommitInput } from "./commit-input.tsx";
import { instantOf, localText } from "#components/charts/local-instant.ts";
import {
  boundText,
  END_OPTIONS,
  endBound,
  START_OPTIONS,
  startBound,
  type Bound,
  type EndKind,
  type StartKind,
} from "./search-start.ts";

interface BoundFieldsProps {
  from: string;
  to: string;
  onChange: (change: { from?: string; to?: string }) => void;
}

const HOUR_MS = 3_600_000;

/** Where the search begins and, unless it is live or goes backward, where it ends before the end. */
export function BoundFields({ from, to, onChange }: BoundFieldsProps) {
  const start = startBound(from);
  const end = endBound(to);
  const ends = start.kind !== "live";
  return (
    <>
      <Select<StartKind>
        label="From"
        showLabel
        value={start.kind}
        options={START_OPTIONS}
        onValueChange={(kind) => {
          onChange({ from: boundText({ kind, value: firstValue(kind) }) });
        }}
      />
      <BoundValue
        name="begin"
        bound={start}
        onChange={(value) => {
          onChange({ from: boundText({ kind: start.kind, value }) });
        }}
      />
      {ends && (
        <Select<EndKind>
          label="To"
          showLabel
          value={end.kind}
          options={END_OPTIONS}
          onValueChange={(kind) => {
            onChange({ to: boundText({ kind, value: firstValue(kind) }) });
          }}
        />
      )}
      {ends && (
        <BoundValue
          name="end"
          bound={end}
          onChange={(value) => {
            onChange({ to: boundText({ kind: end.kind, value }) });
          }}
        />
      )}
    </>
  );
}

/** A time begins as an hour ago: something to change rather than an empty field. */
function firstValue(kind: StartKind | EndKind): string {
  return kind === "at" ? new Date(Date.now() - HOUR_MS).toISOString() : "";
}

interface BoundValueProps {
  name: "begin" | "end";
  bound: Bound<StartKind | EndKind>;
  onChange: (value: string) => void;
}

function BoundValue({ name, bound: { kind, value }, onChange }: BoundValueProps) {
  if (kind === "at") {
    const at = Date.parse(value);
    return (
      <span className="inline-flex items-center gap-1.5">
        <span className="w-52">
          <CommitInput
            type="datetime-local"
            step={1}
            aria-label={`The time to ${name} at`}
            value={Number.isNaN(at) ? "" : localText(at)}
            onCommit={(text) => {
              const instant = instantOf(text);
              onChange(instant === null ? "" : new Date(instant).toISOString());
            }}
          />
        </span>
        {!Number.isNaN(at) && <span className="text-muted text-xs">{zoneName(at)}</span>}
      </span>
    );
  }
  if (kind === "offset" || kind === "group") {
    return (
      <span className={kind === "offset" ? "w-28" : "w-48"}>
        <CommitInput
          mono
          aria-label={kind === "offset" ? `The offset to ${name} at` : "The group's id"}
          placeholder={kind === "offset" ? "0" : "group id"}
          inputMode={kind === "offset" ? "numeric" : "text"}
          value={value}
          onCommit={(text) => {
            onChange(text.trim());
          }}
        />
      </span>
    );
  }
  return null;
}
