import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { paths } from "#lib/contracts/paths.ts";
import { comes } from "#test/e2e/support/comes.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { api, readDemo } from "#test/e2e/support/demo.ts";
import { withScenario } from "#test/e2e/support/scenario.ts";

const DEAD_LETTERS = "/api/v1/clusters/demo/dead-letters";
const WAITS_FOR_SCENARIO_MS = 4 * 60_000;
const COMES_WITHIN_MS = 120_000;
const PLANNED_WITHIN_MS = 60_000;

const letters = z.object({
  items: z.array(z.object({ id: z.string(), message: z.string().nullable() })),
});

/** What payments says of a record whose value no JSON patch can change. */
const NOT_JSON = "not JSON";

/** An open dead letter of payments whose value is JSON, as soon as there is one. */
async function openDeadLetter(): Promise<string> {
  return comes(async () => {
    const { status, json } = await api(`${DEAD_LETTERS}?state=open&group=payments&limit=100`);
    expect(status).toBe(200);
    return letters.parse(json).items.find(({ message }) => message?.includes(NOT_JSON) === false)?.id;
  }, COMES_WITHIN_MS);
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const go = (page: Page, path: string) => page.goto(readDemo().url + path);

test("a plan is made in three steps, sends nothing, and can be cancelled", async ({ page }) => {
  test.setTimeout(WAITS_FOR_SCENARIO_MS + 2 * COMES_WITHIN_MS);
  let id = "";
  await withScenario(
    "poison",
    async () => {
      id = await openDeadLetter();
    },
    WAITS_FOR_SCENARIO_MS,
  );
  await go(page, paths.deadLetter("demo", id));
  await page.getByRole("link", { name: "Redrive…" }).click();
  await theFirstStep(page, id);
  await theSecondStep(page);
  const number = await thePlan(page);
  await cancelled(page, number);
});

async function theFirstStep(page: Page, id: string): Promise<void> {
  await expect(heading(page)).toHaveText("Redrive 1 dead letter");
  await expect(page).toHaveURL(new RegExp(id));
  await page.getByRole("combobox", { name: "Value" }).click();
  await page.getByRole("option", { name: /JSON patch/ }).click();
  await page.getByLabel("Operations").fill('[{"op": "replace"');
  await page.getByRole("button", { name: "Next: where and how" }).click();
  await expect(page.getByText(/It is not JSON: .*line 1/)).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Operations").fill('[{"op": "add", "path": "/mended", "value": true}]');
  await page.getByRole("button", { name: "Next: where and how" }).click();
}

async function theSecondStep(page: Page): Promise<void> {
  await expect(page).toHaveURL(/step=where/);
  await expect(page.getByRole("radio", { name: /payments only/ })).toBeChecked();
  await page.getByLabel("Records a second, at most").fill("fast");
  await page.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByText("Give a number from 1 to 1,000,000, or leave it empty.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Records a second, at most").fill("20");
  // What is written outlives a reload.
  await page.reload();
  await expect(page.getByLabel("Records a second, at most")).toHaveValue("20");
  await page.getByRole("button", { name: "Make the plan" }).click();
}

async function thePlan(page: Page): Promise<string> {
  await expect(page).toHaveURL(/step=check/);
  await expect(page.getByText("Who will see them again")).toBeVisible({ timeout: PLANNED_WITHIN_MS });
  const diff = page.getByRole("group", { name: "Record before and after" });
  await expect(diff).toContainText('"mended": true');
  await expect(page.getByText("payments-redrive").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Send / }).click();
  await expect(page.getByText("Write why, in 3 characters or more.")).toBeVisible();
  const number = new URL(page.url()).searchParams.get("job");
  if (number === null) throw new Error("the address names no job");
  return number;
}

async function cancelled(page: Page, number: string): Promise<void> {
  await go(page, paths.job("demo", Number(number)));
  await expect(page.getByText(/The plan is ready: /)).toBeVisible();
  await page.getByRole("button", { name: "Cancel…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Nothing was sent, and nothing will be.")).toBeVisible();
  await dialog.getByRole("button", { name: `Cancel job ${number}` }).click();
  await expect(dialog.getByText("Write why, in 3 characters or more.")).toBeVisible();
  await dialog.getByLabel("Reason").fill("only looked at");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: `Cancel job ${number}` }).click();
  await expect(page.getByText(/^Cancelled by [^:]+: only looked at/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Cancel…" })).toHaveCount(0);
  await page.getByRole("tab", { name: /Trail/ }).click();
  await expect(page.getByText(/only looked at/).last()).toBeVisible();

  await go(page, `${paths.jobs("demo")}?state=cancelled`);
  const list = page.getByRole("grid", { name: /^Jobs of/ });
  await expect(list.getByRole("link", { name: new RegExp(`#${number} `) })).toBeVisible();
  await expectAccessible(page);
}

test("g and j go to the jobs; a filter without a match says so", async ({ page }) => {
  await go(page, paths.overview("demo"));
  await expect(page.getByText(/^live/)).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await expect(heading(page)).toHaveText("Jobs");
  await go(page, `${paths.jobs("demo")}?state=failed&kind=replay`);
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await expect(page).not.toHaveURL(/state=/);
});

test("a copy of a topic begins at Records, with the range of the search", async ({ page }) => {
  await go(page, paths.recordSearch("demo", { topic: "order.order.created", from: "offset:3" }));
  await page.getByRole("link", { name: "Republish…" }).click();
  await expect(heading(page)).toHaveText("Copy records");
  await expect(page.getByRole("button", { name: "Leave out order.order.created" })).toBeVisible();
  await expect(page.getByLabel("Offset")).toHaveValue("3");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Next: where and how" }).click();
  await page.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByText("Choose the topic.")).toBeVisible();
});

test("a selection that another tab kept says so", async ({ page }) => {
  await go(page, paths.newJob("demo", { of: "dead-letters", kept: "another-tab" }));
  await expect(page.getByText("The selection is no longer known to this tab.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Next: where and how" })).toBeDisabled();
});

test.describe("what is not there", () => {
  test.use({ tolerated: { urls: [/\/jobs\//] } });

  test("a job of a wrong address says so", async ({ page }) => {
    await go(page, paths.job("demo", 999_999));
    await expect(page.getByText("This job is not there")).toBeVisible();
  });
});
