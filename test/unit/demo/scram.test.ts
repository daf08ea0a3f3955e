import { describe, expect, it } from "vitest";
import { scramVerifier } from "#demo/scram.ts";

describe("scramVerifier", () => {
  it("makes the keys of RFC 7677's example", () => {
    expect(scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"))).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("never holds the password, and differs each time", () => {
    expect(scramVerifier("pencil")).not.toContain("pencil");
    expect(scramVerifier("pencil")).not.toBe(scramVerifier("pencil"));
  });
});
