import type { Column } from "#components/ui/data-table-column.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { JobRow } from "#lib/domain/jobs/job.ts";

import { JobStateTag } from "./job-state-tag.tsx";
import { KIND_WORDS, targetPhrase } from "./job-words.ts";
import { OutcomeBar } from "./outcome-bar.tsx";

/** jobColumns are the columns of a list of jobs; `wide` adds what few ask for. */
export function jobColumns(cluster: string, wide: boolean): readonly Column<JobRow>[] {
  const columns: readonly (Column<JobRow> | false)[] = [
    {
      id: "name",
      header: "Job",
      cell: (row) => (
        <Link href={paths.job(cluster, row.number)} className="link-quiet font-medium" title={row.name}>
          <span className="tabular text-muted font-normal">#{row.number}</span> {row.name}
        </Link>
      ),
    },
    { id: "state", header: "State", width: "116px", cell: (row) => <JobStateTag job={row} /> },
    wide && {
      ...{ id: "kind", header: "Kind", width: "88px" },
      cell: ({ kind }) => <span title={KIND_WORDS[kind].meaning}>{KIND_WORDS[kind].word}</span>,
    },
    {
      id: "target",
      header: "To",
      width: "20%",
      cell: ({ target }) => (
        <span className="block truncate" title={targetPhrase(target)}>
          {targetPhrase(target)}
        </span>
      ),
    },
    {
      id: "progress",
      header: "Records",
      hint: "Sent of those meant to be sent, by what became of them.",
      width: "24%",
      cell: (row) => (
        <OutcomeBar
          counts={row.counts}
          label={`Records of job ${row.number}`}
          rereads={row.target.kind === "group"}
        />
      ),
    },
    wide && {
      ...{ id: "who", header: "Requested by", width: "12%" },
      cell: ({ requestedBy }) => (
        <span className="block truncate" title={requestedBy}>
          {requestedBy}
        </span>
      ),
    },
    {
      ...{ id: "when", header: "When", width: "104px", align: "right" as const },
      cell: (row) => <RelativeTime at={row.requestedAt} />,
    },
  ];
  return columns.flatMap((column) => (column === false ? [] : [column]));
}
