"use client";

import { Columns3, Plus, X } from "lucide-react";
import { useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Popover } from "#components/ui/popover.tsx";

import { jsonColumn } from "./json-column.ts";

interface ColumnPickerProps {
  columns: readonly string[];
  /** Paths that the records shown have. */
  offered: readonly string[];
  onChange: (columns: string[]) => void;
}

/** Columns made of JSON paths into the value, or into the key where they begin with `key:`. */
export function ColumnPicker({ columns, offered, onChange }: ColumnPickerProps) {
  const [path, setPath] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const add = (text: string) => {
    const column = jsonColumn(text.trim());
    if (typeof column === "string") {
      setFault(column);
      return;
    }
    setFault(null);
    setPath("");
    if (!columns.includes(column.path)) onChange([...columns, column.path]);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    add(path);
  };
  const rest = offered.filter((each) => !columns.includes(each));
  return (
    <Popover
      label="Columns from JSON paths"
      align="end"
      trigger={
        <Button size="sm" variant="ghost" icon={Columns3}>
          Columns
          {columns.length > 0 && <span className="text-muted">{columns.length}</span>}
        </Button>
      }
    >
      <div className="flex w-80 flex-col gap-2 p-2">
        {columns.map((column) => (
          <div key={column} className="flex items-center gap-1">
            <code className="min-w-0 flex-1 truncate text-xs" title={column}>
              {column}
            </code>
            <IconButton
              size="sm"
              icon={X}
              label={`Take the column ${column} away`}
              onClick={() => onChange(columns.filter((each) => each !== column))}
            />
          </div>
        ))}
        <form onSubmit={submit} className="flex items-center gap-1.5">
          <Input
            mono
            aria-label="JSON path of a new column"
            placeholder="order.total, key:id"
            className="h-7"
            value={path}
            onChange={(event) => {
              setPath(event.target.value);
            }}
          />
          <Button size="sm" type="submit" icon={Plus} disabled={path.trim() === ""}>
            Add
          </Button>
        </form>
        {fault !== null && <p className="text-critical text-xs">{fault}</p>}
        {rest.length > 0 && (
          <div className="flex max-h-48 flex-wrap gap-1 overflow-y-auto">
            {rest.map((each) => (
              <button
                key={each}
                type="button"
                onClick={() => add(each)}
                className="border-line bg-sunken hover:border-line-strong rounded-sm border px-1.5 py-0.5 font-mono text-xs"
              >
                {each}
              </button>
            ))}
          </div>
        )}
      </div>
    </Popover>
  );
}
