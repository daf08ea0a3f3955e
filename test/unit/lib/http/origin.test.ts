import { describe, expect, test } from "vitest";
import { refuseForeignOrigin } from "#lib/http/origin.ts";

const OURS = "https://sluice.example";

describe("a write with a cookie", () => {
  test.each([
    ["our Origin, same-origin", { origin: OURS, "sec-fetch-site": "same-origin" }],
    ["our Origin of a browser without Sec-Fetch-Site", { origin: OURS }],
    [
      "the host that was asked, behind no configured address",
      { origin: "https://other.example", host: "other.example" },
    ],
    ["no Origin but same-origin", { "sec-fetch-site": "same-origin" }],
  ])("passes with %s", (_, headers) => {
    expect(() => refuseForeignOrigin(new Headers(headers), OURS)).not.toThrow();
  });

  test.each([
    ["neither header", {}],
    ["another Origin", { origin: "https://evil.example", host: "sluice.example" }],
    ["our name under http", { origin: "http://sluice.example", host: "console.internal" }],
    ["our name as a prefix", { origin: "https://sluice.example.evil.example", host: "sluice.example" }],
    ["an opaque Origin", { origin: "null", host: "null" }],
    ["same-site", { origin: OURS, "sec-fetch-site": "same-site" }],
    ["cross-site", { origin: OURS, "sec-fetch-site": "cross-site" }],
    ["a typed address", { origin: OURS, "sec-fetch-site": "none" }],
  ])("is refused with %s", (_, headers) => {
    expect(() => refuseForeignOrigin(new Headers(headers), OURS)).toThrow("another site");
  });
});
