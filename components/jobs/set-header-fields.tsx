"use client";

import { HeaderInputs } from "#components/ui/header-inputs.tsx";
import { Input } from "#components/ui/input.tsx";

import type { JobDraft } from "./job-draft.ts";

interface SetHeaderFieldsProps {
  headers: JobDraft["setHeaders"];
  fault: string | undefined;
  onChange: (headers: JobDraft["setHeaders"]) => void;
}

/** The headers that each copy gets, in their order; one of the same name is replaced. */
export function SetHeaderFields({ headers, fault, onChange }: SetHeaderFieldsProps) {
  return (
    <HeaderInputs
      legend={
        <>
          Headers to set <span className="text-muted text-xs font-normal">optional</span>
        </>
      }
      headers={headers}
      empty={{ name: "", value: "" }}
      fault={fault}
      onChange={onChange}
      value={(header, at, change) => (
        <Input
          mono
          aria-label={`Value of header ${at + 1}`}
          placeholder="value"
          value={header.value}
          onChange={(event) => change({ ...header, value: event.target.value })}
        />
      )}
    />
  );
}
