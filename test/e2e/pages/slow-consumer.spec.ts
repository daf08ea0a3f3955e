import { expect } from "@playwright/test";
import { paths } from "#lib/contracts/paths.ts";
import { test } from "#test/e2e/support/console.ts";
import { groupLag, readDemo } from "#test/e2e/support/demo.ts";
import { withScenario } from "#test/e2e/support/scenario.ts";

const RISES_WITHIN_MS = 60_000;
const DRAINS_WITHIN_MS = 90_000;
const VISIBLE_LAG = 60;
const WAITS_FOR_SCENARIO_MS = 4 * 60_000;

test("slow-consumer raises inventory's lag on the open page, and calm drains it", async ({ page }) => {
  test.setTimeout(WAITS_FOR_SCENARIO_MS + RISES_WITHIN_MS + DRAINS_WITHIN_MS + 20_000);
  await page.goto(readDemo().url + paths.group("demo", "inventory"));
  const lag = async () => (await groupLag("inventory")) ?? 0;
  await withScenario(
    "slow-consumer",
    async () => {
      await expect.poll(lag, { timeout: RISES_WITHIN_MS }).toBeGreaterThan(VISIBLE_LAG);
      // The open page follows by its live hints, without a reload.
      const told = page.getByText(/loses ground|falls behind|records behind/i).filter({ visible: true });
      await expect(told.first()).toBeVisible();
    },
    WAITS_FOR_SCENARIO_MS,
  );
  await expect.poll(lag, { timeout: DRAINS_WITHIN_MS }).toBeLessThan(VISIBLE_LAG / 2);
});
