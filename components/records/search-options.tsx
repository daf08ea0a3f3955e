"use client";

import { SlidersHorizontal } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { DECODER_OPTIONS } from "#components/ui/record-field.tsx";
import { Select } from "#components/ui/select.tsx";

import type { SearchUrl } from "./use-search-url.ts";

interface SearchOptionsProps {
  url: SearchUrl;
  onChange: (change: Partial<SearchUrl>) => void;
}

const ISOLATIONS = [
  { value: "read_committed", label: "Committed", hint: "Without what a transaction took back" },
  { value: "read_uncommitted", label: "All", hint: "Aborted and open transactions too" },
] as const;
const HITS = [50, 100, 500, 1_000, 5_000].map((count) => ({
  value: String(count),
  label: `${count.toLocaleString("en-US")} records`,
}));

/** How records are read: decoders, transactions, and how many are found before the search waits. */
export function SearchOptions({ url, onChange }: SearchOptionsProps) {
  const changed = [
    url.keyAs !== "auto",
    url.valueAs !== "auto",
    url.isolation !== "read_committed",
    url.hits !== 100,
  ].filter(Boolean).length;
  return (
    <Popover
      label="How records are read"
      align="end"
      trigger={
        <Button icon={SlidersHorizontal}>
          Options
          {changed > 0 && <span className="text-muted">{changed} set</span>}
        </Button>
      }
    >
      <div className="flex w-72 flex-col gap-3 p-3">
        <Field label="Key" hint="How its bytes are read.">
          <Select
            value={url.keyAs}
            options={DECODER_OPTIONS}
            onValueChange={(keyAs) => onChange({ keyAs })}
          />
        </Field>
        <Field label="Value" hint="Automatic tries JSON, the Schema Registry, text, then hex.">
          <Select
            value={url.valueAs}
            options={DECODER_OPTIONS}
            onValueChange={(valueAs) => onChange({ valueAs })}
          />
        </Field>
        <Field label="Transactions">
          <Select
            value={url.isolation}
            options={ISOLATIONS}
            onValueChange={(isolation) => onChange({ isolation })}
          />
        </Field>
        <Field label="Found before it waits">
          <Select
            value={String(url.hits)}
            options={HITS}
            onValueChange={(hits) => onChange({ hits: Number(hits) })}
          />
        </Field>
      </div>
    </Popover>
  );
}
