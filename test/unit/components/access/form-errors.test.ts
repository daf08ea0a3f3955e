import { describe, expect, it } from "vitest";
import { formErrors } from "#components/access/form-errors.ts";
import { ApiError } from "#lib/client/call.ts";

const names = ["email", "name"] as const;
const sorted = (error: ApiError | null) =>
  formErrors({ error, names, title: "Not created.", codes: { user_exists: "email" } });

describe("a refused form", () => {
  it("is quiet without an error", () => {
    expect(sorted(null)).toEqual({ fields: {}, whole: undefined });
  });
  it("puts the server's words at the fields they speak of", () => {
    const error = new ApiError({
      code: "request_invalid",
      detail: "The request is not valid.",
      status: 422,
      invalidParams: [{ name: "name", reason: "too long" }],
    });
    expect(sorted(error)).toEqual({ fields: { name: "too long" }, whole: undefined });
  });
  it("puts a code that speaks of one field there", () => {
    const error = new ApiError({
      code: "user_exists",
      detail: "A user with this email exists.",
      status: 409,
    });
    expect(sorted(error).fields).toEqual({ email: "A user with this email exists." });
  });
  it("tells the whole, with the request id, what no field carries", () => {
    const error = new ApiError({
      code: "request_invalid",
      detail: "The request is not valid.",
      status: 422,
      requestId: "r-1",
      invalidParams: [{ name: "elsewhere", reason: "unknown" }],
    });
    expect(sorted(error)).toEqual({
      fields: {},
      whole: { title: "Not created.", detail: "The request is not valid.", requestId: "r-1" },
    });
  });
});
