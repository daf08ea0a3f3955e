"use client";

import { formatClock, formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import type { TimedEntry } from "#lib/domain/sagas/timeline-bars.ts";

import { EntryMessage } from "./message-link.tsx";
import { ENTRY_WORDS } from "./saga-words.ts";
import type { TimelineItem } from "./timeline-items.ts";
import type { ShownSaga } from "./use-saga.ts";

interface TimelineDetailProps {
  /** What is pointed at, else what was visited last. */
  item: TimelineItem | null;
  saga: ShownSaga;
  nowAt: number | null;
}

const MOST_ENTRIES = 8;

/** All about one thing of the timeline, below it: its times, its messages as links, its error. */
export function TimelineDetail({ item, saga, nowAt }: TimelineDetailProps) {
  return (
    <div className="border-line mt-3 min-h-28 border-t pt-3 text-sm">
      {item === null ? (
        <p className="text-muted">
          Point at a bar or a mark, or go to it with Tab and the arrow keys: its messages stand here.
        </p>
      ) : (
        <Told item={item} saga={saga} nowAt={nowAt} />
      )}
    </div>
  );
}

function Told({ item, saga, nowAt }: TimelineDetailProps & { item: TimelineItem }) {
  const entries = item.bar?.entries ?? (item.mark === null ? [] : [item.mark]);
  const step = saga.steps.find(({ name }) => name === item.step);
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium">{item.label}</p>
      {item.bar !== null && (
        <p className="text-muted tabular text-xs">
          {formatInstantFull(item.bar.fromAt)}
          {" to "}
          {item.bar.toAt === null ? (nowAt === null ? "?" : "now") : formatInstantFull(item.bar.toAt)}
        </p>
      )}
      {item.toCome !== null && step !== undefined && (
        <p className="text-muted text-xs">
          {item.toCome.kind === "compensation" ? step.compensation : step.commandTopic}
        </p>
      )}
      {step !== undefined && step.dueAt !== null && item.bar?.toAt === null && (
        <p className="text-muted text-xs">
          Its answer {nowAt !== null && step.dueAt <= nowAt ? "was" : "is"} due{" "}
          <RelativeTime at={step.dueAt} />.
        </p>
      )}
      <Entries entries={entries} cluster={saga.cluster} />
      {step !== undefined && step.error !== null && item.bar?.outcome === "failed" && (
        <p className="text-critical break-words">{step.error}</p>
      )}
    </div>
  );
}

function Entries({ entries, cluster }: { entries: readonly TimedEntry[]; cluster: string | null }) {
  const shown =
    entries.length <= MOST_ENTRIES
      ? entries
      : [...entries.slice(0, MOST_ENTRIES / 2), ...entries.slice(-MOST_ENTRIES / 2)];
  const left = entries.length - shown.length;
  return (
    <ul className="flex flex-col gap-1">
      {shown.map((entry) => {
        const { tone, word } = ENTRY_WORDS[entry.kind];
        return (
          <li key={entry.seq} className="flex items-baseline gap-3">
            <time
              dateTime={new Date(entry.at).toISOString()}
              title={formatInstantFull(entry.at)}
              className="tabular text-muted w-16 shrink-0 text-xs"
            >
              {formatClock(entry.at)}
            </time>
            <span className="w-40 shrink-0">
              <StateTag tone={tone} word={word} />
            </span>
            {(entry.topic !== null || entry.record !== null) && (
              <span className="min-w-0 truncate">
                <EntryMessage entry={entry} cluster={cluster} />
              </span>
            )}
            <span className="text-muted min-w-0 truncate" title={entry.detail ?? undefined}>
              {[entry.actor, entry.detail].filter((part) => part !== null).join(": ")}
            </span>
          </li>
        );
      })}
      {left > 0 && (
        <li className="text-muted text-xs">{formatCount(left)} more between them: see the table.</li>
      )}
    </ul>
  );
}
