"use client";

import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { Input } from "./input.tsx";

interface HeaderInputsProps<Header extends { name: string }> {
  legend: ReactNode;
  headers: readonly Header[];
  /** What a new row holds. */
  empty: Header;
  fault: string | undefined;
  onChange: (headers: Header[]) => void;
  /** The fields of a header's value, behind its name. */
  value: (header: Header, at: number, change: (changed: Header) => void) => ReactNode;
}

/** Headers as rows of name and value, in their order; a name may stand more than once. */
export function HeaderInputs<Header extends { name: string }>(props: HeaderInputsProps<Header>) {
  const { legend, headers, empty, fault, onChange, value } = props;
  const change = (at: number, changed: Header) => {
    onChange(headers.map((header, index) => (index === at ? changed : header)));
  };
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 flex items-baseline gap-2 text-sm font-medium">{legend}</legend>
      {headers.map((header, index) => (
        <div key={index} className="flex items-center gap-1.5">
          <Input
            mono
            aria-label={`Name of header ${index + 1}`}
            placeholder="name"
            className="max-w-52"
            value={header.name}
            onChange={(event) => {
              change(index, { ...header, name: event.target.value });
            }}
          />
          {value(header, index, (changed) => {
            change(index, changed);
          })}
          <IconButton
            size="sm"
            icon={X}
            label={`Remove header ${index + 1}`}
            onClick={() => {
              onChange(headers.filter((_, each) => each !== index));
            }}
          />
        </div>
      ))}
      {fault !== undefined && <p className="text-critical text-xs">{fault}</p>}
      <Button
        size="sm"
        icon={Plus}
        className="self-start"
        onClick={() => {
          onChange([...headers, empty]);
        }}
      >
        Header
      </Button>
    </fieldset>
  );
}
