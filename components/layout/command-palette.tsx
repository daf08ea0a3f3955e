"use client";

import { useQueries } from "@tanstack/react-query";
import { Command } from "cmdk";
import { LoaderCircle, Search, type LucideIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";

import { Kbd } from "#components/ui/kbd.tsx";

import { PALETTE_SOURCES } from "./palette-sources.ts";

/** An entry that is known without asking: a page, a cluster, a setting. */
interface PaletteEntry {
  id: string;
  label: string;
  icon: LucideIcon;
  shortcut?: string;
  run: () => void;
}

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  cluster: string | undefined;
  /** Pages, clusters and settings, under their headings. */
  sections: readonly { heading: string; entries: readonly PaletteEntry[] }[];
}

const SETTLE_MS = 150;

/** The value once it has kept still, so that a word is searched and not each of its letters. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(value);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return settled;
}

const ITEM =
  "data-[selected=true]:bg-hover flex h-9 cursor-default items-center gap-2.5 rounded px-2.5 text-sm select-none";
const GROUP =
  "[&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs";

/** Ctrl or Cmd and K: pages, clusters, groups and topics by name, and the settings that are one step away. */
export function CommandPalette({ open, onOpenChange, cluster, sections }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-overlay animate-appear fixed inset-0 z-50" />
        <Dialog.Content
          aria-describedby={undefined}
          className="bg-raised shadow-pop animate-appear fixed top-[16vh] left-1/2 z-50 w-150 -translate-x-1/2 overflow-hidden rounded-lg focus-visible:outline-none"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <PaletteBody
            cluster={cluster}
            sections={sections}
            onDone={() => {
              onOpenChange(false);
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PaletteBodyProps extends Pick<CommandPaletteProps, "cluster" | "sections"> {
  onDone: () => void;
}

function PaletteBody({ cluster, sections, onDone }: PaletteBodyProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  const wanted = useSettled(text.trim());
  const found = useQueries({
    queries: PALETTE_SOURCES.map((source) => ({
      queryKey: [source.id, "palette", { cluster, wanted }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        source.search({ cluster: cluster ?? "", text: wanted, signal }),
      enabled: cluster !== undefined && wanted !== "",
      staleTime: 10_000,
    })),
  });
  const words = text.trim().toLowerCase();
  const shown = sections
    .map((section) => ({
      ...section,
      entries: section.entries.filter((entry) => entry.label.toLowerCase().includes(words)),
    }))
    .filter((section) => section.entries.length > 0);
  const asking = words !== "" && (text.trim() !== wanted || found.some((answer) => answer.isFetching));
  const failed = found.some((answer) => answer.isError);
  return (
    <Command shouldFilter={false} loop label="Search">
      <div className="border-line flex h-12 items-center gap-2.5 border-b px-4">
        <Search aria-hidden size={16} className="text-muted" />
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Go to a page, a group, a topic"
          className="h-full flex-1 bg-transparent text-base outline-none focus-visible:outline-none"
        />
        {asking ? (
          <LoaderCircle aria-label="Searching" size={14} className="text-muted animate-spin" />
        ) : (
          <Kbd keys="Esc" />
        )}
      </div>
      <Command.List className="max-h-[52vh] overflow-y-auto p-1.5">
        <Command.Empty className="text-muted px-3 py-8 text-center text-sm">
          {asking
            ? "Searching"
            : failed
              ? "The search failed; pages still match by name."
              : "Nothing has this name."}
        </Command.Empty>
        {PALETTE_SOURCES.map((source, index) => {
          const items = wanted === "" ? [] : (found[index]?.data ?? []);
          const Icon = source.icon;
          return items.length === 0 ? null : (
            <Command.Group key={source.id} heading={source.heading} className={GROUP}>
              {items.map((item) => (
                <Command.Item
                  key={item.id}
                  value={`${source.id} ${item.id}`}
                  className={ITEM}
                  onSelect={() => {
                    router.push(item.href);
                    onDone();
                  }}
                >
                  <Icon aria-hidden size={15} strokeWidth={1.75} className="text-muted shrink-0" />
                  <span className="min-w-0 flex-1 truncate">{item.label}</span>
                  {item.hint !== undefined && <span className="text-muted text-xs">{item.hint}</span>}
                </Command.Item>
              ))}
            </Command.Group>
          );
        })}
        {shown.map((section) => (
          <Command.Group key={section.heading} heading={section.heading} className={GROUP}>
            {section.entries.map((entry) => (
              <Command.Item
                key={entry.id}
                value={entry.id}
                className={ITEM}
                onSelect={() => {
                  entry.run();
                  onDone();
                }}
              >
                <entry.icon aria-hidden size={15} strokeWidth={1.75} className="text-muted shrink-0" />
                <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                {entry.shortcut !== undefined && <Kbd keys={entry.shortcut} />}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
