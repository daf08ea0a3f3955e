import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { paths } from "#lib/contracts/paths.ts";
import { comes } from "#test/e2e/support/comes.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { api, readDemo } from "#test/e2e/support/demo.ts";
import { withScenario } from "#test/e2e/support/scenario.ts";

const CAUSES = "/api/v1/clusters/demo/dead-letters/causes";
const TOPIC = "order.order.created.dlt";
const WAITS_FOR_SCENARIO_MS = 4 * 60_000;
const COMES_WITHIN_MS = 120_000;

const answer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      group: z.string().nullable(),
      counts: z.object({ open: z.number() }),
      verdict: z.object({ kind: z.string() }),
      typicalId: z.string().nullable(),
    }),
  ),
});

/** The causes that have open dead letters now. */
async function openCauses() {
  const { status, json } = await api(`${CAUSES}?state=open&limit=100`);
  expect(status).toBe(200);
  return answer.parse(json).items;
}

/** A cause of payments with so many open dead letters, as soon as there is one. */
async function causeWith(open: number): Promise<{ id: string; typicalId: string }> {
  return comes(async () => {
    const cause = (await openCauses()).find(
      ({ group, counts }) => group === "payments" && counts.open >= open,
    );
    const typicalId = cause?.typicalId ?? null;
    return cause === undefined || typicalId === null ? undefined : { id: cause.id, typicalId };
  }, COMES_WITHIN_MS);
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

test("poison: causes are told apart from an outage, looked at, discarded and restored", async ({ page }) => {
  test.setTimeout(WAITS_FOR_SCENARIO_MS + 2 * COMES_WITHIN_MS + 60_000);
  await withScenario(
    "poison",
    async () => {
      const cause = await causeWith(3);
      await theList(page);
      await theCause(page, cause.id);
      await theRecord(page, cause.typicalId);
    },
    WAITS_FOR_SCENARIO_MS,
  );
  // Calm again: what is open no longer grows, and a count that is frozen holds.
  const cause = await causeWith(1);
  await discardAndRestore(page, cause.id);
});

async function theList(page: Page): Promise<void> {
  await page.goto(readDemo().url + paths.deadLetters("demo"));
  await expect(heading(page)).toHaveText("Dead letters");
  await expect(page.getByText(/dead letters? (is|are) open, of/)).toBeVisible();
  const list = page.getByRole("grid", { name: /Causes of dead letters/ });
  await expect(list.getByRole("link", { name: "payments", exact: true }).first()).toBeVisible();
  await expect(list.getByText("outage", { exact: true })).toHaveCount(0);
  await expectAccessible(page);

  await page.keyboard.press("/");
  await page.keyboard.type("no such cause");
  await expect(page).toHaveURL(/q=no\+such\+cause|q=no%20such%20cause/);
  await expect(page.getByText("No cause matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear the filter" }).last().click();
  await expect(list.getByRole("row").nth(1)).toBeVisible();

  await list.getByRole("row").nth(1).getByRole("gridcell").or(list.getByRole("cell")).last().click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText("A typical record")).toBeVisible();
  await expect(drawer.getByRole("table", { name: "Headers" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
}

async function theCause(page: Page, id: string): Promise<void> {
  await page.goto(readDemo().url + paths.deadLetterCause("demo", id));
  await expect(page.getByText(/dead letters? open\./)).toBeVisible();
  await expect(page.getByRole("region", { name: "Stack" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Owner").fill("ana");
  await page.getByLabel("Ticket").fill("https://tickets.example/OPS-1");
  await page.getByRole("button", { name: "Keep notes" }).click();
  await expect(page.getByRole("link", { name: "https://tickets.example/OPS-1" })).toBeVisible();
}

async function theRecord(page: Page, id: string): Promise<void> {
  await page.goto(readDemo().url + paths.deadLetter("demo", id));
  await expect(heading(page)).toContainText(TOPIC);
  await expect(page.getByText(/payments gave up on it after \d+ attempts?:/)).toBeVisible();
  const chain = page.getByRole("list", { name: "Where the record has been" });
  await expect(chain.getByRole("listitem").first()).toContainText("source");
  await expect(chain.locator("[aria-current=step]")).toContainText(TOPIC);
  await expect(page.getByRole("region", { name: "Value" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Headers" })).toContainText("dlt-group");
  await page.getByRole("button", { name: "Look for newer records of this key" }).click();
  await expect(page.getByRole("status").getByText(/newer records? of this key/)).toBeVisible();
  await expectAccessible(page);
  const address = page.url();
  await page.getByRole("button", { name: "Older of this cause" }).click();
  await expect(page).not.toHaveURL(address);
  // The way back is known once the older one is read.
  await expect(page.getByRole("button", { name: "Newer of this cause" })).toBeEnabled();
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(address);
}

async function discardAndRestore(page: Page, id: string): Promise<void> {
  await page.goto(`${readDemo().url}${paths.deadLetterCause("demo", id)}?state=open`);
  const rows = page.getByRole("grid", { name: "Dead letters" });
  await rows.getByRole("checkbox").nth(1).click();
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar.getByText("1 dead letter selected")).toBeVisible();
  await bar.getByRole("button", { name: "Discard 1…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/The records stay in Kafka/)).toBeVisible();
  await dialog.getByRole("button", { name: "Discard 1 dead letter" }).click();
  await expect(dialog.getByText("Write why, in 3 characters or more.")).toBeVisible();
  await dialog.getByLabel("Reason").fill("written by the old import");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Discard 1 dead letter" }).click();
  await expect(dialog.getByText("1 dead letter is discarded")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  await page
    .getByRole("group", { name: "Dead letters by state" })
    .getByRole("button", { name: /discarded/ })
    .click();
  await expect(page).toHaveURL(/state=discarded/);
  await rows.getByRole("checkbox").first().click();
  await bar.getByRole("button", { name: /^Restore \d/ }).click();
  await dialog.getByLabel("Reason").fill("looked at again");
  await dialog.getByRole("button", { name: /^Restore \d/ }).click();
  await expect(dialog.getByText(/dead letters? (is|are) open/)).toBeVisible();
}

test("the topics are drawn as chains, with what feeds them", async ({ page }) => {
  await page.goto(readDemo().url + paths.deadLetterTopics("demo"));
  await expect(heading(page)).toHaveText("Topics");
  await expect(page.getByText(/dead-letter topics? (is|are) followed/)).toBeVisible();
  const chain = page
    .getByRole("grid", { name: /Dead-letter topics/ })
    .getByRole("row", { name: new RegExp(TOPIC) });
  await expect(chain.getByRole("link", { name: "order.order.created", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Add a topic…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Follow the topic" }).click();
  await expect(dialog.getByText("Write the topic's name.")).toBeVisible();
  await expectAccessible(page);
});

test("g and d go to the dead letters", async ({ page }) => {
  await page.goto(readDemo().url + paths.overview("demo"));
  await expect(page.getByText(/^live/)).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(heading(page)).toHaveText("Dead letters");
});

test.describe("what is not there", () => {
  test.use({ tolerated: { urls: [/\/dead-letters\//] } });

  test("a cause and a dead letter of an old address say so", async ({ page }) => {
    const old = "00000000-0000-7000-8000-000000000000";
    await page.goto(readDemo().url + paths.deadLetterCause("demo", old));
    await expect(page.getByText("This cause is not there")).toBeVisible();
    await page.goto(readDemo().url + paths.deadLetter("demo", old));
    await expect(page.getByText("This dead letter is not there")).toBeVisible();
  });
});
