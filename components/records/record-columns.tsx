"use client";

import type { Column } from "#components/ui/data-table-column.ts";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { useNow } from "#components/ui/use-now.ts";
import type { ShownField, ShownRecord } from "#lib/domain/records/record.ts";

import { columnText, type JsonColumn } from "./json-column.ts";
import { recordTime } from "./record-time.ts";

interface ColumnsInput {
  /** Several topics: each row names its own. */
  withTopic: boolean;
  json: readonly JsonColumn[];
}

/** The columns of found records: when, where, key, the picked paths, value. */
export function recordColumns({ withTopic, json }: ColumnsInput): Column<ShownRecord>[] {
  const topic: Column<ShownRecord>[] = withTopic
    ? [
        {
          id: "topic",
          header: "Topic",
          width: "16%",
          cell: (row) => <span title={row.topic}>{row.topic}</span>,
        },
      ]
    : [];
  return [
    { id: "at", header: "Time", width: "168px", cell: (row) => <RecordTime at={row.at} /> },
    ...topic,
    {
      id: "partition",
      header: "P",
      hint: "The partition.",
      width: "48px",
      align: "right",
      cell: (row) => row.partition,
    },
    {
      id: "offset",
      header: "Offset",
      width: "104px",
      align: "right",
      cell: (row) => <span className="tabular">{formatCount(row.offset)}</span>,
    },
    { id: "key", header: "Key", width: "16%", cell: (row) => <Preview field={row.key} /> },
    ...json.map((column): Column<ShownRecord> => ({
      id: `json ${column.path}`,
      header: column.path,
      hint: `What ${column.path} finds in the ${column.of}.`,
      cell: (row) => <JsonCell column={column} record={row} />,
    })),
    { id: "value", header: "Value", cell: (row) => <Preview field={row.value} /> },
    {
      id: "size",
      header: "Size",
      hint: "Key, value and headers as stored, uncompressed.",
      width: "80px",
      align: "right",
      cell: (row) => <Quantity kind="bytes" value={row.sizeBytes} />,
    },
  ];
}

function RecordTime({ at }: { at: number | null }) {
  const now = useNow(60_000);
  if (at === null) return <UnknownDash reason="The record carries no timestamp." />;
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={now === null ? undefined : formatInstantFull(at)}
      className="tabular text-xs"
    >
      {now === null ? "…" : recordTime(at, now)}
    </time>
  );
}

/** A line holds no more than this; the drawer shows all. */
const MOST_CHARACTERS = 400;

function Preview({ field }: { field: ShownField | null }) {
  if (field === null) return <em className="text-muted text-xs">null</em>;
  if (field.sizeBytes === 0) return <em className="text-muted text-xs">empty</em>;
  return <code className="text-xs">{field.text.slice(0, MOST_CHARACTERS).replaceAll(/\s+/g, " ")}</code>;
}

function JsonCell({ column, record }: { column: JsonColumn; record: ShownRecord }) {
  const text = columnText(column, record);
  if (text === null) return <UnknownDash reason={`The ${column.of} has nothing at ${column.path}.`} />;
  return <code className="text-xs">{text.slice(0, MOST_CHARACTERS)}</code>;
}
