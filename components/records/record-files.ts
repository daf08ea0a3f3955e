import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { ShownField, ShownHeader, ShownRecord } from "#lib/domain/records/record.ts";

import { columnText, type JsonColumn } from "./json-column.ts";

const textOf = (field: ShownField | null): string | null => (field === null ? null : field.text);

const headerText = ({ name, value }: ShownHeader): string =>
  value === null ? `${name} (null)` : `${name}=${value.text}`;

/** RECORD_FILE is what a file holds of each record: decoded and masked as it is shown. */
const RECORD_FILE: readonly FileColumn<ShownRecord>[] = [
  { name: "topic", value: (row) => row.topic },
  { name: "partition", value: (row) => row.partition },
  { name: "offset", value: (row) => row.offset },
  { name: "at", value: (row) => instantText(row.at) },
  { name: "stamped_by", value: (row) => row.stampedBy },
  { name: "size_bytes", value: (row) => row.sizeBytes },
  { name: "key", value: (row) => textOf(row.key) },
  { name: "key_decoder", value: (row) => row.key?.decoder ?? null },
  { name: "value", value: (row) => textOf(row.value) },
  { name: "value_decoder", value: (row) => row.value?.decoder ?? null },
  { name: "value_cut", value: (row) => row.value?.cut ?? false },
  { name: "headers", value: (row) => row.headers.map(headerText) },
  { name: "masked", value: (row) => row.masked },
];

/** recordFile is a file of records with the columns that were picked. */
export function recordFile(columns: readonly JsonColumn[]): FileColumn<ShownRecord>[] {
  return [
    ...RECORD_FILE,
    ...columns.map((column) => ({
      name: column.path,
      value: (row: ShownRecord) => columnText(column, row),
    })),
  ];
}
