import type { Column } from "#components/ui/data-table-column.ts";
import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";

import { CameFromNote, CopyNote } from "./copy-note.tsx";
import { cameFromText, copyText } from "./copy-words.ts";
import { DeadLetterStateTag } from "./dead-letter-state-tag.tsx";
import { RetentionLeft } from "./retention-left.tsx";

const HINTS = {
  attempts: "Attempts before the group gave up, the first included.",
  hops: "How often the record came to a dead-letter topic.",
  expires: "How long Kafka keeps the record at least.",
  size: "The value as it is stored.",
  job: "The job that holds it, else the newest that sent it or plans to.",
} as const;
const NO_KEY = "The record has no key, keys are not kept on this cluster, or your role may not read records.";
const NO_ATTEMPTS = "No header tells how often it was tried.";

/** deadLetterColumns are the columns of a list of dead letters; `wide` adds what few ask for. */
export function deadLetterColumns(cluster: string, wide: boolean): readonly Column<ListedDeadLetter>[] {
  const columns: readonly (Column<ListedDeadLetter> | false)[] = [
    {
      id: "place",
      header: "Record",
      cell: (row) => (
        <Link
          href={paths.deadLetter(cluster, row.id)}
          className="link-quiet flex min-w-0 gap-1.5 font-medium"
          title={`${row.topic} ${row.partition} ${row.offset}`}
        >
          <span className="truncate">{row.topic}</span>
          <span className="tabular text-muted shrink-0 font-normal">
            {row.partition} at {formatCount(row.offset)}
          </span>
        </Link>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "132px",
      cell: (row) => <DeadLetterStateTag row={row} />,
    },
    {
      ...{ id: "job", header: "Job", hint: HINTS.job, width: wide ? "18%" : "72px" },
      cell: (row) => <JobCell cluster={cluster} row={row} wide={wide} />,
    },
    {
      id: "key",
      header: "Key",
      width: wide ? "11%" : "112px",
      cell: ({ key }) =>
        key === null ? (
          <UnknownDash reason={NO_KEY} />
        ) : (
          <code className="text-[0.93em]" title={key}>
            {key}
          </code>
        ),
    },
    {
      ...{ id: "attempts", header: "Attempts", hint: HINTS.attempts, width: "80px", align: "right" as const },
      cell: ({ attempts }) =>
        attempts === null ? <UnknownDash reason={NO_ATTEMPTS} /> : formatCount(attempts),
    },
    wide && {
      ...{ id: "hops", header: "Times", hint: HINTS.hops, width: "64px", align: "right" as const },
      cell: ({ hops }) => formatCount(hops),
    },
    wide && {
      ...{ id: "size", header: "Size", hint: HINTS.size, width: "80px", align: "right" as const },
      cell: ({ valueBytes }) =>
        valueBytes === null ? (
          <UnknownDash reason="The record has no value." />
        ) : (
          formatQuantity("bytes", valueBytes)
        ),
    },
    {
      ...{ id: "expires", header: "Kept for", hint: HINTS.expires, width: "96px", align: "right" as const },
      cell: (row) => <RetentionLeft row={row} />,
    },
    {
      ...{ id: "at", header: "Arrived", width: "128px", align: "right" as const },
      cell: (row) => <RelativeTime at={row.at} />,
    },
  ];
  return columns.flatMap((column) => (column === false ? [] : [column]));
}

/** What jobs have to do with a dead letter, in one line: all of it on hover. */
function JobCell({ cluster, row, wide }: { cluster: string; row: ListedDeadLetter; wide: boolean }) {
  const { copy, cameFrom } = row;
  const job = copy?.job ?? cameFrom?.job;
  if (job === undefined) return null;
  const told = [copy && copyText(copy), cameFrom && cameFromText(cameFrom)].filter((text) => text !== null);
  if (!wide) {
    return (
      <Link href={paths.job(cluster, job)} className="link-quiet" title={told.join("; ")}>
        job {job}
      </Link>
    );
  }
  return (
    <span className="text-muted text-xs" title={told.join("; ")}>
      {copy !== null && <CopyNote cluster={cluster} copy={copy} />}
      {copy === null && cameFrom !== null && <CameFromNote cluster={cluster} from={cameFrom} />}
    </span>
  );
}
