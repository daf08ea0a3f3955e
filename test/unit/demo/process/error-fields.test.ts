import { describe, expect, it } from "vitest";
import { errorFields } from "#demo/process/error-fields.ts";

describe("errorFields", () => {
  it("keeps name, code, message and stack, and nothing that hangs on the error", () => {
    const error = Object.assign(new TypeError("It broke"), {
      code: "23505",
      detail: "Failing row contains (ord_1, 1980)",
      client: { password: "secret" },
    });
    const { stack, ...rest } = errorFields(error);
    expect(rest).toEqual({ error: "TypeError", code: "23505", reason: "It broke" });
    expect(stack).toContain("It broke");
    expect(JSON.stringify(errorFields(error))).not.toMatch(/secret|1980/);
  });

  it("takes what is no error", () => {
    expect(errorFields("text")).toEqual({ error: "string", reason: "text" });
  });
});
