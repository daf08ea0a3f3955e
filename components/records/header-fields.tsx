"use client";

import { Plus, X } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

import { BYTES_OPTIONS, type ProduceDraft } from "./produce-draft.ts";

type Headers = ProduceDraft["headers"];

interface HeaderFieldsProps {
  headers: Headers;
  fault: string | undefined;
  onChange: (headers: Headers) => void;
}

/** The headers of a new record, in their order; a name may stand more than once. */
export function HeaderFields({ headers, fault, onChange }: HeaderFieldsProps) {
  const set = (at: number, change: Partial<Headers[number]>) => {
    onChange(headers.map((header, index) => (index === at ? { ...header, ...change } : header)));
  };
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Headers</legend>
      {headers.map((header, index) => (
        <div key={index} className="flex items-center gap-1.5">
          <Input
            mono
            aria-label={`Name of header ${index + 1}`}
            placeholder="name"
            className="max-w-44"
            value={header.name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <Input
            mono
            aria-label={`Value of header ${index + 1}`}
            placeholder={header.value.kind === "null" ? "null" : "value"}
            disabled={header.value.kind === "null"}
            value={header.value.kind === "null" ? "" : header.value.text}
            onChange={(event) => set(index, { value: { ...header.value, text: event.target.value } })}
          />
          <Select
            size="sm"
            label={`Header ${index + 1} as`}
            className="w-24"
            value={header.value.kind}
            options={BYTES_OPTIONS}
            onValueChange={(kind) => set(index, { value: { ...header.value, kind } })}
          />
          <IconButton
            size="sm"
            icon={X}
            label={`Remove header ${index + 1}`}
            onClick={() => onChange(headers.filter((_, each) => each !== index))}
          />
        </div>
      ))}
      {fault !== undefined && <p className="text-critical text-xs">{fault}</p>}
      <Button
        size="sm"
        icon={Plus}
        className="self-start"
        onClick={() => onChange([...headers, { name: "", value: { kind: "utf8", text: "" } }])}
      >
        Header
      </Button>
    </fieldset>
  );
}
