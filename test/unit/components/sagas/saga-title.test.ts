import { expect, test } from "vitest";
import { sagaTitle } from "#components/sagas/saga-title.ts";
import { sagaIdOf } from "#lib/domain/sagas/saga.ts";

test.each([
  [sagaIdOf("shop", "order", "a/b c%d~1"), "order a/b c%d~1"],
  ["shop~order", null],
  ["~order~1", null],
  ["shop~order~%", null],
  [null, null],
])("the title of %s is %s", (id, title) => {
  expect(sagaTitle(id)).toBe(title);
});
