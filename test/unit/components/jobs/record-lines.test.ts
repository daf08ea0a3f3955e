import { expect, test } from "vitest";
import { recordLines } from "#components/jobs/record-lines.ts";

test("a record: key, the value over several lines, then headers in their order with repeats and nulls", () => {
  expect(
    recordLines({
      key: null,
      value: '{"a":1}',
      headers: [
        { name: "h", value: "1" },
        { name: "h", value: null },
      ],
    }),
  ).toEqual(["key: null", "{", '  "a": 1', "}", "h: 1", "h: null"]);
  expect(recordLines({ key: "k", value: "not json", headers: [] })).toEqual(["key: k", "not json"]);
  expect(recordLines({ key: "k", value: null, headers: [] })).toEqual(["key: k", "value: null"]);
});
