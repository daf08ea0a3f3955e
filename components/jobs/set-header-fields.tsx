"use client";

import { Plus, X } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Input } from "#components/ui/input.tsx";

import type { JobDraft } from "./job-draft.ts";

interface SetHeaderFieldsProps {
  headers: JobDraft["setHeaders"];
  fault: string | undefined;
  onChange: (headers: JobDraft["setHeaders"]) => void;
}

/** The headers that each copy gets, in their order; one of the same name is replaced. */
export function SetHeaderFields({ headers, fault, onChange }: SetHeaderFieldsProps) {
  const set = (at: number, part: Partial<JobDraft["setHeaders"][number]>) => {
    onChange(headers.map((header, index) => (index === at ? { ...header, ...part } : header)));
  };
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 flex items-baseline gap-2 text-sm font-medium">
        Headers to set <span className="text-muted text-xs font-normal">optional</span>
      </legend>
      {headers.map((header, index) => (
        <div key={index} className="flex items-center gap-1.5">
          <Input
            mono
            aria-label={`Name of header ${index + 1}`}
            placeholder="name"
            className="max-w-52"
            value={header.name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <Input
            mono
            aria-label={`Value of header ${index + 1}`}
            placeholder="value"
            value={header.value}
            onChange={(event) => set(index, { value: event.target.value })}
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
        onClick={() => onChange([...headers, { name: "", value: "" }])}
      >
        Header
      </Button>
    </fieldset>
  );
}
