"use client";

import { useTimeRange } from "#components/charts/use-time-range.ts";
import { Link } from "#components/ui/link.tsx";
import { TONE_TEXT } from "#components/ui/tone.ts";
import { useSagaCounts } from "#lib/client/use-saga-counts.ts";
import { paths } from "#lib/contracts/paths.ts";

import { STATE_WORDS } from "./saga-words.ts";
import { SagasChart } from "./sagas-chart.tsx";
import { sumByState, sumText } from "./sagas-verdict.ts";

/** Sagas by state on the overview, with the way to those that are stuck. Nothing where no source is configured. */
export function OverviewSagas() {
  const range = useTimeRange();
  const counts = useSagaCounts().data?.items;
  if (counts === undefined || counts.length === 0) return null;
  const sums = sumByState(counts);
  return (
    <div className="min-w-0">
      <SagasChart range={range} source={null} type={null} className="" />
      <ul
        aria-label="Sagas that are not over"
        className="text-muted mt-2 flex flex-wrap gap-x-4 px-1 text-xs"
      >
        {(["stuck", "running", "compensating"] as const).map((state) => (
          <li key={state}>
            <Link
              href={paths.sagas({ state })}
              className={`link-quiet ${sums[state].count > 0 ? TONE_TEXT[STATE_WORDS[state].tone] : ""}`}
            >
              {sumText(sums[state])} {STATE_WORDS[state].word}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
