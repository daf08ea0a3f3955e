"use client";

import { useQuery } from "@tanstack/react-query";

import { Age } from "#components/ui/age.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { Duration } from "#components/ui/duration.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupDetail } from "#lib/domain/groups/group.ts";

import { Drain } from "./drain.tsx";
import { WORST } from "./evidence-partition.ts";
import { GroupLagChart } from "./group-lag-chart.tsx";
import { GROUP_HINTS, NO_LAG, NO_RATE, NO_TIME_LAG } from "./group-numbers.ts";
import { groupTitle } from "./group-title.ts";
import { RetentionUsed } from "./retention-used.tsx";
import { RETENTION_HINT } from "./retention-words.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { useGroupHistory } from "./use-group-history.ts";
import { VerdictTag } from "./verdict-tag.tsx";
import { WorstPartitions } from "./worst-partitions.tsx";

interface GroupPeekProps {
  cluster: string;
  group: string;
  onClose: () => void;
}

/** The last hour: what the endpoint answers when nothing is asked for. */
const LAST_HOUR = { words: "last hour", query: {} };

/** A group in the drawer beside the list: verdict, numbers, lag of the last hour and the partitions in trouble. */
export function GroupPeek({ cluster, group: id, onClose }: GroupPeekProps) {
  const asked = useQuery(query(getGroup, { params: { cluster, group: id } }));
  const history = useGroupHistory(cluster, id, LAST_HOUR.query);
  const group = asked.data;
  return (
    <Drawer
      open
      onClose={onClose}
      title={groupTitle(id)}
      subtitle={group && <Age observedAt={group.observedAt} source="swept from the brokers by the worker" />}
      fullPageHref={paths.group(cluster, id)}
      width="560px"
    >
      {asked.error && group === undefined ? (
        <ApiErrorState
          error={asked.error}
          what={`The group ${groupTitle(id)}`}
          retrying={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <div className="flex flex-col gap-5">
          {group === undefined ? (
            <Skeleton className="h-40 w-full" />
          ) : (
            <PeekFacts cluster={cluster} group={group} />
          )}
          <GroupLagChart group={id} history={history.data} words={LAST_HOUR.words} heightPx={140} />
          {group !== undefined && <WorstPartitions cluster={cluster} group={group} />}
        </div>
      )}
    </Drawer>
  );
}

function PeekFacts({ cluster, group }: { cluster: string; group: GroupDetail }) {
  return (
    <>
      <p className="flex flex-col items-start gap-1.5 text-sm">
        <VerdictTag verdict={group.verdict} look="boxed" />
        <span>{group.reason}</span>
        <Link
          href={`${paths.group(cluster, group.id)}?evidence=${WORST}`}
          className="link-quiet text-muted text-xs"
        >
          What it was told from
        </Link>
      </p>
      <DefinitionList
        columns={2}
        items={[
          {
            term: "Lag",
            hint: GROUP_HINTS.lag,
            value: <Quantity value={group.lag} unit="records" reason={NO_LAG} live />,
          },
          {
            term: "Reads",
            hint: GROUP_HINTS.rate,
            value: <Quantity kind="rate" value={group.consumeRate} reason={NO_RATE} live />,
          },
          {
            term: "Time lag",
            hint: GROUP_HINTS.timeLag,
            value: <Duration ms={group.timeLagMs} reason={NO_TIME_LAG} live />,
          },
          { term: "Drains in", hint: GROUP_HINTS.drains, value: <Drain row={group} /> },
          {
            term: "Retention used",
            hint: RETENTION_HINT,
            value: (
              <RetentionUsed
                retentionUsed={group.retentionUsed}
                expiresAt={group.expiresAt}
                observedAt={group.observedAt}
              />
            ),
          },
          {
            term: "Last moved",
            value: <RelativeTime at={group.lastMovedAt} reason="No sweep has seen a commit move." />,
          },
          {
            term: "Members",
            hint: GROUP_HINTS.members,
            value: `${group.memberCount}, ${group.state.replaceAll("-", " ")}`,
          },
          {
            term: "Topics",
            hint: GROUP_HINTS.topics,
            value: <TopicLinks cluster={cluster} topics={group.topics} />,
          },
        ]}
      />
    </>
  );
}

function TopicLinks({ cluster, topics }: { cluster: string; topics: readonly string[] }) {
  const [first] = topics;
  if (first === undefined) return "none";
  return (
    <span title={topics.join(", ")}>
      <Link href={paths.topic(cluster, first)} className="link-quiet">
        {first}
      </Link>
      {topics.length > 1 && <span className="text-muted"> and {topics.length - 1} more</span>}
    </span>
  );
}
