import { expect } from "@playwright/test";
import { paths } from "#lib/contracts/paths.ts";
import { test } from "#test/e2e/support/console.ts";
import { control, groupLag, readDemo } from "#test/e2e/support/demo.ts";

const RISES_WITHIN_MS = 60_000;
const DRAINS_WITHIN_MS = 90_000;
const VISIBLE_LAG = 60;

test("slow-consumer raises inventory's lag on the open page, and calm drains it", async ({ page }) => {
  test.setTimeout(RISES_WITHIN_MS + DRAINS_WITHIN_MS + 20_000);
  await page.goto(readDemo().url + paths.group("demo", "inventory"));
  await control("/scenario", { name: "slow-consumer" });
  const lag = async () => (await groupLag("inventory")) ?? 0;
  try {
    await expect.poll(lag, { timeout: RISES_WITHIN_MS }).toBeGreaterThan(VISIBLE_LAG);
    // The open page follows by its live hints, without a reload.
    const told = page.getByText(/loses ground|falls behind|records behind/i).filter({ visible: true });
    await expect(told.first()).toBeVisible();
  } finally {
    await control("/scenario", { name: "calm" });
  }
  await expect.poll(lag, { timeout: DRAINS_WITHIN_MS }).toBeLessThan(VISIBLE_LAG / 2);
});
