"use client";

import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { GroupReader } from "#lib/domain/groups/group.ts";

import { groupTitle } from "./group-title.ts";
import { READER_WORDS } from "./reader-words.ts";

interface GroupReadersProps {
  cluster: string;
  group: string;
  /** The groups that read for it, worst first. */
  readers: readonly GroupReader[];
}

/** The retry, redrive and dead-letter readers that stand under their group: how many, and on a click each with its lag. */
export function GroupReaders({ cluster, group, readers }: GroupReadersProps) {
  const worst = readers[0];
  if (worst === undefined) return null;
  const { tone } = VERDICT_WORDS[worst.verdict];
  const troubled = tone === "critical" || tone === "warning";
  return (
    <Popover
      label={`Readers of ${groupTitle(group)}`}
      trigger={
        <button
          type="button"
          className={
            troubled
              ? "border-warning-line bg-warning-bg text-warning h-5 shrink-0 rounded-sm border px-1.5 text-xs"
              : "border-line bg-sunken text-muted hover:text-text h-5 shrink-0 rounded-sm border px-1.5 text-xs"
          }
        >
          +{formatCount(readers.length)} {readers.length === 1 ? "reader" : "readers"}
        </button>
      }
    >
      <ul>
        {readers.map((reader) => (
          <li key={reader.id}>
            <Link
              href={paths.group(cluster, reader.id)}
              className="hover:bg-hover focus-visible:bg-hover block rounded-sm px-2 py-1.5"
            >
              <span className="block truncate font-medium">{groupTitle(reader.id)}</span>
              <span className="text-muted flex items-center gap-2 text-xs">
                <StateTag
                  tone={VERDICT_WORDS[reader.verdict].tone}
                  word={VERDICT_WORDS[reader.verdict].word}
                />
                <span>{readerFacts(reader)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

function readerFacts({ role, lag, timeLagMs }: GroupReader): string {
  const behind = lag === null ? "lag unknown" : `${formatCount(lag)} behind`;
  const time = timeLagMs === null || timeLagMs === 0 ? "" : ` · ${formatDuration(timeLagMs)}`;
  return `${READER_WORDS[role]} · ${behind}${time}`;
}
