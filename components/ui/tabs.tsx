"use client";

import { clsx } from "clsx";
import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { TONE_SURFACE, type Tone } from "./tone.ts";

interface TabsProps<Id extends string> {
  /** What the tabs part: "Group details". */
  label: string;
  value: Id;
  /** Put the value into the URL. */
  onValueChange: (id: Id) => void;
  tabs: readonly { id: Id; label: string; count?: number; tone?: Tone; panel: ReactNode }[];
}

/** Parts of one thing, one at a time; arrows move between them. */
export function Tabs<Id extends string>({ label, value, onValueChange, tabs }: TabsProps<Id>) {
  return (
    <Radix.Root
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((entry) => entry.id === next);
        if (tab) onValueChange(tab.id);
      }}
    >
      <Radix.List aria-label={label} className="border-line flex h-9 items-stretch gap-5 border-b">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className={clsx(
              "text-muted hover:text-text -mb-px inline-flex items-center gap-1.5 border-b-2 border-transparent text-sm font-medium whitespace-nowrap",
              "data-[state=active]:border-accent data-[state=active]:text-text",
            )}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span
                className={clsx(
                  "tabular inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border px-1 text-[11px] leading-none",
                  TONE_SURFACE[tab.tone ?? "neutral"],
                )}
              >
                {tab.count}
              </span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="pt-4 focus-visible:outline-offset-4">
          {tab.panel}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
