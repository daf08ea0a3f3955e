"use client";

import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { zoneName } from "#components/ui/format-instant.ts";
import { Input } from "#components/ui/input.tsx";

import { instantOf, localText } from "./local-instant.ts";
import { TIME_RANGES, type TimeRange } from "./use-time-range.ts";

interface RangeDialogProps {
  range: TimeRange;
  onClose: () => void;
}

/** Asks for the two ends of a range of time, in the viewer's zone; begins with the range shown. */
export function RangeDialog({ range, onClose }: RangeDialogProps) {
  const [opened] = useState(() => endsOf(range, Date.now()));
  const [from, setFrom] = useState(localText(opened.fromAt));
  const [to, setTo] = useState(localText(opened.toAt));
  const [fromAt, toAt] = [instantOf(from), instantOf(to)];
  const reversed = fromAt !== null && toAt !== null && fromAt >= toAt;
  const show = () => {
    if (fromAt === null || toAt === null || reversed) return;
    range.selectSpan(fromAt, toAt);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title="Range of time"
      description={`Times are in your zone, ${zoneName(opened.toAt)}.`}
      footer={
        <Button variant="primary" disabled={fromAt === null || toAt === null || reversed} onClick={show}>
          Show this range
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="From">
          <Input
            type="datetime-local"
            step={1}
            value={from}
            onChange={(event) => {
              setFrom(event.target.value);
            }}
          />
        </Field>
        <Field label="To" error={reversed ? "It ends before it begins." : undefined}>
          <Input
            type="datetime-local"
            step={1}
            value={to}
            onChange={(event) => {
              setTo(event.target.value);
            }}
          />
        </Field>
      </div>
    </Dialog>
  );
}

/** The ends of the range shown; one up to now ends at `now`. */
function endsOf({ id, query }: TimeRange, now: number): { fromAt: number; toAt: number } {
  const spanMs = TIME_RANGES.find((entry) => entry.id === id)?.spanMs ?? 3_600_000;
  return { fromAt: query?.from ?? now - spanMs, toAt: query?.to ?? now };
}
