"use client";

import { X } from "lucide-react";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { PATH_OPERATORS, type FilterPlace, type FilterTerm } from "#lib/domain/records/record-search.ts";

import { newTerm, OPERATOR_WORDS, PLACE_OPTIONS, TERM_OPTIONS } from "./filter-words.ts";

interface TermRowProps {
  term: FilterTerm;
  /** Why it was refused, or what it lacks. */
  fault: string | null;
  onChange: (term: FilterTerm) => void;
  onRemove: () => void;
}

/** One condition of a search. */
export function TermRow({ term, fault, onChange, onRemove }: TermRowProps) {
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-2">
        <Select
          size="sm"
          label="Kind of condition"
          className="w-32 shrink-0"
          value={term.kind}
          options={TERM_OPTIONS}
          onValueChange={(kind) => {
            onChange(newTerm(kind));
          }}
        />
        <TermFields term={term} onChange={onChange} />
        <IconButton size="sm" icon={X} label="Remove the condition" onClick={onRemove} />
      </div>
      {fault !== null && <p className="text-critical pl-34 text-xs">{fault}</p>}
    </div>
  );
}

interface TermFieldsProps {
  term: FilterTerm;
  onChange: (term: FilterTerm) => void;
}

function TermFields({ term, onChange }: TermFieldsProps) {
  switch (term.kind) {
    case "text":
      return (
        <>
          <Words label="Text" value={term.text} onChange={(text) => onChange({ ...term, text })} />
          <Place value={term.in} onChange={(place) => onChange({ ...term, in: place })} />
          <Checkbox
            label="exact case"
            checked={term.matchCase}
            onCheckedChange={(matchCase) => onChange({ ...term, matchCase })}
          />
        </>
      );
    case "key":
      return <Words label="The whole key" value={term.key} onChange={(key) => onChange({ ...term, key })} />;
    case "header":
      return (
        <>
          <Words
            label="Header's name"
            className="max-w-56"
            value={term.name}
            onChange={(name) => onChange({ ...term, name })}
          />
          <Words
            label="Its value; empty asks only for its presence"
            value={term.value ?? ""}
            onChange={(value) => onChange({ ...term, value: value === "" ? null : value })}
          />
        </>
      );
    case "path":
      return <PathFields term={term} onChange={onChange} />;
    case "regex":
      return (
        <>
          <Words
            label="Pattern, RE2 syntax"
            value={term.pattern}
            onChange={(pattern) => onChange({ ...term, pattern })}
          />
          <Place value={term.in} onChange={(place) => onChange({ ...term, in: place })} />
        </>
      );
    case "cel":
      return (
        <Words
          label='CEL: value.order.total > 100.0 && headers["event-type"] == "order.created"'
          value={term.expression}
          onChange={(expression) => onChange({ ...term, expression })}
        />
      );
  }
}

interface PathFieldsProps {
  term: Extract<FilterTerm, { kind: "path" }>;
  onChange: (term: FilterTerm) => void;
}

const OPERATORS = PATH_OPERATORS.map((value) => ({ value, label: OPERATOR_WORDS[value] }));
const PATH_PLACES = [
  { value: "value", label: "of the value" },
  { value: "key", label: "of the key" },
] as const;

function PathFields({ term, onChange }: PathFieldsProps) {
  return (
    <>
      <Words
        label="Path: order.lines[0].sku"
        value={term.path}
        onChange={(path) => onChange({ ...term, path })}
      />
      <Select
        size="sm"
        label="Of which part"
        value={term.in}
        options={PATH_PLACES}
        onValueChange={(part) => onChange({ ...term, in: part })}
      />
      <Select
        size="sm"
        label="Operator"
        value={term.operator}
        options={OPERATORS}
        onValueChange={(operator) => onChange({ ...term, operator })}
      />
      {term.operator !== "exists" && (
        <Words label="Value" value={term.value} onChange={(value) => onChange({ ...term, value })} />
      )}
    </>
  );
}

interface WordsProps {
  label: string;
  value: string;
  className?: string;
  onChange: (value: string) => void;
}

function Words({ label, value, className, onChange }: WordsProps) {
  return (
    <Input
      mono
      aria-label={label}
      placeholder={label}
      className={`h-7 ${className ?? ""}`}
      value={value}
      onChange={(event) => {
        onChange(event.target.value);
      }}
    />
  );
}

function Place({ value, onChange }: { value: FilterPlace; onChange: (place: FilterPlace) => void }) {
  return <Select size="sm" label="Where" value={value} options={PLACE_OPTIONS} onValueChange={onChange} />;
}
