import { clsx } from "clsx";
import { ArrowRight } from "lucide-react";

import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { LineageStep } from "#lib/domain/dead-letters/dead-letter.ts";

import { stepTitles } from "./dead-letter-words.ts";

interface ChainProps {
  cluster: string;
  /** Oldest first. */
  steps: readonly LineageStep[];
  /** The dead letter of this page. */
  id: string;
}

/** Where a record has been, as one line of steps: source, retries, dead letters and redrives, each with its place. */
export function Chain({ cluster, steps, id }: ChainProps) {
  const titles = stepTitles(steps);
  return (
    <ol aria-label="Where the record has been" className="flex flex-wrap items-stretch gap-y-2">
      {steps.map((step, index) => (
        <li key={index} className="flex max-w-full items-center">
          {index > 0 && <ArrowRight aria-hidden size={15} className="text-faint mx-2 shrink-0" />}
          <Step cluster={cluster} step={step} title={titles[index] ?? step.kind} here={step.id === id} />
        </li>
      ))}
    </ol>
  );
}

interface StepProps {
  cluster: string;
  step: LineageStep;
  title: string;
  here: boolean;
}

function Step({ cluster, step, title, here }: StepProps) {
  return (
    <div
      aria-current={here ? "step" : undefined}
      className={clsx(
        "min-w-0 rounded border px-3 py-1.5 text-sm",
        here ? "border-accent-line bg-accent-bg" : "border-line bg-raised",
      )}
    >
      <p className="text-muted flex items-baseline gap-2 text-xs">
        {title}
        <RelativeTime at={step.at} reason="No header tells when it was there." />
      </p>
      <p className="truncate" title={step.topic}>
        {step.topic}
      </p>
      <p className="tabular flex gap-3 text-xs">
        <StepLinks cluster={cluster} step={step} here={here} />
      </p>
    </div>
  );
}

function StepLinks({ cluster, step: { topic, partition, offset, id }, here }: Omit<StepProps, "title">) {
  if (partition === null || offset === null) return <span className="text-muted">place not told</span>;
  return (
    <>
      <Link href={paths.record(cluster, { topic, partition, offset })} className="link-quiet text-muted">
        {partition} at {formatCount(offset)}
      </Link>
      {id !== null && !here && (
        <Link href={paths.deadLetter(cluster, id)} className="link-quiet text-muted">
          dead letter
        </Link>
      )}
    </>
  );
}
