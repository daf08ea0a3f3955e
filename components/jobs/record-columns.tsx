import type { Column } from "#components/ui/data-table-column.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { JobRecord } from "#lib/domain/jobs/job.ts";

import { OUTCOME_WORDS, PROCESSED_WORDS } from "./job-words.ts";

/** recordColumns are the columns of a job's records; `wide` adds what few ask for. */
export function recordColumns(cluster: string, wide: boolean): readonly Column<JobRecord>[] {
  const columns: readonly (Column<JobRecord> | false)[] = [
    { id: "seq", header: "#", width: "52px", align: "right", cell: ({ seq }) => formatCount(seq) },
    { id: "record", header: "Record", cell: (row) => <SourceLink cluster={cluster} row={row} /> },
    {
      id: "outcome",
      header: "Outcome",
      width: "24%",
      cell: (row) => <OutcomeCell cluster={cluster} row={row} />,
    },
    {
      id: "target",
      header: "In the target",
      width: "26%",
      cell: ({ target }) => <TargetLink cluster={cluster} target={target} />,
    },
    wide && {
      ...{ id: "processed", header: "Processed", width: "96px" },
      hint: "What the group's table of processed events says of it.",
      cell: ({ processed }) =>
        processed === "unknown" ? (
          <UnknownDash reason="No table of processed events is known for the group." />
        ) : (
          <span title={PROCESSED_WORDS[processed]}>{processed}</span>
        ),
    },
    wide && {
      ...{ id: "hop", header: "Hop", width: "52px", align: "right" as const },
      hint: "How often it was redriven, this time included.",
      cell: ({ hop }) => formatCount(hop),
    },
    {
      ...{ id: "sent", header: "Sent", width: "96px", align: "right" as const },
      cell: ({ sentAt }) => <RelativeTime at={sentAt} reason="It was not sent." />,
    },
  ];
  return columns.flatMap((column) => (column === false ? [] : [column]));
}

function SourceLink({ cluster, row }: { cluster: string; row: JobRecord }) {
  const { topic, partition, offset, deadLetterId } = row;
  const href = deadLetterId === null ? paths.record(cluster, row) : paths.deadLetter(cluster, deadLetterId);
  return (
    <Link href={href} className="link-quiet flex min-w-0 gap-1.5" title={`${topic} ${partition} ${offset}`}>
      <span className="truncate">{topic}</span>
      <span className="tabular text-muted shrink-0">
        {partition} at {formatCount(offset)}
      </span>
    </Link>
  );
}

function OutcomeCell({ cluster, row }: { cluster: string; row: JobRecord }) {
  const { tone, word, meaning } = OUTCOME_WORDS[row.outcome];
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StateTag tone={tone} word={word} hint={row.reason ?? meaning} />
      {row.returnedId !== null ? (
        <Link
          href={paths.deadLetter(cluster, row.returnedId)}
          className="truncate text-xs underline underline-offset-3"
        >
          as this dead letter
        </Link>
      ) : (
        row.reason !== null && (
          <span className="text-muted truncate text-xs" title={row.reason}>
            {row.reason}
          </span>
        )
      )}
    </span>
  );
}

function TargetLink({ cluster, target }: { cluster: string; target: JobRecord["target"] }) {
  if (target === null) return <UnknownDash reason="It goes nowhere." />;
  const { topic, partition, offset } = target;
  if (offset === null) {
    return (
      <span className="text-muted flex min-w-0 gap-1.5" title={`${topic} ${partition}`}>
        <span className="truncate">{topic}</span>
        <span className="tabular shrink-0">{partition}</span>
      </span>
    );
  }
  return (
    <Link
      href={paths.record(cluster, { topic, partition, offset })}
      className="link-quiet flex min-w-0 gap-1.5"
      title={`${topic} ${partition} ${offset}`}
    >
      <span className="truncate">{topic}</span>
      <span className="tabular text-muted shrink-0">
        {partition} at {formatCount(offset)}
      </span>
    </Link>
  );
}
