import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";

import type { ShownDefinition, StepFigures } from "./use-definitions.ts";

/** standingOf adds up the sagas that stand at the steps of a type, and those of them that are stuck. */
export function standingOf({ stepFigures }: Pick<ShownDefinition, "stepFigures">): {
  standing: number;
  stuck: number;
} {
  return {
    standing: stepFigures.reduce((sum, { standing }) => sum + standing, 0),
    stuck: stepFigures.reduce((sum, { stuck }) => sum + stuck, 0),
  };
}

/** worstStep is the step that fails most often; null where none has failed or nobody knows. */
export function worstStep({ stepFigures }: Pick<ShownDefinition, "stepFigures">): StepFigures | null {
  let worst: StepFigures | null = null;
  for (const step of stepFigures) if ((step.failureRate ?? 0) > (worst?.failureRate ?? 0)) worst = step;
  return worst;
}

/** ratePercent writes a share from 0 to 1: `12 %`, `0.4 %`, `<0.1 %`. */
export function ratePercent(rate: number): string {
  const percent = rate * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.1) return "<0.1 %";
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** definitionVerdict says of one type what stands where it should not. */
export function definitionVerdict(definition: Pick<ShownDefinition, "stepFigures" | "advice">): {
  tone: Tone;
  sentence: string;
} {
  const { standing, stuck } = standingOf(definition);
  const worst = worstStep(definition);
  const at = definition.stepFigures.filter((step) => step.stuck > 0).map(({ step }) => step);
  if (stuck > 0) {
    const noun = stuck === 1 ? "saga is" : "sagas are";
    return { tone: "warning", sentence: `${formatCount(stuck)} ${noun} stuck, at ${at.join(", ")}.` };
  }
  const fails =
    worst === null || worst.failureRate === null
      ? ""
      : ` ${worst.step} fails most often: ${ratePercent(worst.failureRate)} of its attempts.`;
  const under = standing === 0 ? "None is under way." : `${formatCount(standing)} under way, none stuck.`;
  return { tone: definition.advice === null ? "ok" : "notice", sentence: `${under}${fails}` };
}

/** definitionsVerdict says of all types what stands where it should not. */
export function definitionsVerdict(
  items: readonly Pick<ShownDefinition, "type" | "stepFigures" | "advice">[],
): { tone: Tone; sentence: string } {
  if (items.length === 0) return { tone: "neutral", sentence: "No type of saga is known yet." };
  const types = `${formatCount(items.length)} ${items.length === 1 ? "type" : "types"} of sagas`;
  const stuck = items.filter((item) => standingOf(item).stuck > 0).map(({ type }) => type);
  if (stuck.length > 0)
    return { tone: "warning", sentence: `${types}; stuck ones are of ${stuck.join(", ")}.` };
  const advised = items.filter(({ advice }) => advice !== null).length;
  if (advised === 0) return { tone: "ok", sentence: `${types}; none of them has a stuck saga.` };
  return { tone: "notice", sentence: `${types}; ${advised === 1 ? "one has" : `${advised} have`} advice.` };
}
