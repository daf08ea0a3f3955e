"use client";

import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { TONE_ICON, TONE_TEXT } from "#components/ui/tone.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { Finding } from "#lib/domain/clusters/cluster.ts";

import { findingHref } from "./finding-href.ts";

interface FindingListProps {
  cluster: string;
  /** Worst first; `undefined` while the first answer is under way. */
  findings: readonly Finding[] | undefined;
  /** Groups in trouble that the findings do not name: their list is one click away. */
  unnamedGroups: number;
  /** What is said in the list's place when nothing was found. */
  quiet: string;
}

const MOST = 8;
const TONE_WORD = { critical: "Critical", warning: "Warning", notice: "Notice", ok: "Ok" } as const;

/** What is wrong now, worst first, each a sentence that leads to its evidence. */
export function FindingList({ cluster, findings, unnamedGroups, quiet }: FindingListProps) {
  const [all, setAll] = useState(false);
  const shown = all ? findings : findings?.slice(0, MOST);
  const hidden = (findings?.length ?? 0) - (shown?.length ?? 0);
  return (
    <section aria-label="Findings" className="border-line bg-raised overflow-hidden rounded border">
      {shown === undefined && (
        <div className="flex h-10 items-center px-4">
          <Skeleton className="h-3.5 w-96" />
        </div>
      )}
      {shown?.length === 0 && <QuietLine sentence={quiet} />}
      {shown !== undefined && shown.length > 0 && (
        <ul>
          {shown.map((finding) => (
            <FindingLine
              key={`${finding.feature} ${finding.subject} ${finding.sentence}`}
              cluster={cluster}
              finding={finding}
            />
          ))}
        </ul>
      )}
      {hidden + unnamedGroups > 0 && (
        <div className="border-line flex items-center gap-2 border-t px-2 py-1">
          {hidden > 0 && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                setAll(true);
              }}
            >
              Show {formatCount(hidden)} more
            </Button>
          )}
          {unnamedGroups > 0 && (
            <Button size="sm" variant="ghost" asChild>
              <Link href={paths.groups(cluster)}>{formatCount(unnamedGroups)} more groups in trouble</Link>
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function FindingLine({ cluster, finding }: { cluster: string; finding: Finding }) {
  const Icon = TONE_ICON[finding.tone];
  return (
    <li className="border-line border-t first:border-t-0">
      <Link
        href={findingHref(cluster, finding)}
        className="group/finding hover:bg-hover flex min-h-10 items-center gap-2.5 px-4 py-2 transition-colors duration-75 focus-visible:outline-offset-[-2px]"
      >
        <Icon
          role="img"
          aria-label={TONE_WORD[finding.tone]}
          size={15}
          className={clsx("shrink-0", TONE_TEXT[finding.tone])}
        />
        <span className="tabular min-w-0 flex-1">{finding.sentence}</span>
        <ChevronRight
          aria-hidden
          size={15}
          className="text-faint group-hover/finding:text-text shrink-0 transition-colors duration-75"
        />
      </Link>
    </li>
  );
}

function QuietLine({ sentence }: { sentence: string }) {
  const Icon = TONE_ICON.ok;
  return (
    <p className="text-muted flex min-h-10 items-center gap-2.5 px-4 py-2">
      <Icon aria-hidden size={15} className="text-ok shrink-0" />
      {sentence}
    </p>
  );
}
