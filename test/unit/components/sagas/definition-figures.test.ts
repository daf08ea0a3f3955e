import { describe, expect, test } from "vitest";
import {
  definitionsVerdict,
  definitionVerdict,
  ratePercent,
  standingOf,
  worstStep,
} from "#components/sagas/definition-figures.ts";

const figures = (step: string, standing = 0, stuck = 0, failureRate: number | null = null) => ({
  ...{ step, standing, stuck, failureRate, duration: null },
});
const of = (...stepFigures: ReturnType<typeof figures>[]) => ({
  type: "fulfilment",
  advice: null,
  stepFigures,
});

test("what stands adds up over the steps", () => {
  expect(standingOf(of(figures("a", 3, 1), figures("b", 4)))).toEqual({ standing: 7, stuck: 1 });
});

test("the worst step has the greatest share; none where nothing failed or nobody knows", () => {
  expect(worstStep(of(figures("a", 0, 0, 0.1), figures("b", 0, 0, 0.4)))?.step).toBe("b");
  expect(worstStep(of(figures("a", 0, 0, 0), figures("b")))).toBeNull();
});

test.each([
  [0, "0 %"],
  [0.0004, "<0.1 %"],
  [0.004, "0.4 %"],
  [0.1249, "12 %"],
  [1, "100 %"],
])("a share of %d is %s", (rate, words) => {
  expect(ratePercent(rate)).toBe(words);
});

describe("verdicts", () => {
  test.each([
    [of(figures("a", 3, 1), figures("b", 4, 1)), "2 sagas are stuck, at a, b."],
    [of(figures("a", 3, 0, 0.25)), "3 under way, none stuck. a fails most often: 25 % of its attempts."],
    [of(), "None is under way."],
  ])("of one type %#", (definition, sentence) => {
    expect(definitionVerdict(definition).sentence).toBe(sentence);
  });
  test("of all types", () => {
    expect(definitionsVerdict([]).sentence).toBe("No type of saga is known yet.");
    expect(definitionsVerdict([of(figures("a", 1, 1))]).sentence).toBe(
      "1 type of sagas; stuck ones are of fulfilment.",
    );
    expect(definitionsVerdict([of(), { ...of(), advice: "Orchestrate it." }])).toEqual({
      tone: "notice",
      sentence: "2 types of sagas; one has advice.",
    });
  });
});
