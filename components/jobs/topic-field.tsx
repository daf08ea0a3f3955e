"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { ChevronDown } from "lucide-react";
import { useState } from "react";

import { Popover } from "#components/ui/popover.tsx";
import { useSettled } from "#components/ui/use-settled.ts";
import { query } from "#lib/client/query.ts";
import { listTopics } from "#lib/contracts/topics.ts";

interface TopicFieldProps {
  cluster: string;
  label: string;
  /** What the button shows: the chosen topic, or what to do. */
  shown: string;
  fault: string | undefined;
  onPick: (topic: string) => void;
}

const MOST = 50;
const TYPING_RESTS_MS = 150;

/** A topic, found by a part of its name. */
export function TopicField({ cluster, label, shown, fault, onPick }: TopicFieldProps) {
  const [open, setOpen] = useState(false);
  return (
    <div className="flex flex-col items-start gap-1.5">
      <span className="text-sm font-medium">{label}</span>
      <Popover
        label={`Choose: ${label}`}
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button
            type="button"
            aria-label={`${label}: ${shown}`}
            className="border-line-strong bg-raised hover:bg-hover inline-flex h-8 max-w-full items-center gap-1.5 rounded border px-2.5 text-sm"
          >
            <span className="truncate">{shown}</span>
            <ChevronDown aria-hidden size={14} className="text-muted shrink-0" />
          </button>
        }
      >
        <TopicSearch
          cluster={cluster}
          onPick={(topic) => {
            onPick(topic);
            setOpen(false);
          }}
        />
      </Popover>
      {fault !== undefined && <p className="text-critical text-xs">{fault}</p>}
    </div>
  );
}

function TopicSearch({ cluster, onPick }: { cluster: string; onPick: (topic: string) => void }) {
  const [text, setText] = useState("");
  const q = useSettled(text.trim(), TYPING_RESTS_MS);
  const topics = useQuery({
    ...query(listTopics, { params: { cluster }, query: { limit: MOST, ...(q === "" ? {} : { q }) } }),
    placeholderData: keepPreviousData,
  });
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
          {topics.isError
            ? "The topics could not be read."
            : topics.isPending
              ? "Reading the topics"
              : "No topic has this name."}
        </Command.Empty>
        {(topics.data?.items ?? []).map(({ name }) => (
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
