import { expect } from "@playwright/test";
import { paths } from "#lib/contracts/paths.ts";
import { test } from "#test/e2e/support/console.ts";
import { api, control, groupSettles, readDemo } from "#test/e2e/support/demo.ts";

/** What an operator may wait until a death shows as what it is. */
const SHOWS_WITHIN_MS = 30_000;
const HEALS_WITHIN_MS = 60_000;

// These tests take parts away: what the browser then fails to load is theirs.
test.use({ tolerated: { urls: [/\/api\//, /\/clusters\//, /Failed to load resource/] } });
test.describe.configure({ mode: "serial", timeout: 150_000 });

test("a killed consumer: its group turns empty, and heals when it is back", async ({ page }) => {
  await page.goto(readDemo().url + paths.group("demo", "inventory"));
  await expect(page.getByText("stable").first()).toBeVisible();
  await control("/parts/inventory/kill");
  await expect(page.getByText("empty").first()).toBeVisible({ timeout: SHOWS_WITHIN_MS });
  await control("/parts/inventory/start");
  await groupSettles("inventory", HEALS_WITHIN_MS);
  await expect(page.getByText("stable").first()).toBeVisible({ timeout: SHOWS_WITHIN_MS });
});

test("a killed worker: samples stopped so long ago, and live again", async ({ page }) => {
  await page.goto(readDemo().url + paths.overview("demo"));
  await control("/parts/worker/kill");
  await expect(page.getByText(/samples stopped \d+ s ago/i).first()).toBeVisible({
    timeout: SHOWS_WITHIN_MS,
  });
  await control("/parts/worker/start");
  await expect(page.getByText(/^live/).first()).toBeVisible({ timeout: HEALS_WITHIN_MS });
});

test("a killed service keeps the console whole", async () => {
  await control("/parts/notifications/kill");
  await expect
    .poll(async () => (await api("/api/v1/clusters/demo/groups/notifications")).json["state"], {
      timeout: SHOWS_WITHIN_MS,
    })
    .toBe("empty");
  await control("/parts/notifications/start");
  await groupSettles("notifications", HEALS_WITHIN_MS);
});

test("a killed broker: unreachable since, the last state stands, and all heals", async ({ page }) => {
  await page.goto(readDemo().url + paths.overview("demo"));
  await control("/parts/kafka/kill");
  await expect(page.getByText(/unreachable since/i).first()).toBeVisible({ timeout: SHOWS_WITHIN_MS });
  const ready = await fetch(`${readDemo().url}/api/health/ready`);
  expect(ready.status).toBe(503);
  await control("/parts/kafka/start");
  await expect(page.getByText(/^live/).first()).toBeVisible({ timeout: HEALS_WITHIN_MS });
  await groupSettles("inventory", HEALS_WITHIN_MS);
});

test("a killed database: 503 with since on every call, one sentence and no data, and all heals", async ({
  page,
}) => {
  await page.goto(readDemo().url + paths.groups("demo"));
  await expect(page.getByText("inventory", { exact: true }).first()).toBeVisible();
  await control("/parts/postgres/kill");
  await expect(page.getByText(/The database does not answer/)).toBeVisible({ timeout: SHOWS_WITHIN_MS });
  for (const path of ["/api/v1/clusters", "/api/v1/clusters/demo/groups", "/api/v1/access/me"]) {
    const { status, json } = await api(path);
    expect(status).toBe(503);
    expect(json).toMatchObject({
      code: "database_unreachable",
      details: { since: expect.any(String) as unknown },
    });
  }
  await page.reload();
  await expect(page.getByText(/The database does not answer/)).toBeVisible();
  await expect(page.getByText("inventory", { exact: true })).toHaveCount(0);
  await control("/parts/postgres/start");
  await expect(page.getByText("inventory", { exact: true }).first()).toBeVisible({
    timeout: HEALS_WITHIN_MS,
  });
  await groupSettles("inventory", HEALS_WITHIN_MS);
});
