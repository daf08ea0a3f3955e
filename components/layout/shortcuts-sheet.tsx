"use client";

import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";

import { NAV } from "./nav.ts";

interface ShortcutsSheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const ELSEWHERE = [
  { keys: "Ctrl K", does: "Search" },
  { keys: "/", does: "Filter the list" },
  { keys: "j", does: "Next row" },
  { keys: "k", does: "Previous row" },
  { keys: "Enter", does: "Open the row" },
  { keys: "x", does: "Select the row" },
  { keys: "Esc", does: "Close, clear" },
  { keys: "?", does: "This sheet" },
];

/** Every key, on one sheet. */
export function ShortcutsSheet({ open, onOpenChange }: ShortcutsSheetProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      description="They rest while you type into a field."
    >
      <div className="grid grid-cols-2 gap-x-10 pb-3 text-sm">
        <dl>
          {NAV.map((entry) => (
            <Line key={entry.id} keys={`g ${entry.letter}`} does={entry.label} />
          ))}
        </dl>
        <dl>
          {ELSEWHERE.map((entry) => (
            <Line key={entry.keys} keys={entry.keys} does={entry.does} />
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

function Line({ keys, does }: { keys: string; does: string }) {
  return (
    <div className="flex h-8 items-center justify-between gap-3">
      <dt className="text-muted">{does}</dt>
      <dd>
        <Kbd keys={keys} />
      </dd>
    </div>
  );
}
