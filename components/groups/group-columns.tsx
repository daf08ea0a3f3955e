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
import { groupTitle } from "./group-title.ts";
import { VerdictTag } from "./verdict-tag.tsx";

/** Column widths in px, in a wide window and in one of 1024 px, where the number of topics is left out. */
const WIDTHS = {
  wide: { trouble: 124, lag: 92, timeLag: 88, drains: 80, rate: 70, members: 96, topics: 60, spark: 116 },
  narrow: { trouble: 116, lag: 76, timeLag: 88, drains: 76, rate: 60, members: 88, topics: 0, spark: 92 },
} as const;

/** groupColumns are the columns of the list of groups; ids that can be sorted by are names of GROUP_SORTS. */
export function groupColumns(cluster: string, wide: boolean): readonly Column<GroupRow>[] {
  const widths = wide ? WIDTHS.wide : WIDTHS.narrow;
  const px = (column: keyof typeof widths) => `${widths[column]}px`;
  const columns: readonly Column<GroupRow>[] = [
    {
      id: "id",
      header: "Group",
      sortable: true,
      cell: (row) => <GroupName cluster={cluster} id={row.id} kind={row.kind} />,
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
    numberColumn({ id: "lag", header: "Lag", hint: GROUP_HINTS.lag, width: px("lag") }, (row) => (
      <Quantity value={row.lag} reason={NO_LAG} live />
    )),
    numberColumn(
      { id: "timeLag", header: "Time lag", hint: GROUP_HINTS.timeLag, width: px("timeLag") },
      (row) => <Duration ms={row.timeLagMs} reason={NO_TIME_LAG} live />,
    ),
    {
      ...numberColumn(
        { id: "drains", header: "Drains in", hint: GROUP_HINTS.drains, width: px("drains") },
        (row) => <Drain row={row} />,
      ),
      sortable: false,
    },
    {
      ...numberColumn({ id: "rate", header: "Reads", hint: GROUP_HINTS.rate, width: px("rate") }, (row) => (
        <Quantity kind="rate" value={row.consumeRate} reason={NO_RATE} live />
      )),
      sortable: false,
    },
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
          widthPx={widths.spark - 20}
        />
      ),
    },
  ];
  return wide ? columns : columns.filter(({ id }) => id !== "topics");
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
    <Tooltip content={`The group is ${row.state.replaceAll("-", " ")}.`}>
      <span className={row.memberCount === 0 ? "text-muted" : undefined}>{row.memberCount}</span>
    </Tooltip>
  );
}
