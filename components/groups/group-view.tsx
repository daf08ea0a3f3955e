"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange } from "#components/charts/use-time-range.ts";
import { Age } from "#components/ui/age.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import { paths } from "#lib/contracts/paths.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";

import { GroupLagChart } from "./group-lag-chart.tsx";
import { GroupMissing } from "./group-missing.tsx";
import { GroupRateChart } from "./group-rate-chart.tsx";
import { GroupStats } from "./group-stats.tsx";
import { groupTitle } from "./group-title.ts";
import { MemberTable } from "./member-table.tsx";
import { PartitionTable } from "./partition-table.tsx";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { useGroupHistory } from "./use-group-history.ts";

interface GroupViewProps {
  cluster: string;
  group: string;
}

const TABS = ["partitions", "members"] as const;

/** One consumer group: its verdict in a sentence, its lag and rates over time, its partitions and its members. */
export function GroupView({ cluster, group: id }: GroupViewProps) {
  const range = useTimeRange();
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("partitions"));
  const asked = useQuery({
    ...query(getGroup, { params: { cluster, group: id } }),
    placeholderData: keepPreviousData,
  });
  const history = useGroupHistory(cluster, id, range.query);
  const group = asked.data;
  const words = group && VERDICT_WORDS[group.verdict];
  const trail = [{ label: "Groups", href: paths.groups(cluster) }];
  if (asked.error?.is("group_unknown") === true)
    return <GroupMissing cluster={cluster} group={id} trail={trail} />;
  const failure = asked.error && (
    <ApiErrorState
      error={asked.error}
      what={`The group ${groupTitle(id)}`}
      look={group === undefined ? "block" : "inline"}
      retrying={asked.isFetching}
      onRetry={() => void asked.refetch()}
    />
  );
  const historyFailure = history.error && history.data === undefined && (
    <ApiErrorState
      error={history.error}
      what="The samples"
      retrying={history.isFetching}
      onRetry={() => void history.refetch()}
    />
  );
  const chart = {
    group: id,
    history: history.data,
    words: range.words,
    onRangeSelect: range.selectSpan,
    ...(historyFailure === false || historyFailure === null ? {} : { error: historyFailure }),
  };
  return (
    <>
      <PageHeader
        trail={trail}
        title={<CopyId value={id} shown={groupTitle(id)} what="group id" />}
        verdict={
          words === undefined
            ? failure === null
              ? undefined
              : "The group could not be read."
            : (group?.reason ?? words.meaning)
        }
        tone={words?.tone ?? "neutral"}
        meta={
          group && (
            <MetaLine>
              <span>{group.kind} group</span>
              {group.coordinatorId !== null && <span>coordinator is broker {group.coordinatorId}</span>}
              <Age observedAt={group.observedAt} source="swept from the brokers by the worker" />
            </MetaLine>
          )
        }
        actions={<RangeSelect range={range} />}
      />
      {failure !== null && <div className="mb-4">{failure}</div>}
      {(failure === null || group !== undefined) && (
        <div className="flex flex-col gap-4">
          <GroupStats group={group} arriving={latest(history.data?.endRate)} />
          <div className="grid grid-cols-1 gap-4 xl:grid-cols-[3fr_2fr]">
            <GroupLagChart {...chart} />
            <GroupRateChart {...chart} />
          </div>
          <Tabs
            label="Group details"
            value={tab}
            onValueChange={(next) => void setTab(next)}
            tabs={[
              {
                id: "partitions",
                label: "Partitions",
                ...(group === undefined ? {} : { count: group.partitions.length }),
                panel: <PartitionTable cluster={cluster} group={group} />,
              },
              {
                id: "members",
                label: "Members",
                ...(group === undefined ? {} : { count: group.members.length }),
                panel: <MemberTable group={group} />,
              },
            ]}
          />
        </div>
      )}
    </>
  );
}

/** The newest known value of a series. */
function latest(values: readonly (number | null)[] | undefined): number | null {
  return values?.findLast((value) => value !== null) ?? null;
}
