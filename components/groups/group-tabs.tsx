"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactNode } from "react";

import { Tabs } from "#components/ui/tabs.tsx";
import type { GroupDetail } from "#lib/domain/groups/group.ts";

import { EventTable } from "./event-table.tsx";
import { MemberTable } from "./member-table.tsx";
import { PartitionTable } from "./partition-table.tsx";
import type { useGroupEvents } from "./use-group-events.ts";

interface GroupTabsProps {
  cluster: string;
  id: string;
  /** `undefined` while the first answer is under way. */
  group: GroupDetail | undefined;
  events: ReturnType<typeof useGroupEvents>;
  /** The history of what was done to the group: a tab of its own. */
  changes: ReactNode;
}

const TABS = ["partitions", "members", "events", "changes"] as const;

/** The parts of a group: its partitions, its members, what happened to it and what was done to it. */
export function GroupTabs({ cluster, id, group, events, changes }: GroupTabsProps) {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("partitions"));
  const shown = tab === "changes" && changes === undefined ? "partitions" : tab;
  return (
    <Tabs<(typeof TABS)[number]>
      label="Group details"
      value={shown}
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
          panel: <MemberTable cluster={cluster} group={group} />,
        },
        {
          id: "events",
          label: "Events",
          ...(events.data === undefined ? {} : { count: events.data.items.length }),
          panel: <EventTable cluster={cluster} group={id} events={events} />,
        },
        ...(changes === undefined ? [] : [{ id: "changes" as const, label: "Changes", panel: changes }]),
      ]}
    />
  );
}
