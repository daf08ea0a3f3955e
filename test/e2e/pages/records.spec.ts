import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { paths } from "#lib/contracts/paths.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { readDemo } from "#test/e2e/support/demo.ts";

/** The shop writes to it all the time. */
const TOPIC = "order.order.created";

const table = (page: Page) => page.getByRole("grid", { name: /^Records of/ });
const rows = (page: Page) => table(page).locator("tr[data-key]");
const drawer = (page: Page) => page.getByRole("dialog").filter({ hasText: /partition \d/ });

test("a topic's newest records come in, are walked by keys, and one is shared by its address", async ({
  page,
}) => {
  await page.goto(readDemo().url + paths.overview("demo"));
  await expect(page.getByText(/^live/)).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Records");
  await expect(page.getByText("No topic is chosen")).toBeVisible();
  await page.getByRole("button", { name: /choose one/ }).click();
  await page.getByPlaceholder("Part of a topic's name").fill("order.created");
  await page.getByRole("option", { name: TOPIC, exact: true }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/topic=order\.order\.created/);
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByText(/records are shown/)).toBeVisible();
  await expectAccessible(page);

  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(drawer(page)).toBeVisible();
  await expect(drawer(page).getByRole("region", { name: "Value" })).toBeVisible();
  await expectAccessible(page);
  const first = page.url();
  await page.keyboard.press("j");
  await expect(page).not.toHaveURL(first);
  await page.reload();
  await expect(drawer(page).getByRole("region", { name: "Headers" })).toBeVisible();

  await drawer(page).getByRole("link", { name: "Open as a page" }).click();
  await expect(page).toHaveURL(/\/records\/order\.order\.created\/\d+\/\d+$/);
  await expect(page.getByRole("region", { name: "Value" })).toBeVisible();
  await expectAccessible(page);
  const at = page.url();
  await page.keyboard.press("ArrowLeft");
  await expect(page).not.toHaveURL(at);
  await expect(page.getByRole("link", { name: "Record after" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(at);
});

test("the envelope's ids lead to the records of the same business event", async ({ page }) => {
  await page.goto(`${readDemo().url}${paths.records("demo", TOPIC)}`);
  await rows(page).first().click();
  const event = drawer(page).getByRole("region", { name: "Event" });
  await event.locator("a").first().click();
  await expect(page).toHaveURL(/where=/);
  await expect(page.getByText(/found in [\d,]+/)).toBeVisible();
  await expect(rows(page)).not.toHaveCount(0);
  await rows(page).first().click();
  await drawer(page).getByRole("button", { name: "Test the filter on this record" }).click();
  await expect(drawer(page).getByText("matches", { exact: true })).toBeVisible();
});

test.describe("conditions", () => {
  test.use({ tolerated: { urls: [/\/records\/search$/] } });

  test("text and rows narrow the search, and one that cannot be read says so where it stands", async ({
    page,
  }) => {
    await page.goto(`${readDemo().url}${paths.records("demo", TOPIC)}&from=oldest`);
    await expect(rows(page).first()).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("no such text anywhere");
    await page.keyboard.press("Enter");
    await expect(page.getByText("No record was found")).toBeVisible();
    await page.getByRole("button", { name: "Take the conditions away" }).click();
    await expect(rows(page).first()).toBeVisible();

    await page.getByRole("button", { name: "Condition" }).click();
    await page.getByRole("menuitem", { name: /^Pattern/ }).click();
    await page.getByLabel("Pattern, RE2 syntax").fill("(");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(page.getByText("A condition cannot be understood.")).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Pattern, RE2 syntax").fill("order");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(rows(page).first()).toBeVisible();
  });
});

test("columns come from JSON paths, and what was found is a file that runs no formula", async ({ page }) => {
  await page.goto(`${readDemo().url}${paths.records("demo", TOPIC)}`);
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  const offered = page.getByRole("dialog", { name: "Columns from JSON paths" }).locator("button.font-mono");
  const path = (await offered.first().textContent()) ?? "";
  await offered.first().click();
  await page.keyboard.press("Escape");
  await expect(table(page).getByRole("columnheader", { name: path })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.getByRole("menuitem", { name: /^NDJSON/ }).click();
  const file = await (await download).path();
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  expect(Object.keys(JSON.parse(lines[0]!) as object)).toContain(path);
  expect(lines.length).toBeGreaterThan(10);
});

test("a record is produced with a reason, and a live search shows it as it comes", async ({ page }) => {
  const key = `e2e-${Date.now()}`;
  await page.goto(`${readDemo().url}${paths.records("demo", TOPIC)}&from=live`);
  await expect(page.getByText(/came so far|Waiting for records/)).toBeVisible();
  await page.getByRole("button", { name: "Produce…", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Produce a record" });
  await expect(dialog.getByText("There is no undo")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Topic" }).fill("e2e.records.produced");
  await dialog.getByRole("button", { name: /^Produce 1 record/ }).click();
  await expect(dialog.getByText(/Say why/)).toBeVisible();
  await expectAccessible(page);
  // The shop's own topics are its customers': a record of the test goes where nobody acts on it.
  await dialog.getByRole("textbox", { name: "Topic" }).fill("order.order.created.dlt");
  await dialog.getByRole("combobox", { name: "Key as" }).click();
  await page.getByRole("option", { name: "text" }).click();
  await dialog.getByRole("textbox", { name: "Key" }).fill(key);
  await dialog.getByRole("textbox", { name: "Value" }).fill('{"made":"by a browser test"}');
  await dialog.getByLabel("Reason").fill("a browser test");
  await dialog.getByRole("button", { name: "Produce 1 record to order.order.created.dlt" }).click();
  await page.getByRole("link", { name: "See the record" }).click();
  await expect(page.getByRole("region", { name: "Key" })).toContainText(key);
});

test("a live search shows what comes, pauses and ends", async ({ page }) => {
  await page.goto(`${readDemo().url}${paths.records("demo", TOPIC)}&from=live`);
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: /^Show [1-9]\d* newer/ })).toBeVisible();
  await page.getByRole("button", { name: /^Show/ }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText(/^Stopped/)).toBeVisible();
});
