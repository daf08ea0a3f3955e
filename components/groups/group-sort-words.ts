import type { GroupSort } from "./use-group-list.ts";

/** The orders of the list of groups, by what one looks for. */
export const GROUP_SORT_WORDS: readonly { value: GroupSort; label: string }[] = [
  { value: "trouble", label: "trouble" },
  { value: "id", label: "name" },
  { value: "lag", label: "lag" },
  { value: "timeLag", label: "time lag" },
  { value: "drains", label: "drains in" },
  { value: "retention", label: "retention used" },
  { value: "rate", label: "reads" },
  { value: "members", label: "members" },
  { value: "state", label: "state" },
  { value: "kind", label: "kind" },
];
