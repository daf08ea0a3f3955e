"use client";

import { HeaderInputs } from "#components/ui/header-inputs.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

import { BYTES_OPTIONS, type ProduceDraft } from "./produce-draft.ts";

type Headers = ProduceDraft["headers"];

interface HeaderFieldsProps {
  headers: Headers;
  fault: string | undefined;
  onChange: (headers: Headers) => void;
}

/** The headers of a new record: each value as text, as bytes of another form, or null. */
export function HeaderFields({ headers, fault, onChange }: HeaderFieldsProps) {
  return (
    <HeaderInputs
      legend="Headers"
      headers={headers}
      empty={{ name: "", value: { kind: "utf8", text: "" } }}
      fault={fault}
      onChange={onChange}
      value={(header, at, change) => (
        <>
          <Input
            mono
            aria-label={`Value of header ${at + 1}`}
            placeholder={header.value.kind === "null" ? "null" : "value"}
            disabled={header.value.kind === "null"}
            value={header.value.kind === "null" ? "" : header.value.text}
            onChange={(event) => change({ ...header, value: { ...header.value, text: event.target.value } })}
          />
          <Select
            size="sm"
            label={`Header ${at + 1} as`}
            className="w-24 shrink-0"
            value={header.value.kind}
            options={BYTES_OPTIONS}
            onValueChange={(kind) => change({ ...header, value: { ...header.value, kind } })}
          />
        </>
      )}
    />
  );
}
