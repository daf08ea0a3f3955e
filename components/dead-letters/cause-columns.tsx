import { Sparkline } from "#components/charts/sparkline.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import { causeWords, keysWords, newInHour } from "./cause-words.ts";
import { FailureTag } from "./failure-tag.tsx";
import { FAILURE_WORDS } from "./failure-words.ts";

/** How much room the list has: that of a window of 1024 px, of 1240 px, of 1400 px, or more. */
export type CauseListRoom = "narrow" | "middle" | "wide" | "widest";

/** Column widths in px; a column without one is left out. */
const WIDTHS: Readonly<Record<CauseListRoom, Readonly<Record<string, number>>>> = {
  widest: {
    ...{ frame: 170, trouble: 116, group: 120, source: 160, open: 76, recent: 76, spark: 96 },
    ...{ firstSeen: 128, lastSeen: 128, keys: 68 },
  },
  wide: {
    ...{ trouble: 112, group: 100, source: 144, open: 72, recent: 72, spark: 72 },
    ...{ firstSeen: 124, lastSeen: 124, keys: 64 },
  },
  middle: { trouble: 112, group: 100, source: 140, open: 72, recent: 72, lastSeen: 124, keys: 64 },
  narrow: { trouble: 112, group: 92, open: 72, recent: 72, lastSeen: 124 },
};

const HINTS = {
  trouble: "An outage fails every record; a poison pill fails for what it holds. The evidence is on hover.",
  recent: "Dead letters of the last hour, whatever became of them.",
  keys: "Different record keys; exact up to 1,000.",
  open: "Dead letters that nobody has redriven or discarded.",
  frame: "The first stack frame that belongs to your own code.",
} as const;

const NO_GROUP = "The headers of these dead letters do not tell the group.";
const NO_SOURCE = "The headers of these dead letters do not tell the topic they come from.";
const NO_FRAME = "No stack is told, or no frame of it is your own.";

/** causeColumns are the columns of the list of causes; ids that can be sorted by are names of CAUSE_SORTS. */
export function causeColumns(cluster: string, room: CauseListRoom): readonly Column<DeadLetterCause>[] {
  const widths = WIDTHS[room];
  const columns: readonly Column<DeadLetterCause>[] = [
    { id: "cause", header: "Cause", cell: (row) => <CauseName cluster={cluster} cause={row} /> },
    { id: "frame", header: "Frame", hint: HINTS.frame, cell: (row) => <Frame frame={row.frame} /> },
    {
      ...{ id: "trouble", header: "Looks like", hint: HINTS.trouble, sortable: true, firstOrder: "asc" },
      cell: (row) => <FailureTag verdict={row.verdict} />,
    },
    {
      id: "group",
      header: "Group",
      cell: ({ group }) => (
        <NameOrDash name={group} href={paths.group(cluster, group ?? "")} reason={NO_GROUP} />
      ),
    },
    {
      id: "source",
      header: "From topic",
      cell: ({ sourceTopic }) => (
        <NameOrDash name={sourceTopic} href={paths.topic(cluster, sourceTopic ?? "")} reason={NO_SOURCE} />
      ),
    },
    {
      ...{ id: "open", header: "Open", hint: HINTS.open, sortable: true, align: "right" },
      cell: ({ counts }) => (
        <Quantity value={counts.open} live className={counts.open === 0 ? "text-muted" : "font-medium"} />
      ),
    },
    {
      ...{ id: "recent", header: "Last hour", hint: HINTS.recent, align: "right" },
      cell: (row) => <Recent count={newInHour(row)} />,
    },
    {
      ...{ id: "spark", header: "Trend", hint: "Dead letters a minute over the last hour.", align: "right" },
      cell: (row) => (
        <Sparkline
          values={row.spark}
          label={`dead letters of ${causeWords(row).title} over the last hour`}
          tone={row.counts.open === 0 ? "neutral" : FAILURE_WORDS[row.verdict.kind].tone}
          widthPx={(widths["spark"] ?? 0) - 20}
        />
      ),
    },
    {
      ...{ id: "firstSeen", header: "First seen", sortable: true, align: "right" },
      cell: (row) => <RelativeTime at={row.firstSeenAt} />,
    },
    {
      ...{ id: "lastSeen", header: "Last seen", sortable: true, align: "right" },
      cell: (row) => <RelativeTime at={row.lastSeenAt} />,
    },
    {
      ...{ id: "keys", header: "Keys", hint: HINTS.keys, align: "right" },
      cell: (row) => (
        <Tooltip content={`${keysWords(row.keys)} different keys`}>
          <span>{row.keys >= 1_000 ? "1,000+" : formatCount(row.keys)}</span>
        </Tooltip>
      ),
    },
  ];
  return columns.flatMap((column) => {
    if (column.id === "cause") return [column];
    const width = widths[column.id];
    return width === undefined ? [] : [{ ...column, width: `${width}px` }];
  });
}

/** What failed: the class, and beside it the message or, for who may not read records, the frame. */
function CauseName({ cluster, cause }: { cluster: string; cause: DeadLetterCause }) {
  const { title, detail } = causeWords(cause);
  const hover = [cause.causeClass, cause.message, cause.frame].filter((part) => part !== null).join("\n");
  return (
    <span className="flex min-w-0 items-baseline gap-2" title={hover}>
      <Link
        href={paths.deadLetterCause(cluster, cause.id)}
        className="link-quiet max-w-[70%] shrink-0 truncate font-medium"
      >
        {title}
      </Link>
      {detail !== null && <span className="text-muted min-w-0 truncate">{detail}</span>}
    </span>
  );
}

function Frame({ frame }: { frame: string | null }) {
  if (frame === null) return <UnknownDash reason={NO_FRAME} />;
  return (
    <code className="text-muted text-[0.93em]" title={frame}>
      {frame}
    </code>
  );
}

function Recent({ count }: { count: number }) {
  return <span className={count === 0 ? "text-muted" : undefined}>{formatCount(count)}</span>;
}

interface NameOrDashProps {
  name: string | null;
  href: string;
  reason: string;
}

/** A group or a topic that leads to its page; a dash where no header tells it. */
function NameOrDash({ name, href, reason }: NameOrDashProps) {
  if (name === null) return <UnknownDash reason={reason} />;
  return (
    <Link href={href} className="link-quiet" title={name}>
      {name === "" ? "(empty group id)" : name}
    </Link>
  );
}
