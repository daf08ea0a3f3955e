"use client";

import { clsx } from "clsx";

import { formatClock, formatInstantFull } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { TONE_FILL, TONE_TEXT, type Tone } from "#components/ui/tone.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { useNow } from "#components/ui/use-now.ts";
import type { LiveState } from "#lib/client/live.ts";
import { samplingAt, type ClusterSummary } from "#lib/domain/clusters/cluster.ts";

interface LiveIndicatorProps {
  live: LiveState;
  /** `undefined` until the clusters are read. */
  cluster: ClusterSummary | undefined;
  /** Only the dot. */
  small?: boolean;
}

interface Said {
  tone: Tone;
  word: string;
  why: string;
}

/** What can be said of how current the page is, worst first. */
function liveness(live: LiveState, cluster: ClusterSummary, now: number): Said {
  const { reachability, sampling } = cluster;
  if (reachability.state === "unreachable") {
    return {
      tone: "critical",
      word: `unreachable since ${formatClock(reachability.sinceAt)}`,
      why: reachability.reason,
    };
  }
  if (sampling.state === "never") {
    return { tone: "notice", word: "waiting for samples", why: "The worker has not stored a sample yet." };
  }
  const fresh = samplingAt(now, sampling.lastSampleAt);
  if (fresh.state === "stopped") {
    return {
      tone: "warning",
      word: `samples stopped ${formatDuration(Math.floor(fresh.forMs / 1_000) * 1_000)} ago`,
      why: `The worker stored its last sample at ${formatInstantFull(sampling.lastSampleAt)}. See that it runs.`,
    };
  }
  if (live === "lost") {
    return { tone: "warning", word: "reconnecting", why: "The console's stream broke; numbers may be old." };
  }
  const ageMs = Math.max(0, Math.floor((now - sampling.lastSampleAt) / 1_000) * 1_000);
  return { tone: "ok", word: `live · ${formatDuration(ageMs)} ago`, why: "The worker samples every 10 s." };
}

/** Whether the page is current: "live", "samples stopped 20 s ago", "unreachable since 10:42". */
export function LiveIndicator({ live, cluster, small = false }: LiveIndicatorProps) {
  const now = useNow();
  if (cluster === undefined || now === null) return <span className="block h-5" />;
  const said = liveness(live, cluster, now);
  return (
    <Tooltip content={small ? `${said.word}. ${said.why}` : said.why} side="right">
      <span
        className={clsx(
          "tabular inline-flex h-5 items-center gap-2 text-xs whitespace-nowrap",
          said.tone === "ok" ? "text-muted" : TONE_TEXT[said.tone],
        )}
      >
        <span aria-hidden className={clsx("size-1.5 shrink-0 rounded-full", TONE_FILL[said.tone])} />
        <span className={clsx(small && "sr-only")}>{said.word}</span>
      </span>
    </Tooltip>
  );
}
