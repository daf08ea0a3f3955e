"use client";

import { useRouter } from "next/navigation";

import { DataTable } from "#components/ui/data-table.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterCopy } from "#lib/domain/jobs/dead-letter-copies.ts";

import { copyText, copyWords } from "./copy-words.ts";
import { COPY_FILE } from "./dead-letter-files.ts";

interface CopyListProps {
  cluster: string;
  /** Newest job first, at most twenty. */
  copies: readonly DeadLetterCopy[];
}

/** Every job that has to do with a dead letter, with what became of its copy; nothing where there is none. */
export function CopyList({ cluster, copies }: CopyListProps) {
  const router = useRouter();
  if (copies.length === 0) return null;
  return (
    <Panel title="Jobs" meta="that planned or sent this dead letter, newest first" flush>
      <DataTable
        label="Jobs of this dead letter"
        columns={columnsOf(cluster)}
        rows={copies}
        rowKey={(row) => String(row.job)}
        onOpen={(row) => {
          router.push(paths.job(cluster, row.job));
        }}
        file={{ name: [cluster, "dead-letters", "jobs"], columns: COPY_FILE }}
        empty={<EmptyState title="No job has to do with it" why="It was never part of a redrive." />}
      />
    </Panel>
  );
}

function columnsOf(cluster: string): readonly Column<DeadLetterCopy>[] {
  return [
    {
      id: "job",
      header: "Job",
      cell: ({ job, name }) => (
        <Link
          href={paths.job(cluster, job)}
          className="link-quiet flex min-w-0 gap-1.5 font-medium"
          title={name}
        >
          <span className="tabular shrink-0">{job}</span>
          <span className="text-muted truncate font-normal">{name}</span>
        </Link>
      ),
    },
    {
      id: "outcome",
      header: "Outcome",
      width: "26%",
      cell: (copy) => (
        <StateTag tone={copyWords(copy).tone} word={copyText(copy)} hint={copy.reason ?? copyText(copy)} />
      ),
    },
    {
      ...{ id: "hop", header: "Hop", width: "56px", align: "right" as const },
      hint: "How often the record was copied back, this copy included.",
      cell: ({ hop }) => formatCount(hop),
    },
    {
      id: "copy",
      header: "Its copy",
      width: "34%",
      cell: ({ target }) =>
        target === null ? (
          <UnknownDash reason="No copy of it was sent." />
        ) : (
          <Link
            href={paths.record(cluster, target)}
            className="link-quiet flex min-w-0 gap-1.5"
            title={`${target.topic} ${target.partition} ${target.offset}`}
          >
            <span className="truncate">{target.topic}</span>
            <span className="tabular text-muted shrink-0">
              {target.partition} at {formatCount(target.offset)}
            </span>
          </Link>
        ),
    },
    {
      ...{ id: "sent", header: "Sent", width: "104px", align: "right" as const },
      cell: ({ sentAt }) => <RelativeTime at={sentAt} reason="It was not sent." />,
    },
    {
      ...{ id: "returned", header: "Came back", width: "104px" },
      cell: ({ returnedId }) =>
        returnedId === null ? (
          <UnknownDash reason="No dead letter is known to be its copy." />
        ) : (
          <Link href={paths.deadLetter(cluster, returnedId)} className="underline underline-offset-3">
            as this one
          </Link>
        ),
    },
  ];
}
