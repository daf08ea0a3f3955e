import { describe, expect, test } from "vitest";
import { hashPassword, verifyPassword, wastePassword } from "#lib/services/access/password.ts";

const PASSWORD = "correct horse battery";

describe("a stored password", () => {
  test("says its own cost and salt, and never the password", async () => {
    const [a, b] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(a).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(a).not.toBe(b);
  });

  test.each([
    ["the same password", PASSWORD, true],
    ["another case", "Correct horse battery", false],
    ["a part", "correct horse", false],
    ["nothing", "", false],
  ])("is matched by %s: %s, %s", async (_, given, matches) => {
    expect(await verifyPassword(given, await hashPassword(PASSWORD))).toBe(matches);
  });

  test("is matched in another Unicode form", async () => {
    expect(
      await verifyPassword("e\u0301clair-e\u0301clair", await hashPassword("\u00e9clair-\u00e9clair")),
    ).toBe(true);
  });

  test("of an older, cheaper cost still matches", async () => {
    // scryptSync("old password", "0123456789abcdef", 32, {N: 1024, r: 8, p: 1})
    const stored = "scrypt$1024$8$1$MDEyMzQ1Njc4OWFiY2RlZg$PPGGAop7if6u9JGyYr3k8GUQxa9xE_YGjIO5gIcXQsU";
    expect(await verifyPassword("old password", stored)).toBe(true);
  });

  test.each(["", "plain", "scrypt$x$8$1$aa$bb", "bcrypt$1024$8$1$MDEyMzQ1Njc4OWFiY2RlZg$x"])(
    "of an unknown form (%j) is an error, not a no",
    async (stored) => {
      await expect(verifyPassword(PASSWORD, stored)).rejects.toThrow("unknown form");
    },
  );
});

test("an unknown account costs as much work as a wrong password", async () => {
  const stored = await hashPassword(PASSWORD);
  // Processor time, which a busy machine does not stretch as it does the clock.
  const cost = async (work: () => Promise<boolean>) => {
    const times = [];
    for (let i = 0; i < 4; i++) {
      const before = process.cpuUsage();
      expect(await work()).toBe(false);
      times.push(process.cpuUsage(before).user);
    }
    return Math.min(...times);
  };
  await wastePassword("warm up");
  const ratio = (await cost(() => wastePassword("x"))) / (await cost(() => verifyPassword("x", stored)));
  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.7);
}, 60_000);
