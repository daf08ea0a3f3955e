import type { Column } from "#components/ui/data-table-column.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { OffsetResetRow, OffsetSnapshot } from "#lib/domain/offset-resets/offset-reset.ts";
import { targetPhrase } from "#lib/domain/offset-resets/words.ts";

import { RESET_WORDS } from "./reset-words.ts";
import { watchSentence } from "./watch-sentence.ts";

/** changeColumns are the columns of a group's resets. */
export function changeColumns(cluster: string): readonly Column<OffsetResetRow>[] {
  return [
    {
      id: "what",
      header: "Change",
      cell: (row) => (
        <Link
          href={paths.offsetReset(cluster, row.group, row.id)}
          className="link-quiet truncate font-medium"
        >
          {targetPhrase(row.target)}
        </Link>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "112px",
      cell: (row) => {
        const { tone, word, meaning } = RESET_WORDS[row.state];
        const watched = row.watch !== null && row.state === "applied" ? watchSentence(row.watch) : null;
        if (watched?.tone === "critical" || watched?.tone === "warning")
          return <StateTag tone={watched.tone} word="did not stay" hint={watched.sentence} />;
        return <StateTag tone={tone} word={word} hint={meaning} />;
      },
    },
    {
      id: "partitions",
      header: "Partitions",
      width: "76px",
      align: "right",
      cell: (row) => <Quantity value={row.totals.changed} />,
    },
    {
      id: "reread",
      header: "Read again",
      hint: "Records by offsets.",
      width: "88px",
      align: "right",
      cell: (row) => <Quantity value={row.totals.reread} />,
    },
    {
      id: "skipped",
      header: "Skipped",
      hint: "Records by offsets.",
      width: "88px",
      align: "right",
      cell: (row) => <Quantity value={row.totals.skipped} />,
    },
    {
      id: "who",
      header: "Who, why",
      width: "20%",
      cell: (row) => (
        <span className="block truncate">
          {row.decidedBy ?? row.plannedBy}
          {row.reason !== null && <span className="text-muted">: {row.reason}</span>}
        </span>
      ),
    },
    {
      id: "when",
      header: "When",
      width: "88px",
      align: "right",
      cell: (row) => <RelativeTime at={row.decidedAt ?? row.plannedAt} />,
    },
  ];
}

/** snapshotColumns are the columns of a group's snapshots. */
export function snapshotColumns(): readonly Column<OffsetSnapshot>[] {
  return [
    { id: "name", header: "Name", cell: (row) => <span className="font-medium">{row.name}</span> },
    {
      id: "partitions",
      header: "Commits",
      width: "96px",
      align: "right",
      cell: (row) => <Quantity value={row.partitionCount} />,
    },
    { id: "who", header: "Taken by", width: "28%", cell: (row) => row.takenBy },
    {
      id: "when",
      header: "When",
      width: "128px",
      align: "right",
      cell: (row) => <RelativeTime at={row.takenAt} />,
    },
  ];
}

/** CHANGE_FILE is a group's resets as a file. */
export const CHANGE_FILE: readonly FileColumn<OffsetResetRow>[] = [
  { name: "id", value: (row) => row.id },
  { name: "change", value: (row) => targetPhrase(row.target) },
  { name: "state", value: (row) => row.state },
  { name: "partitions", value: (row) => row.totals.changed },
  { name: "reread_records", value: (row) => row.totals.reread },
  { name: "skipped_records", value: (row) => row.totals.skipped },
  { name: "planned_by", value: (row) => row.plannedBy },
  { name: "planned_at", value: (row) => instantText(row.plannedAt) },
  { name: "decided_by", value: (row) => row.decidedBy },
  { name: "decided_at", value: (row) => instantText(row.decidedAt) },
  { name: "reason", value: (row) => row.reason },
];

/** SNAPSHOT_FILE is a group's snapshots as a file. */
export const SNAPSHOT_FILE: readonly FileColumn<OffsetSnapshot>[] = [
  { name: "id", value: (row) => row.id },
  { name: "name", value: (row) => row.name },
  { name: "commits", value: (row) => row.partitionCount },
  { name: "taken_by", value: (row) => row.takenBy },
  { name: "taken_at", value: (row) => instantText(row.takenAt) },
];
