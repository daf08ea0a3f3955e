import type { StoredInstance } from "#lib/adapters/db/choreographies.ts";
import type { Percentiles, TypeFigures } from "#lib/adapters/tables/sagas/saga-source.ts";
import { foldChoreography } from "#lib/domain/sagas/fold-choreography.ts";
import type { KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";
import type { SagaStep } from "#lib/domain/sagas/saga.ts";

/** What the live figures of a choreography are told from. */
export interface FiguresOf {
  readonly known: KnownMap;
  /** The newest that ended. */
  readonly ended: readonly StoredInstance[];
  /** Open instances by the step they stand at. */
  readonly standing: readonly { readonly step: string; readonly standing: number; readonly due: number }[];
}

/** figuresOf are the live figures of one choreography. Durations that a clock turned round are left out. */
export function figuresOf({ known, ended, standing }: FiguresOf): TypeFigures {
  const folded = ended.map(({ events }) => foldChoreography(known, events, { now: 0, watermarkAt: null }));
  const durations = folded.map(({ startedAt, endedAt }) => between(startedAt, endedAt));
  return {
    duration: percentilesOf(durations),
    steps: known.steps.map(({ name }) => {
      const steps = folded.flatMap((each) => each.steps.filter((step) => step.name === name));
      const here = standing.find(({ step }) => step === name);
      return {
        ...{ step: name, standing: here?.standing ?? 0, stuck: here?.due ?? 0 },
        failureRate: failureRateOf(steps),
        duration: percentilesOf(
          steps
            .filter(({ state }) => state === "done")
            .map(({ sentAt, endedAt }) => between(sentAt, endedAt)),
        ),
      };
    }),
  };
}

const between = (fromAt: number | null, toAt: number | null): number | null =>
  fromAt === null || toAt === null || toAt < fromAt ? null : toAt - fromAt;

function failureRateOf(steps: readonly SagaStep[]): number | null {
  const tried = steps.filter(({ state }) => state !== "to-come" && state !== "sent");
  const failed = tried.filter(({ state }) => state === "failed");
  return tried.length === 0 ? null : failed.length / tried.length;
}

function percentilesOf(values: readonly (number | null)[]): Percentiles | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return sorted.length === 0 ? null : { n: sorted.length, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) };
}
