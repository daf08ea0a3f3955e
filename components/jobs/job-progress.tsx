import { Callout } from "#components/ui/callout.tsx";
import { Duration } from "#components/ui/duration.tsx";
import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import type { Job } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { meantOf, sentOf, settledOf } from "./job-figures.ts";

/** Partitions that are drawn one by one; beyond, the rest is summed. */
const MOST_BARS = 24;

/** How far a job is: the figures, what it waits for, and a bar for each partition of the target, or of the source. */
export function JobProgress({ job }: { job: Job }) {
  const { progress } = job;
  return (
    <>
      <Figures job={job} />
      {(progress.aborted > 0 || progress.possibleDuplicates > 0) && <Doubles job={job} />}
      <Bars
        title="By partition of the target"
        label="sent"
        parts={progress.targets.map(({ planned, sent, ...of }) => ({ ...of, total: planned, done: sent }))}
      />
      <Bars
        title="By partition of the source, in offsets"
        label="read"
        parts={progress.ranges.map(({ offsets, read, ...of }) => ({ ...of, total: offsets, done: read }))}
      />
    </>
  );
}

function Figures({ job }: { job: Job }) {
  const { progress, recordsPerSecond: brake } = job;
  const { counts } = progress;
  const sends = job.state === "running";
  return (
    <StatRow>
      <Stat
        label="Sent"
        value={<Quantity value={sentOf(counts)} live />}
        meta={`of ${recordsPhrase(meantOf(counts))}`}
      />
      <Stat
        label="Passed"
        value={<Quantity value={counts.passed} live />}
        meta={`of ${formatCount(settledOf(counts))} settled`}
      />
      <Stat
        label="Returned"
        value={<Quantity value={counts.returned} live />}
        meta={`stops at ${job.spec.pace.stopAtReturnedPercent}%`}
        {...(counts.returned > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Not sent"
        value={<Quantity value={counts.failed + counts.refused + counts.held + counts.cancelled} live />}
        meta={notSentWords(job)}
        {...(counts.failed > 0 ? { tone: "critical" as const } : {})}
      />
      <Stat
        label="Rate"
        value={
          <Quantity
            kind="rate"
            value={sends ? progress.recordsPerSecond : null}
            reason={sends ? "Nothing was sent in the last ten seconds." : "The job sends nothing now."}
            live
          />
        }
        meta={brake === null ? "no brake" : `brake ${formatQuantity("rate", brake)}`}
      />
      <Stat
        label="All sent in"
        value={
          <Duration
            ms={sends ? progress.sendsInMs : null}
            reason={sends ? "There is no rate to reckon with yet." : "The job sends nothing now."}
            live
          />
        }
        meta={rungWords(job)}
      />
    </StatRow>
  );
}

function notSentWords({ progress: { counts } }: Job): string {
  const words = (["failed", "refused", "held", "cancelled"] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${formatCount(counts[outcome])} ${outcome}`)
    .join(", ");
  return words === "" ? "nothing left out" : words;
}

function rungWords({ progress: { rung }, spec }: Job): string {
  if (!spec.pace.canary) return "without a canary";
  return rung === null ? "canary is over: all" : `canary: the first ${formatCount(rung)}`;
}

function Doubles({ job: { progress, plan } }: { job: Job }) {
  const { aborted, possibleDuplicates } = progress;
  return (
    <Callout
      tone="notice"
      title={
        possibleDuplicates > 0
          ? `${recordsPhrase(possibleDuplicates)} may be in the target twice.`
          : `${recordsPhrase(aborted)} ${aborted === 1 ? "was" : "were"} written by transactions that were given up.`
      }
    >
      {plan?.delivery === "at-least-once"
        ? "The target cannot do transactions. Each copy carries sluice-redrive-id, by which a reader can tell them."
        : "Readers that read committed do not see them; readers that read uncommitted may have. Each copy carries sluice-redrive-id."}
    </Callout>
  );
}

interface BarsProps {
  title: string;
  /** What is done of a part: "sent". */
  label: string;
  parts: readonly { topic: string; partition: number; done: number; total: number }[];
}

function Bars({ title, label, parts }: BarsProps) {
  if (parts.length === 0) return null;
  const shown = parts.slice(0, MOST_BARS);
  const rest = parts.slice(MOST_BARS);
  const topics = new Set(parts.map(({ topic }) => topic));
  const [only] = topics;
  const sum = (of: "done" | "total") => rest.reduce((total, each) => total + each[of], 0);
  return (
    <Panel title={title} {...(topics.size === 1 && only !== undefined ? { meta: only } : {})}>
      <ul className="grid grid-cols-1 gap-x-8 gap-y-1.5 xl:grid-cols-2">
        {shown.map(({ topic, partition, done, total }) => (
          <li key={`${topic} ${partition}`} className="flex items-center gap-3 text-sm">
            <span className="tabular text-muted w-10 shrink-0 truncate" title={`${topic} ${partition}`}>
              {partition}
            </span>
            {topics.size > 1 && <span className="min-w-0 flex-1 truncate">{topic}</span>}
            <span className="min-w-0 flex-1">
              <Progress label={label} done={done} total={total} />
            </span>
          </li>
        ))}
        {rest.length > 0 && (
          <li className="flex items-center gap-3 text-sm">
            <span className="text-muted shrink-0">{rest.length} more</span>
            <span className="min-w-0 flex-1">
              <Progress label={label} done={sum("done")} total={sum("total")} />
            </span>
          </li>
        )}
      </ul>
    </Panel>
  );
}
