import { Sparkline } from "#components/charts/sparkline.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { Duration } from "#components/ui/duration.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { GroupRow } from "#lib/domain/groups/group.ts";

import { Drain } from "./drain.tsx";
import { GroupName } from "./group-name.tsx";
import { GROUP_HINTS, NO_LAG, NO_RATE, NO_TIME_LAG } from "./group-numbers.ts";
import { stateWord } from "./group-state-words.ts";
import { groupTitle } from "./group-title.ts";
import { RetentionUsed } from "./retention-used.tsx";
import { RETENTION_HINT } from "./retention-words.ts";
import { VerdictTag } from "./verdict-tag.tsx";

/** How much room the list has: that of a window of 1024 px, of 1240 px, or more. */
export type GroupListRoom = "narrow" | "middle" | "wide";

/** Column widths in px; a column without one is left out. */
const WIDTHS: Readonly<Record<GroupListRoom, Readonly<Record<string, number>>>> = {
  wide: {
    ...{ trouble: 116, state: 92, lag: 84, timeLag: 88, drains: 92, retention: 96, rate: 72 },
    ...{ members: 88, topics: 64, spark: 108 },
  },
  middle: {
    ...{ trouble: 116, lag: 84, timeLag: 88, drains: 92, retention: 96, rate: 72 },
    ...{ members: 88, spark: 96 },
  },
  narrow: { trouble: 112, lag: 72, timeLag: 88, drains: 88, retention: 92, spark: 80 },
};

/** groupColumns are the columns of the list of groups; ids that can be sorted by are names of GROUP_SORTS. */
export function groupColumns(cluster: string, room: GroupListRoom): readonly Column<GroupRow>[] {
  const widths = WIDTHS[room];
  const px = (column: string) => `${widths[column] ?? 0}px`;
  const columns: readonly Column<GroupRow>[] = [
    {
      id: "id",
      header: "Group",
      sortable: true,
      cell: (row) => <GroupName cluster={cluster} row={row} />,
    },
    {
      id: "trouble",
      header: "Verdict",
      hint: GROUP_HINTS.verdict,
      width: px("trouble"),
      sortable: true,
      firstOrder: "asc",
      cell: (row) => <VerdictTag verdict={row.verdict} reason={row.reason} />,
    },
    {
      id: "state",
      header: "State",
      hint: GROUP_HINTS.state,
      width: px("state"),
      sortable: true,
      cell: (row) => (
        <Tooltip content={`${row.kind} group`}>
          <span className={row.state === "stable" ? "text-muted" : undefined}>{stateWord(row.state)}</span>
        </Tooltip>
      ),
    },
    numberColumn({ id: "lag", header: "Lag", hint: GROUP_HINTS.lag, width: px("lag") }, (row) => (
      <Quantity value={row.lag} reason={NO_LAG} live />
    )),
    numberColumn(
      { id: "timeLag", header: "Time lag", hint: GROUP_HINTS.timeLag, width: px("timeLag") },
      (row) => <Duration ms={row.timeLagMs} reason={NO_TIME_LAG} live />,
    ),
    numberColumn(
      { id: "drains", header: "Drains in", hint: GROUP_HINTS.drains, width: px("drains") },
      (row) => <Drain row={row} />,
    ),
    numberColumn(
      { id: "retention", header: "Retention", hint: RETENTION_HINT, width: px("retention") },
      ({ retentionUsed, expiresAt, observedAt }) => (
        <RetentionUsed {...{ retentionUsed, expiresAt, observedAt }} />
      ),
    ),
    numberColumn({ id: "rate", header: "Reads", hint: GROUP_HINTS.rate, width: px("rate") }, (row) => (
      <Quantity kind="rate" value={row.consumeRate} reason={NO_RATE} live />
    )),
    numberColumn(
      { id: "members", header: "Members", hint: GROUP_HINTS.members, width: px("members") },
      (row) => <MemberCount row={row} />,
    ),
    {
      ...numberColumn(
        { id: "topics", header: "Topics", hint: GROUP_HINTS.topics, width: px("topics") },
        (row) => (
          <Tooltip content={row.topics.length === 0 ? undefined : row.topics.join(", ")}>
            <span>{row.topics.length}</span>
          </Tooltip>
        ),
      ),
      sortable: false,
    },
    {
      id: "spark",
      header: "Last hour",
      hint: GROUP_HINTS.spark,
      width: px("spark"),
      align: "right",
      cell: (row) => (
        <Sparkline
          values={row.spark}
          label={`lag of ${groupTitle(row.id)} over the last hour`}
          tone={VERDICT_WORDS[row.verdict].tone}
          widthPx={(widths["spark"] ?? 0) - 20}
        />
      ),
    },
  ];
  return columns.filter(({ id }) => id === "id" || widths[id] !== undefined);
}

function numberColumn(
  head: Pick<Column<GroupRow>, "id" | "header"> & { hint: string; width: string },
  cell: Column<GroupRow>["cell"],
): Column<GroupRow> {
  return { ...head, cell, align: "right", sortable: true };
}

/** 0 members is news only where the group has something to read; its state is on hover. */
function MemberCount({ row }: { row: GroupRow }) {
  return (
    <Tooltip content={`The group is ${stateWord(row.state)}.`}>
      <span className={row.memberCount === 0 ? "text-muted" : undefined}>{row.memberCount}</span>
    </Tooltip>
  );
}
