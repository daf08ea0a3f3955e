"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { replayHref } from "#lib/client/new-job-href.ts";
import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import { refusalOfKind } from "#lib/domain/offset-resets/refusals.ts";

import { useJobRefusal } from "./use-may.ts";

interface GroupReplayActionProps {
  cluster: string;
  group: string;
}

/** The way to a replay on the page of a group; where there is none it says why on hover and focus. */
export function GroupReplayAction({ cluster, group: id }: GroupReplayActionProps) {
  const group = useQuery(query(getGroup, { params: { cluster, group: id } })).data;
  const may = useJobRefusal(cluster);
  if (group === undefined) return null;
  const topics = [...new Set(group.partitions.map(({ topic }) => topic))];
  const why =
    may ??
    refusalOfKind(group.id, group.kind, group.protocolType)?.sentence ??
    (topics.length === 0 ? "The group has no commits: it has read nothing that it could read again." : null);
  if (why === null) {
    return (
      <Button asChild>
        <Link href={replayHref(cluster, { group: id, topics })}>
          <History aria-hidden size={14} className="-ml-0.5" />
          Replay…
        </Link>
      </Button>
    );
  }
  return (
    <Tooltip content={why}>
      <Button icon={History} aria-disabled className="cursor-not-allowed opacity-50">
        Replay…
        <span className="sr-only">{why}</span>
      </Button>
    </Tooltip>
  );
}
