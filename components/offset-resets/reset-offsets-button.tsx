"use client";

import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { listClusters } from "#lib/contracts/clusters.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupDetail } from "#lib/domain/groups/group.ts";
import { refusalOfKind, refusalOfState } from "#lib/domain/offset-resets/refusals.ts";

interface ResetOffsetsButtonProps {
  cluster: string;
  group: Pick<GroupDetail, "id" | "kind" | "state" | "protocolType" | "memberCount">;
}

/** The way to a reset of a group's offsets; where there is none it says why on hover and focus. */
export function ResetOffsetsButton({ cluster, group }: ResetOffsetsButtonProps) {
  const why = useRefusal(cluster, group);
  if (why === null) {
    return (
      <Button asChild>
        <Link href={paths.newOffsetReset(cluster, group.id)}>
          <RotateCcw aria-hidden size={14} className="-ml-0.5" />
          Reset offsets…
        </Link>
      </Button>
    );
  }
  return (
    <Tooltip content={why}>
      <Button icon={RotateCcw} aria-disabled className="cursor-not-allowed opacity-50">
        Reset offsets…
        <span className="sr-only">{why}</span>
      </Button>
    </Tooltip>
  );
}

/** Why the group cannot be reset by this person now; null when it can, an empty text while that is not known. */
function useRefusal(cluster: string, group: ResetOffsetsButtonProps["group"]): string | null {
  const me = useQuery(query(getMe, {}));
  const clusters = useQuery(query(listClusters, {}));
  if (me.data === undefined || clusters.data === undefined) return "";
  if (!me.data.permissions.includes("groups:operate"))
    return "This needs the role operator: ask an administrator.";
  if (clusters.data.items.some(({ id, readOnly }) => id === cluster && readOnly))
    return "The configuration makes this cluster read-only.";
  const refusal =
    refusalOfKind(group.id, group.kind, group.protocolType) ?? refusalOfState(group, { kind: "earliest" });
  return refusal?.sentence ?? null;
}
