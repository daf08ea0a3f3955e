"use client";

import { Download, Table2, type LucideIcon } from "lucide-react";

import { IconButton } from "#components/ui/icon-button.tsx";

/** How a panel shows its numbers. */
export type View = "drawn" | "table";

interface ViewActionsProps {
  view: View;
  /** What stands for the drawing, and its name: "chart". */
  icon: LucideIcon;
  drawing: string;
  /** There is nothing to show yet. */
  disabled: boolean;
  onView: (view: View) => void;
  onDownload: () => void;
}

/** From a drawing to its numbers and back, and the numbers as a file. */
export function ViewActions({ view, icon, drawing, disabled, onView, onDownload }: ViewActionsProps) {
  return (
    <>
      <IconButton
        size="sm"
        icon={view === "drawn" ? Table2 : icon}
        label={view === "drawn" ? "Show the numbers" : `Show the ${drawing}`}
        disabled={disabled}
        onClick={() => {
          onView(view === "drawn" ? "table" : "drawn");
        }}
      />
      <IconButton
        size="sm"
        icon={Download}
        label="Download as CSV"
        disabled={disabled}
        onClick={onDownload}
      />
    </>
  );
}
