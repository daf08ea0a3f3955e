"use client";

import { Command } from "cmdk";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

interface NameSearchProps {
  /** What the names are of: `Topics`. */
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  names: readonly string[];
  /** Said where there are no names. */
  empty: string;
  /** Names that are chosen already carry a mark; absent where one choice ends the search. */
  chosen?: readonly string[];
  onPick: (name: string) => void;
  footer?: ReactNode;
}

/** A field over a list of names that somebody else finds; arrows and Enter choose. */
export function NameSearch({
  label,
  placeholder,
  text,
  onText,
  names,
  empty,
  chosen,
  onPick,
  footer,
}: NameSearchProps) {
  return (
    <Command shouldFilter={false} loop label={label}>
      <Command.Input
        value={text}
        onValueChange={onText}
        placeholder={placeholder}
        className="border-line mb-1 h-8 w-full min-w-80 border-b bg-transparent px-2 outline-none focus-visible:outline-none"
      />
      <Command.List className="max-h-72 overflow-y-auto">
        <Command.Empty className="text-muted px-2 py-3">{empty}</Command.Empty>
        {names.map((name) => (
          <Command.Item
            key={name}
            value={name}
            onSelect={() => {
              onPick(name);
            }}
            className="data-[selected=true]:bg-hover flex min-h-7 cursor-default items-center gap-2 rounded-sm px-2 select-none"
          >
            {chosen !== undefined && (
              <Check
                aria-hidden
                size={14}
                className={chosen.includes(name) ? "shrink-0" : "invisible shrink-0"}
              />
            )}
            <span className="max-w-96 truncate" title={name}>
              {name}
            </span>
            {chosen?.includes(name) === true && <span className="sr-only">chosen</span>}
          </Command.Item>
        ))}
      </Command.List>
      {footer}
    </Command>
  );
}
