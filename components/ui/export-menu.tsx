"use client";

import { Braces, Download, Sheet } from "lucide-react";
import { useState } from "react";

import { Button } from "./button.tsx";
import { downloadText } from "./csv.ts";
import { formatCount } from "./format-quantity.ts";
import { Menu } from "./menu.tsx";
import { showToast } from "./show-toast.tsx";
import { fileName, fileText, type FileForm, type TableFile } from "./table-file.ts";

interface ExportMenuProps<Row> {
  /** The list's accessible name: "Consumer groups of staging". */
  label: string;
  file: TableFile<Row>;
  /** Rows on hand, in their order; `undefined` while the first answer is under way. */
  rows: readonly Row[] | undefined;
}

/** A list as CSV or JSON: all of its rows as filtered and sorted, not only those that were read so far. */
export function ExportMenu<Row>({ label, file, rows }: ExportMenuProps<Row>) {
  const [busy, setBusy] = useState(false);
  const hand = async (form: FileForm) => {
    setBusy(true);
    try {
      const all = file.readAll === undefined ? (rows ?? []) : await file.readAll();
      const name = fileName(file.name, Date.now(), form);
      downloadText(name, fileText(form, file.columns, all));
      showToast({ tone: "ok", title: `${formatCount(all.length)} rows in ${name}` });
    } catch (error) {
      showToast({
        tone: "critical",
        title: `${label}: the file was not made.`,
        detail: error instanceof Error ? error.message : "A page of the list could not be read.",
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button
          size="sm"
          variant="ghost"
          icon={Download}
          busy={busy}
          disabled={rows === undefined || rows.length === 0}
          aria-label={`Export ${label}`}
          className="text-muted h-6 px-1.5 font-normal"
        >
          Export
        </Button>
      }
      items={[
        { label: "CSV, all rows", icon: Sheet, onSelect: () => void hand("csv") },
        { label: "JSON, all rows", icon: Braces, onSelect: () => void hand("json") },
        ...(file.ndjson === true
          ? [{ label: "NDJSON, a line a row", icon: Braces, onSelect: () => void hand("ndjson") }]
          : []),
      ]}
    />
  );
}
