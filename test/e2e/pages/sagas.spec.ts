import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { paths } from "#lib/contracts/paths.ts";
import { comes } from "#test/e2e/support/comes.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { api, readDemo } from "#test/e2e/support/demo.ts";
import { withScenario } from "#test/e2e/support/scenario.ts";

const WAITS_FOR_SCENARIO_MS = 4 * 60_000;
/** The promise of the list: a stuck saga is told within this. */
const TOLD_WITHIN_MS = 30_000;
/** The shop's first sagas. */
const COMES_WITHIN_MS = 60_000;

const rows = z.object({ items: z.array(z.object({ id: z.string(), sagaId: z.string(), type: z.string() })) });

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const go = (page: Page, path: string) => page.goto(readDemo().url + path);

/** A saga of a filter, as soon as there is one. */
async function aSaga(
  filter: string,
  timeout = COMES_WITHIN_MS,
): Promise<z.output<typeof rows>["items"][number]> {
  return comes(async () => {
    const { status, json } = await api(`/api/v1/sagas?${filter}&limit=1`);
    expect(status).toBe(200);
    return rows.parse(json).items[0];
  }, timeout);
}

test("g and a go to the sagas; tiles and choices stand in the address", async ({ page }) => {
  await aSaga("type=fulfilment");
  await go(page, paths.overview("demo"));
  await expect(page.getByText(/^live/)).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(heading(page)).toHaveText("Sagas");
  await page.getByRole("button", { name: /^completed/ }).click();
  await expect(page).toHaveURL(/state=completed/);
  await page.getByRole("combobox", { name: "Type" }).click();
  await page.getByRole("option", { name: "fulfilment" }).click();
  await expect(page).toHaveURL(/type=fulfilment/);
  await expect(page.getByRole("grid", { name: "Sagas" })).toBeVisible();
  await expectAccessible(page);
});

test("a saga's page is fetched ahead when its link is pointed at, not when it is seen", async ({ page }) => {
  const ahead: string[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (searchParams.has("_rsc")) ahead.push(pathname);
  });
  await aSaga("type=fulfilment&state=completed");
  await go(page, paths.sagas({ type: "fulfilment", state: "completed" }));
  const link = page.getByRole("grid", { name: "Sagas" }).getByRole("link").first();
  await expect(link).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  expect(ahead).toEqual([]);
  await link.hover();
  await expect.poll(() => ahead).toContainEqual(expect.stringMatching(/^\/sagas\/[^/]+~fulfilment~/));
});

test("a filter without a match says so and can be cleared", async ({ page }) => {
  await go(page, paths.sagas({ type: "fulfilment", correlation: "nobody-has-this" }));
  await expect(page.getByText("No saga matches")).toBeVisible();
  await page.getByText("Clear the filter", { exact: true }).click();
  await expect(page).not.toHaveURL(/correlation=/);
  await expect(page.getByText("No saga matches")).toBeHidden();
});

test("j and Enter open a saga: timeline, tables, data and JSON say the same", async ({ page }) => {
  const saga = await aSaga("type=fulfilment&state=completed");
  await go(page, paths.sagas({ type: saga.type, state: "completed" }));
  await expect(page.getByRole("grid", { name: "Sagas" }).getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sagas\/[^?]+~fulfilment~/);

  await go(page, paths.saga(saga.id));
  await expect(heading(page)).toContainText(saga.sagaId);
  await expect(page.getByText(/^Every step is done/)).toBeVisible();
  await theTimeline(page);
  await page.getByRole("tab", { name: /^Table/ }).click();
  await expect(
    page.getByRole("grid", { name: "Journal" }).or(page.getByRole("table", { name: "Journal" })),
  ).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Data" }).click();
  await expect(page.getByRole("group", { name: "Data before and after" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "JSON" }).click();
  await expect(page.getByRole("group", { name: "saga, JSON" })).toContainText(saga.sagaId);
  await expectAccessible(page);
});

/** The timeline by keyboard: a bar of a step, its messages below, and a message's way to its record. */
async function theTimeline(page: Page): Promise<void> {
  const timeline = page.getByRole("group", { name: "Timeline" });
  const bars = timeline.getByRole("button", { name: /: done in / });
  await expect(bars.nth(3)).toBeVisible();
  await timeline.locator("button[tabindex='0']").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("j");
  await expect(timeline.locator("button:focus")).toHaveCount(1);
  await bars.first().click();
  await expect(page.getByText("command sent").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("checkbox", { name: "Fold idle time" }).click();
  await expect(bars.first()).toBeVisible();
}

test("what courier-down holds up is told as stuck with its reason within 30 s, with evidence to follow", async ({
  page,
}) => {
  test.setTimeout(WAITS_FOR_SCENARIO_MS + COMES_WITHIN_MS + TOLD_WITHIN_MS);
  await withScenario(
    "courier-down",
    async () => {
      const saga = await aSaga("type=fulfilment&state=stuck", COMES_WITHIN_MS + TOLD_WITHIN_MS);
      await go(page, paths.sagas());
      await expect(page.getByText(/sagas? (?:is|are) stuck: /).first()).toBeVisible();
      await expectAccessible(page);
      await go(page, paths.saga(saga.id));
      await expect(page.getByRole("list", { name: "Evidence" }).getByRole("link").first()).toBeVisible();
      await expect(
        page
          .getByRole("group", { name: "Timeline" })
          .getByRole("button", { name: /to come/ })
          .first(),
      ).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("list", { name: "Evidence" }).getByRole("link").first().click();
      await expect(page).not.toHaveURL(/\/sagas\//);
    },
    WAITS_FOR_SCENARIO_MS,
  );
});

const parked = z.object({ parkedReason: z.string().nullable(), state: z.string() });

/** Where a saga stands. */
async function standing(id: string): Promise<z.output<typeof parked>> {
  const { json } = await api(`/api/v1/sagas/${encodeURIComponent(id)}`);
  return parked.parse(json);
}

test("a saga that courier-down has parked is retried from its page, and ends once the courier is back", async ({
  page,
}) => {
  test.setTimeout(WAITS_FOR_SCENARIO_MS + 2 * COMES_WITHIN_MS + TOLD_WITHIN_MS);
  let id = "";
  await withScenario(
    "courier-down",
    async () => {
      // One of this outage: the courier may still be answering those of an earlier one.
      const since = `startedAfter=${encodeURIComponent(new Date().toISOString())}`;
      ({ id } = await aSaga(
        `type=fulfilment&state=stuck&step=label&${since}`,
        COMES_WITHIN_MS + TOLD_WITHIN_MS,
      ));
      // While attempts are left its version moves; the dialog would refuse, as it should.
      await expect
        .poll(async () => (await standing(id)).parkedReason, { timeout: COMES_WITHIN_MS })
        .not.toBeNull();
      await go(page, paths.saga(id));
      await page.getByRole("button", { name: /^Retry label/ }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByText(/courier\.label\.requested again/)).toBeVisible();
      await expectAccessible(page);
      await dialog.getByRole("textbox", { name: "Reason" }).fill("the courier is on its way");
      await dialog.getByRole("button", { name: "Retry label" }).click();
      await expect(dialog.getByRole("status")).toContainText("courier.label.requested goes out", {
        timeout: TOLD_WITHIN_MS,
      });
      await expectAccessible(page);
    },
    WAITS_FOR_SCENARIO_MS,
  );
  await expect
    .poll(async () => (await standing(id)).state, { timeout: COMES_WITHIN_MS })
    .toMatch(/^(completed|compensated)$/);
});

test("definitions: the steps as a graph, and the way to their sagas", async ({ page }) => {
  await aSaga("type=fulfilment");
  await go(page, paths.sagaDefinitions());
  await page.getByRole("link", { name: "fulfilment" }).click();
  await expect(heading(page)).toHaveText("fulfilment");
  const graph = page.getByRole("group", { name: "Steps of fulfilment, left to right" });
  await expect(graph.getByRole("listitem").nth(3)).toBeVisible();
  await expect(graph.getByText("pivot", { exact: false }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Its sagas" }).click();
  await expect(page).toHaveURL(/type=fulfilment/);
});

test.describe("what is not there", () => {
  test.use({ tolerated: { urls: [/\/sagas\//] } });

  test("a saga of an old address says so", async ({ page }) => {
    await go(page, paths.saga("shop~fulfilment~gone"));
    await expect(page.getByText("This saga is not there")).toBeVisible();
    await expectAccessible(page);
  });

  test("a type of an old address says so", async ({ page }) => {
    await go(page, paths.sagaDefinition("shop", "gone"));
    await expect(page.getByText("This type is not there")).toBeVisible();
  });
});
