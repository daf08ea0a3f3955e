"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange } from "#components/charts/use-time-range.ts";
import { Age } from "#components/ui/age.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import { paths } from "#lib/contracts/paths.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";

import { EvidenceButton } from "./evidence-button.tsx";
import { EvidenceDrawer } from "./evidence-drawer.tsx";
import { ExactTimeLag, useExactTimeLag } from "./exact-time-lag.tsx";
import { GroupFacts } from "./group-facts.tsx";
import { GroupHeat } from "./group-heat.tsx";
import { GroupLagChart } from "./group-lag-chart.tsx";
import { GroupMissing } from "./group-missing.tsx";
import { GroupMutes } from "./group-mutes.tsx";
import { GroupRateChart } from "./group-rate-chart.tsx";
import { GroupStats } from "./group-stats.tsx";
import { GroupTabs } from "./group-tabs.tsx";
import { groupTitle } from "./group-title.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { useEvidence } from "./use-evidence.ts";
import { eventMarks, useGroupEvents } from "./use-group-events.ts";
import { useGroupHistory } from "./use-group-history.ts";
import { useTopicFilter } from "./use-topic-filter.ts";

interface GroupViewProps {
  cluster: string;
  group: string;
  /** What can be done to the group, beside the range of time. */
  actions?: ReactNode;
  /** What goes on with the group now, above its figures. */
  notices?: ReactNode;
  /** The history of what was done to it: a tab of its own. */
  changes?: ReactNode;
}

/** One consumer group: its verdict in a sentence, its lag and rates over time, its partitions and its members. */
export function GroupView({ cluster, group: id, actions, notices, changes }: GroupViewProps) {
  const range = useTimeRange();
  const asked = useQuery({
    ...query(getGroup, { params: { cluster, group: id } }),
    placeholderData: keepPreviousData,
  });
  const history = useGroupHistory(cluster, id, range.query);
  const events = useGroupEvents(cluster, id, range.query);
  const exact = useExactTimeLag(cluster, id);
  const [exactShown, setExactShown] = useState(false);
  const evidence = useEvidence();
  const group = asked.data;
  const { topic } = useTopicFilter(group);
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
    marks: eventMarks(events.data?.items ?? []),
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
            : group && (
                <EvidenceButton of={groupTitle(id)} onOpen={evidence.showWorst}>
                  <span className="whitespace-normal">{group.reason}</span>{" "}
                  <span
                    aria-hidden
                    className="text-muted text-xs underline decoration-dotted underline-offset-3"
                  >
                    samples
                  </span>
                </EvidenceButton>
              )
        }
        tone={words?.tone ?? "neutral"}
        meta={
          group && (
            <MetaLine>
              {group.parentId !== null && (
                <span>
                  reads for{" "}
                  <Link href={paths.group(cluster, group.parentId)} className="link-quiet">
                    {groupTitle(group.parentId)}
                  </Link>
                </span>
              )}
              <span>{group.kind} group</span>
              {group.coordinatorId !== null && <span>coordinator is broker {group.coordinatorId}</span>}
              <Age observedAt={group.observedAt} source="swept from the brokers by the worker" />
            </MetaLine>
          )
        }
        actions={
          <>
            {actions}
            <RangeSelect range={range} />
          </>
        }
      />
      {failure !== null && <div className="mb-4">{failure}</div>}
      {notices}
      {group !== undefined && <GroupMutes cluster={cluster} mutes={group.mutes} />}
      {(failure === null || group !== undefined) && (
        <div className="flex flex-col gap-4">
          <div>
            <GroupStats
              group={group}
              arriving={latest(history.data?.endRate)}
              onReadExactly={() => {
                setExactShown(true);
                exact.read();
              }}
            />
            <div className="mt-2">
              <GroupFacts cluster={cluster} group={group} />
            </div>
          </div>
          {exactShown && (
            <ExactTimeLag
              exact={exact}
              onClose={() => {
                setExactShown(false);
              }}
            />
          )}
          <div className="grid grid-cols-1 gap-4 xl:grid-cols-[3fr_2fr]">
            <GroupLagChart {...chart} />
            <GroupRateChart {...chart} />
          </div>
          <GroupHeat cluster={cluster} group={id} topic={topic} range={range} />
          <GroupTabs cluster={cluster} id={id} group={group} events={events} changes={changes} />
        </div>
      )}
      {group !== undefined && <EvidenceDrawer cluster={cluster} group={group} />}
    </>
  );
}

/** The newest known value of a series. */
function latest(values: readonly (number | null)[] | undefined): number | null {
  return values?.findLast((value) => value !== null) ?? null;
}
