"use client";

import { ChevronDown, X } from "lucide-react";
import { useState } from "react";

import { NameSearch } from "#components/ui/name-search.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { useSettled } from "#components/ui/use-settled.ts";
import { NO_TOPICS, useTopicNames } from "#lib/client/use-topic-names.ts";

interface TopicPickProps {
  cluster: string;
  topic: string | null;
  onPick: (topic: string | null) => void;
}

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
  const { names, state } = useTopicNames(cluster, useSettled(text.trim(), TYPING_RESTS_MS));
  return (
    <NameSearch
      label="Topics"
      placeholder="Part of a topic's name"
      text={text}
      onText={setText}
      names={names}
      empty={NO_TOPICS[state]}
      onPick={onPick}
    />
  );
}
