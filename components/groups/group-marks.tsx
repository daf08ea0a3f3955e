import { clsx } from "clsx";
import { Flame, Hourglass, Shuffle, type LucideIcon } from "lucide-react";

import { TONE_TEXT } from "#components/ui/tone.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";

import { groupMarks, type GroupMark, type MarkFacts } from "./group-mark-words.ts";

const ICONS: Record<GroupMark["kind"], LucideIcon> = { churn: Shuffle, hot: Flame, expiry: Hourglass };

/** What is odd about a group, as small marks with their words on hover. */
export function GroupMarks({ facts }: { facts: MarkFacts }) {
  const marks = groupMarks(facts);
  if (marks.length === 0) return null;
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5">
      {marks.map(({ kind, tone, words }) => {
        const Icon = ICONS[kind];
        return (
          <Tooltip key={kind} content={words}>
            <span role="img" aria-label={words} className={clsx("cursor-help", TONE_TEXT[tone])}>
              <Icon aria-hidden size={13} />
            </span>
          </Tooltip>
        );
      })}
    </span>
  );
}
