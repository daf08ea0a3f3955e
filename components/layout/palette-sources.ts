import { Layers, Rows3, type LucideIcon } from "lucide-react";

import { call } from "#lib/client/call.ts";
import { listGroups } from "#lib/contracts/groups.ts";
import { paths } from "#lib/contracts/paths.ts";
import { listTopics } from "#lib/contracts/topics.ts";

/** One thing the palette can go to. */
interface PaletteItem {
  id: string;
  label: string;
  /** Quiet words at the right: a state, a count. */
  hint?: string;
  href: string;
}

/** What is searched, where and with which words. */
interface PaletteAsk {
  cluster: string;
  text: string;
  signal: AbortSignal;
}

/** Things the palette finds by name on the server. */
export interface PaletteSource {
  id: string;
  heading: string;
  icon: LucideIcon;
  search: (ask: PaletteAsk) => Promise<readonly PaletteItem[]>;
}

const MOST = 6;

/** What can be found by name. A new feature adds its source here. */
export const PALETTE_SOURCES: readonly PaletteSource[] = [
  {
    id: "groups",
    heading: "Groups",
    icon: Layers,
    search: async ({ cluster, text, signal }) => {
      const found = await call(
        listGroups,
        { params: { cluster }, query: { q: text, limit: MOST } },
        { signal },
      );
      return found.items.map((group) => ({
        id: group.id,
        label: group.id,
        hint: group.state,
        href: paths.group(cluster, group.id),
      }));
    },
  },
  {
    id: "topics",
    heading: "Topics",
    icon: Rows3,
    search: async ({ cluster, text, signal }) => {
      const found = await call(
        listTopics,
        { params: { cluster }, query: { q: text, limit: MOST } },
        { signal },
      );
      return found.items.map((topic) => ({
        id: topic.name,
        label: topic.name,
        hint: `${topic.partitionCount} partitions`,
        href: paths.topic(cluster, topic.name),
      }));
    },
  },
];
