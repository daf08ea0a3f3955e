"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Check, ChevronDown } from "lucide-react";
import { useState } from "react";

import { Popover } from "#components/ui/popover.tsx";
import { useSettled } from "#components/ui/use-settled.ts";
import { query } from "#lib/client/query.ts";
import { listTopics } from "#lib/contracts/topics.ts";

interface TopicsPickProps {
  cluster: string;
  topics: readonly string[];
  onPick: (topics: string[]) => void;
}

const MOST_OFFERED = 50;
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
  const asked = useQuery({
    ...query(listTopics, {
      params: { cluster },
      query: { limit: MOST_OFFERED, ...(q === "" ? {} : { q }) },
    }),
    placeholderData: keepPreviousData,
  });
  const found = asked.data?.items.map(({ name }) => name) ?? [];
  const names = q === "" ? [...topics, ...found.filter((name) => !topics.includes(name))] : found;
  const toggle = (name: string) => {
    if (topics.includes(name)) onPick(topics.filter((each) => each !== name));
    else if (topics.length < MOST_TOPICS) onPick([...topics, name]);
  };
  return (
    <Command shouldFilter={false} loop label="Topics">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Part of a topic's name"
        className="border-line mb-1 h-8 w-full min-w-80 border-b bg-transparent px-2 outline-none focus-visible:outline-none"
      />
      <Command.List className="max-h-72 overflow-y-auto">
        <Command.Empty className="text-muted px-2 py-3">
          {asked.isError
            ? "The topics could not be read."
            : asked.isPending
              ? "Reading the topics"
              : "No topic has this name."}
        </Command.Empty>
        {names.map((name) => (
          <Command.Item
            key={name}
            value={name}
            onSelect={() => {
              toggle(name);
            }}
            className="data-[selected=true]:bg-hover flex min-h-7 cursor-default items-center gap-2 rounded-sm px-2 select-none"
          >
            <Check
              aria-hidden
              size={14}
              className={topics.includes(name) ? "shrink-0" : "invisible shrink-0"}
            />
            <span className="max-w-96 truncate" title={name}>
              {name}
            </span>
            {topics.includes(name) && <span className="sr-only">chosen</span>}
          </Command.Item>
        ))}
      </Command.List>
      <p className="text-muted border-line mt-1 border-t px-2 pt-1.5 pb-0.5 text-xs">
        Several topics are merged by time, {MOST_TOPICS} at most.
      </p>
    </Command>
  );
}
