"use client";

import { BellOff } from "lucide-react";

import { formatInstantFull, formatSince } from "#components/ui/format-instant.ts";
import { Link } from "#components/ui/link.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupMute } from "#lib/domain/groups/mute.ts";

import { muteWords } from "./mute-words.ts";

interface GroupMutesProps {
  cluster: string;
  mutes: readonly GroupMute[];
}

/** Why the lag of a group is expected and until when; nothing where no mute is on. */
export function GroupMutes({ cluster, mutes }: GroupMutesProps) {
  const now = useNow();
  if (now === null) return null;
  const on = mutes.filter(({ untilAt }) => untilAt > now);
  if (on.length === 0) return null;
  return (
    <ul aria-label="Expected lag" className="mb-4 flex flex-col gap-1">
      {on.map((mute) => (
        <li
          key={`${mute.job} ${mute.fromAt}`}
          title={`Alerts on its lag are quiet until ${formatInstantFull(mute.untilAt)}.`}
          className="text-muted flex items-center gap-2 text-sm"
        >
          <BellOff aria-hidden size={14} className="shrink-0" />
          <span>{muteWords(mute, formatSince(mute.untilAt, now))}</span>
          {mute.job !== null && (
            <Link href={paths.job(cluster, mute.job)} className="underline underline-offset-3">
              Job {mute.job}
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
