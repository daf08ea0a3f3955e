"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";

import { TIME_RANGES, type TimeRange } from "#components/charts/use-time-range.ts";
import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { replayTopicHref } from "#lib/client/new-job-href.ts";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";

interface ReplayLinkProps {
  cluster: string;
  topic: string;
  /** What the page shows: the form begins with it. */
  range: Pick<TimeRange, "id" | "words" | "query">;
}

/** The beginning of a range moves in steps of this: an address does not change with every tick. */
const STEP_MS = 60_000;

/** The way to a replay of the range that the page shows, for those who may make one. It leads to a form and a plan. */
export function ReplayLink({ cluster, topic, range }: ReplayLinkProps) {
  const me = useQuery(query(getMe, {}));
  const now = useNow(STEP_MS);
  if (me.data?.permissions.includes("jobs:operate") !== true) return null;
  const what = range.words === "" ? "the range that is shown" : `the ${range.words}`;
  return (
    <Tooltip content={`Sends ${what} of this topic again; the form changes the range.`}>
      <Button asChild>
        <Link href={replayTopicHref(cluster, { topic, ...spanOf(range, now) })}>
          <History aria-hidden size={14} className="-ml-0.5" />
          Replay…
        </Link>
      </Button>
    </Tooltip>
  );
}

/** The instants of a range; one up to now has no end, and none is told before the viewer's clock is known. */
function spanOf(
  { id, query: asked }: Pick<TimeRange, "id" | "query">,
  now: number | null,
): { fromAt?: number | undefined; toAt?: number | undefined } {
  if (id === "custom") return { fromAt: asked?.from, toAt: asked?.to };
  const span = TIME_RANGES.find((each) => each.id === id)?.spanMs;
  if (now === null || span === undefined) return {};
  return { fromAt: Math.floor((now - span) / STEP_MS) * STEP_MS };
}
