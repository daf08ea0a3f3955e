"use client";

import { parseAsString, useQueryState } from "nuqs";

import type { GroupDetail } from "#lib/domain/groups/group.ts";

/** Stands for every topic in a choice of topics; no topic can have this name. */
export const ALL_TOPICS = "*";

/** The topic to which a group's partitions are narrowed, kept in the URL, and the topics there are. */
export function useTopicFilter(group: GroupDetail | undefined) {
  const [topic, setTopic] = useQueryState("topic", parseAsString);
  const topics = [...new Set(group?.partitions.map((row) => row.topic))].sort();
  const choose = (name: string) => {
    void setTopic(name === ALL_TOPICS ? null : name);
  };
  return { topic, topics, choose };
}
