"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { ChevronDown, X } from "lucide-react";
import { useState } from "react";

import { Popover } from "#components/ui/popover.tsx";
import { query } from "#lib/client/query.ts";
import { listTopics } from "#lib/contracts/topics.ts";

import { useSettled } from "#components/ui/use-settled.ts";

interface TopicPickProps {
  cluster: string;
  topic: string | null;
  onPick: (topic: string | null) => void;
}

const MOST = 50;
const TYPING_RESTS_MS = 150;
const CONTROL = "inline-flex h-8 items-center gap-1.5 rounded border text-sm whitespace-nowrap";

/** Narrows a list to one topic, found by a part of its name. */
export function TopicPick({ cluster, topic, onPick }: TopicPickProps) {
  const [open, setOpen] = useState(false);
  const pick = (name: string | null) => {
    onPick(name);
    setOpen(false);
  };
  if (topic !== null) {
    return (
      <button
        type="button"
        onClick={() => {
          pick(null);
        }}
        aria-label={`Stop filtering by topic ${topic}`}
        className={`${CONTROL} border-accent-line bg-accent-bg max-w-72 px-2.5`}
      >
        <span className="text-muted">Topic</span>
        <span className="truncate">{topic}</span>
        <X aria-hidden size={13} className="text-muted shrink-0" />
      </button>
    );
  }
  return (
    <Popover
      label="Choose a topic"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={`${CONTROL} border-line-strong bg-raised hover:bg-hover px-2.5`}>
          <span className="text-muted">Topic</span> any
          <ChevronDown aria-hidden size={14} className="text-muted" />
        </button>
      }
    >
      <TopicSearch cluster={cluster} onPick={pick} />
    </Popover>
  );
}

function TopicSearch({ cluster, onPick }: { cluster: string; onPick: (topic: string) => void }) {
  const [text, setText] = useState("");
  const q = useSettled(text.trim(), TYPING_RESTS_MS);
  const topics = useQuery({
    ...query(listTopics, { params: { cluster }, query: { limit: MOST, ...(q === "" ? {} : { q }) } }),
    placeholderData: keepPreviousData,
  });
  const names = topics.data?.items.map(({ name }) => name) ?? [];
  return (
    <Command shouldFilter={false} loop label="Topics">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Part of a topic's name"
        className="border-line mb-1 h-8 w-full min-w-72 border-b bg-transparent px-2 outline-none focus-visible:outline-none"
      />
      <Command.List className="max-h-72 overflow-y-auto">
        <Command.Empty className="text-muted px-2 py-3">
          {topics.isError
            ? "The topics could not be read."
            : topics.isPending
              ? "Reading the topics"
              : "No topic has this name."}
        </Command.Empty>
        {names.map((name) => (
          <Command.Item
            key={name}
            value={name}
            onSelect={() => {
              onPick(name);
            }}
            className="data-[selected=true]:bg-hover flex min-h-7 cursor-default items-center rounded-sm px-2 select-none"
          >
            <span className="max-w-96 truncate" title={name}>
              {name}
            </span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
