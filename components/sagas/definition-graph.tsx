import { clsx } from "clsx";
import { ArrowRight, RotateCcw } from "lucide-react";

import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { paths } from "#lib/contracts/paths.ts";

import { ratePercent } from "./definition-figures.ts";
import type { DrawnStep } from "./drawn-steps.ts";

interface DefinitionGraphProps {
  source: string;
  type: string;
  steps: readonly DrawnStep[];
}

/** A share of failed attempts from here on is drawn as a warning. */
const MUCH = 0.05;

/** The steps from left to right with what stands at each and how often it fails; compensations below, the way back. */
export function DefinitionGraph({ source, type, steps }: DefinitionGraphProps) {
  const pivot = steps.findIndex((step) => step.pivot);
  return (
    <div
      role="group"
      aria-label={`Steps of ${type}, left to right`}
      // A scrolling region is reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
      tabIndex={0}
      className="overflow-x-auto pb-2 focus-visible:outline-offset-[-2px]"
    >
      <ol className="flex min-w-max items-stretch">
        {steps.map((step, index) => (
          <li key={step.name} className="flex items-stretch">
            {index > 0 && (
              <Arrow back={steps[index - 1]?.compensationTopic !== null && !(pivot >= 0 && index > pivot)} />
            )}
            <div className="flex w-52 flex-col gap-2">
              <Node source={source} type={type} step={step} />
              <Compensation step={step} past={pivot >= 0 && index > pivot} />
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Between two steps; a way back where the left one can be undone, which is not past the pivot. */
function Arrow({ back }: { back: boolean }) {
  return (
    <span aria-hidden className="flex w-8 shrink-0 flex-col items-center">
      <span className="text-muted flex h-32 items-center">
        <ArrowRight size={16} />
      </span>
      {back && <RotateCcw size={12} className="text-faint mt-6" />}
    </span>
  );
}

function Node({ source, type, step }: { source: string; type: string; step: DrawnStep }) {
  const { figures } = step;
  const stuck = figures?.stuck ?? 0;
  const duration = figures?.duration ?? null;
  return (
    <div
      className={clsx(
        "bg-raised flex h-32 flex-col gap-0.5 rounded border px-3 py-2 text-xs",
        stuck > 0 ? "border-warning-line" : "border-line-strong",
        step.pivot && "border-r-4",
      )}
    >
      <p className="truncate text-sm font-semibold" title={step.name}>
        {step.name}
      </p>
      <p className="text-muted truncate" title={step.service ?? undefined}>
        {step.service ?? "participant not told"}
        {step.pivot && " · pivot"}
      </p>
      <p className="tabular mt-auto">
        {figures === null ? (
          <span className="text-muted">no figures</span>
        ) : (
          <Link href={paths.sagas({ source, type, step: step.name, state: "open" })} className="link-quiet">
            {formatCount(figures.standing)} here
          </Link>
        )}
        {stuck > 0 && (
          <>
            {" · "}
            <Link
              href={paths.sagas({ source, type, step: step.name, state: "stuck" })}
              className="text-warning font-medium underline underline-offset-3"
            >
              {formatCount(stuck)} stuck
            </Link>
          </>
        )}
      </p>
      <p
        className={clsx(
          "tabular",
          figures !== null && (figures.failureRate ?? 0) >= MUCH ? "text-warning font-medium" : "text-muted",
        )}
        title="Share of attempts that failed, of the newest 1,000 sagas."
      >
        {figures === null || figures.failureRate === null
          ? "failures not known"
          : `${ratePercent(figures.failureRate)} of attempts fail`}
      </p>
      <p className="text-muted tabular truncate" title="p50, p90 and p99 of the newest 1,000 sagas.">
        {duration === null
          ? "times not known"
          : [duration.p50Ms, duration.p90Ms, duration.p99Ms].map(formatDuration).join(" · ")}
      </p>
    </div>
  );
}

/** What undoes a step, below it; past the pivot nothing is undone. */
function Compensation({ step, past }: { step: DrawnStep; past: boolean }) {
  if (step.compensationTopic === null || past) {
    return (
      <p className="text-muted px-3 py-2 text-xs">
        {past ? "past the pivot: not undone" : step.pivot ? "the point of no return" : "nothing to undo"}
      </p>
    );
  }
  return (
    <div className="border-warning-line bg-warning-bg text-warning flex items-center gap-1.5 rounded border border-dashed px-3 py-2 text-xs">
      <RotateCcw aria-hidden size={12} className="shrink-0" />
      <span className="line-clamp-2 break-all" title={`Undone by ${step.compensationTopic}`}>
        <span className="sr-only">Undone by </span>
        {step.compensationTopic}
      </span>
    </div>
  );
}
