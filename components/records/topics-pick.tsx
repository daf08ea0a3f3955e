"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";

import { NameSearch } from "#components/ui/name-search.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { useSettled } from "#components/ui/use-settled.ts";
import { NO_TOPICS, useTopicNames } from "#lib/client/use-topic-names.ts";

interface TopicsPickProps {
  cluster: string;
  topics: readonly string[];
  onPick: (topics: string[]) => void;
}

const TYPING_RESTS_MS = 150;
/** What one search takes. */
const MOST_TOPICS = 20;

/** Chooses the topics of a search: one, or several that are merged by time. */
export function TopicsPick({ cluster, topics, onPick }: TopicsPickProps) {
  const [first, ...more] = topics;
  return (
    <Popover
      label="Choose topics"
      trigger={
        <button
          type="button"
          className="border-line-strong bg-raised hover:bg-hover inline-flex h-8 max-w-96 items-center gap-1.5 rounded border px-2.5 text-sm whitespace-nowrap"
          title={topics.join(", ")}
        >
          <span className="text-muted">{more.length > 0 ? "Topics" : "Topic"}</span>
          <span className="truncate">{first ?? "choose one"}</span>
          {more.length > 0 && <span className="text-muted">and {more.length} more</span>}
          <ChevronDown aria-hidden size={14} className="text-muted shrink-0" />
        </button>
      }
    >
      <TopicSearch cluster={cluster} topics={topics} onPick={onPick} />
    </Popover>
  );
}

function TopicSearch({ cluster, topics, onPick }: TopicsPickProps) {
  const [text, setText] = useState("");
  const q = useSettled(text.trim(), TYPING_RESTS_MS);
  const { names: found, state } = useTopicNames(cluster, q);
  const toggle = (name: string) => {
    if (topics.includes(name)) onPick(topics.filter((each) => each !== name));
    else if (topics.length < MOST_TOPICS) onPick([...topics, name]);
  };
  return (
    <NameSearch
      label="Topics"
      placeholder="Part of a topic's name"
      text={text}
      onText={setText}
      names={q === "" ? [...topics, ...found.filter((name) => !topics.includes(name))] : found}
      empty={NO_TOPICS[state]}
      chosen={topics}
      onPick={toggle}
      footer={
        <p className="text-muted border-line mt-1 border-t px-2 pt-1.5 pb-0.5 text-xs">
          Several topics are merged by time, {MOST_TOPICS} at most.
        </p>
      }
    />
  );
}
