"use client";

import { ChevronsUpDown } from "lucide-react";

import { Menu, type MenuItem } from "#components/ui/menu.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";

import { navEntryAt } from "./nav.ts";

interface ClusterSwitcherProps {
  clusters: readonly ClusterSummary[];
  current: string | undefined;
  pathname: string;
  /** Only the colour. */
  small: boolean;
}

/** The cluster in view and the way to another one, on the same page. */
export function ClusterSwitcher({ clusters, current, pathname, small }: ClusterSwitcherProps) {
  const shown = clusters.find((cluster) => cluster.id === current);
  const entry = current === undefined ? undefined : navEntryAt(pathname, current);
  const items: MenuItem[] = [
    { kind: "heading", label: "Clusters" },
    ...clusters.map((cluster) => ({
      kind: "link" as const,
      label: cluster.name,
      href: (entry?.scope === "cluster" ? entry : undefined)?.href(cluster.id) ?? paths.overview(cluster.id),
      checked: cluster.id === current,
      hint: (
        <span className="text-muted text-xs">
          {cluster.reachability.state === "unreachable" ? "unreachable" : cluster.readOnly ? "read-only" : ""}
        </span>
      ),
    })),
  ];
  return (
    <Menu
      items={items}
      trigger={
        <button
          type="button"
          aria-label={small ? `Cluster ${shown?.name ?? current ?? "none"}` : undefined}
          className="hover:bg-hover flex h-9 w-full items-center gap-2 rounded px-2 text-left"
        >
          <Swatch color={shown?.color ?? null} />
          {!small && (
            <>
              <span className="min-w-0 flex-1 truncate text-sm font-semibold">
                <span className="sr-only">Cluster </span>
                {shown?.name ?? current ?? "none"}
              </span>
              {shown?.readOnly === true && <span className="text-muted text-[11px]">read-only</span>}
              <ChevronsUpDown aria-hidden size={13} className="text-muted shrink-0" />
            </>
          )}
        </button>
      }
    />
  );
}

function Swatch({ color }: { color: string | null }) {
  return (
    <span
      aria-hidden
      className="bg-faint size-3.5 shrink-0 rounded-sm"
      style={color === null ? undefined : { background: color }}
    />
  );
}
