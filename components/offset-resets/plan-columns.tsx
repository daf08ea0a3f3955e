import type { Column } from "#components/ui/data-table-column.ts";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { PlanRow, WatchFinding } from "#lib/domain/offset-resets/offset-reset.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { EFFECT_WORDS, FINDING_WORDS, recordsWords } from "./reset-words.ts";

interface ColumnsInput {
  cluster: string;
  /** What was seen after it was applied, by {@link planRowKey}; null before. */
  findings: ReadonlyMap<string, WatchFinding> | null;
  undo: boolean;
  /** Whether a row lost wanted records to retention. */
  gone: boolean;
}

/** planRowKey tells the rows of a plan apart. */
export const planRowKey = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${partition} ${topic}`;

/** planColumns are the columns of a plan: one row a partition, before and after. */
export function planColumns({ cluster, findings, undo, gone }: ColumnsInput): readonly Column<PlanRow>[] {
  const columns: (Column<PlanRow> | null)[] = [
    {
      id: "topic",
      header: "Topic, partition",
      cell: (row) => (
        <span className="flex min-w-0 items-baseline gap-2">
          <Link href={paths.topic(cluster, row.topic)} className="link-quiet truncate" title={row.topic}>
            {row.topic}
          </Link>
          <span className="tabular shrink-0 font-semibold">{row.partition}</span>
        </span>
      ),
    },
    {
      id: "from",
      header: "From",
      hint: "The commit as the plan found it.",
      width: "96px",
      align: "right",
      cell: (row) => <CommitCell offset={row.from?.offset ?? null} />,
    },
    {
      id: "to",
      header: "To",
      hint: "The commit that is written.",
      width: "112px",
      align: "right",
      cell: (row) => <ToCell row={row} />,
    },
    {
      id: "effect",
      header: "Records",
      hint: "Read again, skipped, or to read where the group begins.",
      width: "164px",
      cell: (row) => <EffectCell row={row} />,
    },
    {
      id: "times",
      header: "Their times",
      hint: "The times of the first and of the last of these records, read from Kafka.",
      width: "152px",
      cell: (row) => <TimesCell row={row} />,
    },
    gone
      ? {
          id: "taken",
          header: "Gone",
          hint: "Wanted records that retention or a deletion has taken.",
          width: "72px",
          align: "right",
          cell: (row) => <Quantity value={row.taken} />,
        }
      : null,
    undo
      ? {
          id: "processed",
          header: "Processed since",
          hint: "How far the commit went since the reset: this stays processed.",
          width: "112px",
          align: "right",
          cell: (row) => <Quantity value={row.processed} reason="The reset left no commit to count from." />,
        }
      : null,
    findings === null
      ? null
      : {
          id: "after",
          header: "After",
          hint: "The commit as it was read again in the half minute after.",
          width: "152px",
          cell: (row) => <AfterCell row={row} finding={findings.get(planRowKey(row))} />,
        },
  ];
  return columns.filter((column) => column !== null);
}

function TimesCell({ row }: { row: PlanRow }) {
  if (row.fromAt === null || row.toAt === null) {
    const none = row.records === null || row.records === 0;
    return (
      <UnknownDash reason={none ? "No record is read again or skipped." : "It was not read from Kafka."} />
    );
  }
  return (
    <span className="whitespace-nowrap">
      <RelativeTime at={row.fromAt} /> to <RelativeTime at={row.toAt} />
    </span>
  );
}

function CommitCell({ offset }: { offset: bigint | null }) {
  return offset === null ? <span className="text-muted">no commit</span> : <Quantity value={offset} />;
}

function ToCell({ row }: { row: PlanRow }) {
  const cell = <CommitCell offset={row.to?.offset ?? null} />;
  if (row.clamped === null) return cell;
  const why =
    row.clamped === "start"
      ? `${formatCount(row.wanted ?? 0n)} was wanted; the partition begins at ${formatCount(row.start)}.`
      : `${formatCount(row.wanted ?? 0n)} was wanted; the partition ends at ${formatCount(row.end)}.`;
  return (
    <Tooltip content={why}>
      <span className="inline-flex items-baseline gap-1.5">
        <span className="text-warning text-xs">{row.clamped}</span>
        {cell}
      </span>
    </Tooltip>
  );
}

function EffectCell({ row }: { row: PlanRow }) {
  const { tone, word } = EFFECT_WORDS[row.effect];
  const records = recordsWords(row.records, row.atMost);
  const hint =
    records === null || row.effect === "unchanged"
      ? undefined
      : row.atMost
        ? "Transactions or compaction leave offsets without a record."
        : recordsPhrase(row.records ?? 0);
  return (
    <StateTag
      tone={tone}
      word={records === null || row.effect === "unchanged" ? word : `${records} ${word}`}
      {...(hint === undefined ? {} : { hint })}
    />
  );
}

function AfterCell({ row, finding }: { row: PlanRow; finding: WatchFinding | undefined }) {
  if (row.effect === "unchanged") return <UnknownDash reason="Nothing was changed here." />;
  if (finding === undefined) return <StateTag tone="ok" word="stayed" />;
  const { tone, word, why } = FINDING_WORDS[finding.what];
  const found = finding.found === null ? "no commit" : formatCount(finding.found);
  return (
    <StateTag
      tone={tone}
      word={`${word}: ${found}`}
      hint={`${why} Seen ${formatInstantFull(finding.seenAt)}.`}
    />
  );
}

/** PLAN_FILE is a plan as a file. */
export const PLAN_FILE: readonly FileColumn<PlanRow>[] = [
  { name: "topic", value: (row) => row.topic },
  { name: "partition", value: (row) => row.partition },
  { name: "from_offset", value: (row) => row.from?.offset ?? null },
  { name: "to_offset", value: (row) => row.to?.offset ?? null },
  { name: "wanted_offset", value: (row) => row.wanted },
  { name: "start_offset", value: (row) => row.start },
  { name: "end_offset", value: (row) => row.end },
  { name: "effect", value: (row) => row.effect },
  { name: "records", value: (row) => row.records },
  { name: "at_most", value: (row) => row.atMost },
  { name: "taken_records", value: (row) => row.taken },
  { name: "first_record_at", value: (row) => instantText(row.fromAt) },
  { name: "last_record_at", value: (row) => instantText(row.toAt) },
];
