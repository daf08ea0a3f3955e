import {
  Activity,
  Layers,
  MailX,
  Rows3,
  ScrollText,
  Send,
  Server,
  Settings,
  Waypoints,
  type LucideIcon,
} from "lucide-react";

import { paths } from "#lib/contracts/paths.ts";

/** One page of the side navigation. */
export interface NavEntry {
  /** The feature, or `settings`. */
  id: string;
  label: string;
  /** `g` and this letter go there. */
  letter: string;
  icon: LucideIcon;
  /** `cluster` entries need one; `global` ones stand below the line. */
  scope: "cluster" | "global";
  href: (cluster: string) => string;
}

/** The pages, in their order. A new feature adds its line here. */
export const NAV: readonly NavEntry[] = [
  { id: "overview", label: "Overview", letter: "o", icon: Activity, scope: "cluster", href: paths.overview },
  { id: "groups", label: "Groups", letter: "g", icon: Layers, scope: "cluster", href: paths.groups },
  { id: "topics", label: "Topics", letter: "t", icon: Rows3, scope: "cluster", href: paths.topics },
  { id: "brokers", label: "Brokers", letter: "b", icon: Server, scope: "cluster", href: paths.brokers },
  {
    id: "records",
    label: "Records",
    letter: "r",
    icon: ScrollText,
    scope: "cluster",
    href: (cluster) => paths.records(cluster),
  },
  {
    id: "dead-letters",
    label: "Dead letters",
    letter: "d",
    icon: MailX,
    scope: "cluster",
    href: paths.deadLetters,
  },
  { id: "jobs", label: "Jobs", letter: "j", icon: Send, scope: "cluster", href: paths.jobs },
  {
    id: "sagas",
    label: "Sagas",
    letter: "a",
    icon: Waypoints,
    scope: "global",
    href: () => paths.sagas(),
  },
  { id: "settings", label: "Settings", letter: "s", icon: Settings, scope: "global", href: paths.settings },
];

/** The entry that a path belongs to: the one with the longest matching address. */
export function navEntryAt(pathname: string, cluster: string): NavEntry | undefined {
  return NAV.filter((entry) => {
    const href = entry.href(cluster);
    return pathname === href || pathname.startsWith(`${href}/`);
  }).toSorted((a, b) => b.href(cluster).length - a.href(cluster).length)[0];
}
