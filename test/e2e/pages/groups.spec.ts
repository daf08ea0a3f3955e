import { expect } from "@playwright/test";
import { Kafka, logLevel } from "kafkajs";
import { paths } from "#lib/contracts/paths.ts";
import { test } from "#test/e2e/support/console.ts";
import { api, readDemo } from "#test/e2e/support/demo.ts";
import { until } from "#test/support/until.ts";

const ODD_GROUP = "a/b c%d";
const HOT_TOPIC = "order.order.created";

/** Commits once as a group whose name no URL likes. */
async function commitAsOddGroup(): Promise<void> {
  const kafka = new Kafka({
    clientId: "e2e",
    brokers: readDemo().kafkaBrokers.split(","),
    logLevel: logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: ODD_GROUP });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic: HOT_TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: () => {
            resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    await consumer.commitOffsets([{ topic: HOT_TOPIC, partition: 0, offset: "1" }]);
  } finally {
    await consumer.disconnect();
  }
}

test.describe("the groups", () => {
  test("a search, a tile and a sort live in the URL and can be shared", async ({ page }) => {
    await page.goto(readDemo().url + paths.groups("demo"));
    await expect(page.getByText(/^live/)).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("invent");
    await expect(page).toHaveURL(/q=invent/);
    const table = page.getByRole("grid", { name: /Consumer groups/ });
    await expect(table.getByText("inventory", { exact: true }).first()).toBeVisible();
    await expect(table.getByText("notifications", { exact: true })).toHaveCount(0);
    await page.reload();
    await expect(table.getByText("inventory", { exact: true }).first()).toBeVisible();
    await page.getByRole("group", { name: "Groups by state" }).getByRole("button", { name: /empty/ }).click();
    await expect(page).toHaveURL(/empty/);
  });

  test("g and a letter go to a page, j and Enter open a group", async ({ page }) => {
    await page.goto(readDemo().url + paths.overview("demo"));
    // What is live was drawn in the browser: the page listens to keys by now.
    await expect(page.getByText(/^live/)).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("g");
    await expect(page).toHaveURL(/\/groups$/);
    await expect(page.getByRole("row").nth(2)).toBeVisible();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/groups\/[^/]+$/);
  });

  test("a group named a/b c%d has a row, a page and a history", async ({ page }) => {
    await commitAsOddGroup();
    const path = paths.group("demo", ODD_GROUP);
    await until(async () => (await api(`/api/v1${path}`)).status === 200, {
      limitMs: 40_000,
      everyMs: 500,
      what: "the odd group in a sweep",
    });
    await page.goto(`${readDemo().url}${paths.groups("demo")}?q=${encodeURIComponent("b c%")}`);
    await page
      .getByRole("grid", { name: /Consumer groups/ })
      .getByText(ODD_GROUP)
      .first()
      .click();
    await page.goto(readDemo().url + path);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(ODD_GROUP);
    const history = await api(`/api/v1${path}/history`);
    expect(history.status).toBe(200);
  });
});

test.describe("an unknown group", () => {
  test.use({ tolerated: { urls: [/no-such-group/] } });
  test("says so and leads back to the list", async ({ page }) => {
    await page.goto(readDemo().url + paths.group("demo", "no-such-group"));
    await expect(page.getByText(/no-such-group/).first()).toBeVisible();
    await page.getByRole("link", { name: "Groups" }).first().click();
    await expect(page).toHaveURL(/\/groups$/);
  });
});
