import { expect, test } from "vitest";
import { editedInput, faultOfInput, inputText } from "#components/sagas/commands/input-text.ts";

test.each([
  ["an object", '{"a":1}', null],
  ["nothing", "  ", /Write JSON/],
  ["half an object", '{"a":', /no JSON/],
  ["null, which would keep the input", "null", /null is no input/],
])("%s is judged", (_, text, fault) => {
  if (fault === null) expect(faultOfInput(text)).toBeNull();
  else expect(faultOfInput(text)).toMatch(fault);
});

test("what was not changed is not sent, however it is laid out", () => {
  const before = { carrier: "north", parcels: [1, 2] };
  expect(editedInput(inputText(before), before)).toBeUndefined();
  expect(editedInput('{"carrier":"north","parcels":[1,2]}', before)).toBeUndefined();
  expect(editedInput('{"carrier":"south","parcels":[1,2]}', before)).toEqual({
    carrier: "south",
    parcels: [1, 2],
  });
  expect(editedInput("{", before)).toBeUndefined();
});
