"use client";

import { clsx } from "clsx";
import { PanelLeftClose, PanelLeftOpen, Search } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "#components/ui/icon-button.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Link } from "#components/ui/link.tsx";
import { TONE_SURFACE, type Tone } from "#components/ui/tone.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";

import { NAV, navEntryAt, type NavEntry } from "./nav.ts";

/** Counts beside pages, by nav id: only where someone should act. */
export type NavBadges = Readonly<Record<string, { count: number; tone: Tone } | undefined>>;

interface SideNavProps {
  cluster: string | undefined;
  pathname: string;
  collapsed: boolean;
  onCollapse: (collapsed: boolean) => void;
  onPalette: () => void;
  badges: NavBadges;
  /** The cluster switcher. */
  head: ReactNode;
  /** The live indicator and the user menu. */
  foot: ReactNode;
}

/** The side navigation: 220 px, or icons alone. */
export function SideNav({
  cluster,
  pathname,
  collapsed,
  onCollapse,
  onPalette,
  badges,
  head,
  foot,
}: SideNavProps) {
  const here = navEntryAt(pathname, cluster ?? "");
  const row = (entry: NavEntry) =>
    entry.scope === "cluster" && cluster === undefined ? null : (
      <NavRow
        key={entry.id}
        entry={entry}
        href={entry.href(cluster ?? "")}
        current={here?.id === entry.id}
        collapsed={collapsed}
        badge={badges[entry.id]}
      />
    );
  return (
    <nav
      aria-label="Main"
      className={clsx(
        "border-line bg-sunken sticky top-0 z-20 flex h-screen shrink-0 flex-col gap-3 border-r px-2 pt-3 pb-2",
        collapsed ? "w-[53px]" : "w-[220px]",
      )}
    >
      {head}
      <Tooltip
        content={collapsed ? "Search" : undefined}
        shortcut={collapsed ? "Ctrl K" : undefined}
        side="right"
      >
        <button
          type="button"
          aria-label={collapsed ? "Search" : undefined}
          onClick={onPalette}
          className="border-line bg-raised text-muted hover:border-line-strong flex h-8 w-full items-center gap-2 rounded border px-2 text-sm"
        >
          <Search aria-hidden size={14} className="shrink-0" />
          {!collapsed && (
            <>
              <span className="flex-1 text-left">Search</span>
              <Kbd keys="Ctrl K" />
            </>
          )}
        </button>
      </Tooltip>
      <ul className="flex flex-1 flex-col gap-0.5 overflow-x-hidden overflow-y-auto">
        {NAV.filter((entry) => entry.scope === "cluster").map(row)}
        <li aria-hidden className="bg-line mx-2 my-2 h-px shrink-0" />
        {NAV.filter((entry) => entry.scope === "global").map(row)}
      </ul>
      <div className="flex flex-col gap-1">
        {foot}
        <div className={clsx("flex", !collapsed && "justify-end")}>
          <IconButton
            size="sm"
            icon={collapsed ? PanelLeftOpen : PanelLeftClose}
            label={collapsed ? "Widen the navigation" : "Narrow the navigation"}
            className={clsx(collapsed && "mx-auto")}
            onClick={() => {
              onCollapse(!collapsed);
            }}
          />
        </div>
      </div>
    </nav>
  );
}

interface NavRowProps {
  entry: NavEntry;
  href: string;
  current: boolean;
  collapsed: boolean;
  badge: { count: number; tone: Tone } | undefined;
}

function NavRow({ entry, href, current, collapsed, badge }: NavRowProps) {
  const Icon = entry.icon;
  return (
    <li>
      <Tooltip content={collapsed ? entry.label : undefined} shortcut={`g ${entry.letter}`} side="right">
        <Link
          href={href}
          aria-current={current ? "page" : undefined}
          aria-label={collapsed ? entry.label : undefined}
          className={clsx(
            "group/nav flex h-8 items-center gap-2.5 rounded px-2 text-sm transition-colors duration-75",
            current
              ? "bg-raised text-text ring-line font-medium ring-1"
              : "text-muted hover:bg-hover hover:text-text",
          )}
        >
          <Icon
            aria-hidden
            size={16}
            strokeWidth={1.75}
            className={clsx("shrink-0", current && "text-accent")}
          />
          {!collapsed && (
            <>
              <span className="min-w-0 flex-1 truncate">{entry.label}</span>
              {badge !== undefined && badge.count > 0 ? (
                <span
                  className={clsx(
                    "tabular inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border px-1 text-[11px] leading-none font-medium",
                    TONE_SURFACE[badge.tone],
                  )}
                >
                  {badge.count}
                </span>
              ) : (
                <span className="opacity-0 transition-opacity group-hover/nav:opacity-100">
                  <Kbd keys={`g ${entry.letter}`} />
                </span>
              )}
            </>
          )}
        </Link>
      </Tooltip>
    </li>
  );
}
