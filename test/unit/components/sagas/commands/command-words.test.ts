import { expect, test } from "vitest";
import { commandTitle, outcomeText } from "#components/sagas/commands/command-words.ts";
import type { CommandState } from "#lib/domain/sagas/saga-command.ts";

test.each([
  ["retry", "courier", "Retry courier"],
  ["compensate", "courier", "Compensate from courier"],
  ["resolve", null, "Mark resolved"],
] as const)("%s of %s is called %s", (command, step, title) => {
  expect(commandTitle(command, step)).toBe(title);
});

test.each<[CommandState, RegExp]>([
  ["sent", /^Waiting for fulfilment$/],
  ["done", /^Done by fulfilment$/],
  ["refused", /nothing was done$/],
  ["expired", /nothing was done$/],
  ["failed", /nothing was done$/],
  ["unknown", /^No answer came\. It may have been done/],
])("%s says what it means for what was done", (state, sentence) => {
  const text = outcomeText({ state, answer: "why" }, "fulfilment");
  expect(text.sentence).toMatch(sentence);
  expect(text.detail).toBe("why");
});

test("an unknown outcome never says that nothing was done", () => {
  expect(outcomeText({ state: "unknown", answer: null }, null).sentence).not.toMatch(/nothing was done/i);
});
