import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { paths } from "#lib/contracts/paths.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { api, control, groupSettles, readDemo } from "#test/e2e/support/demo.ts";
import { inTurn } from "#test/e2e/support/scenario.ts";

const GROUP = "notifications";
const PART = "notifications";
/** What is read again was written within this time: the test is about the way, not about the amount. */
const AGO_MS = 30_000;
const PLANNED_WITHIN_MS = 60_000;
/** The group must have been empty for 20 s before its offsets are set back. */
const SET_BACK_WITHIN_MS = 60_000;
const DONE_WITHIN_MS = 60_000;
/** Who plays a scenario now may take so long. */
const WAITS_FOR_TURN_MS = 120_000;

const job = z.object({
  state: z.string(),
  resetId: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
});
const jobOf = async (number: number) => job.parse((await api(`/api/v1/clusters/demo/jobs/${number}`)).json);

/** As `<input type="datetime-local">` takes it, in the browser's zone. */
const localTime = (page: Page, at: number): Promise<string> =>
  page.evaluate((time) => {
    const offsetMs = new Date(time).getTimezoneOffset() * 60_000;
    return new Date(time - offsetMs).toISOString().slice(0, 19);
  }, at);

test("a group is replayed from its page: it is waited for, set back when it is stopped, and reads again", async ({
  page,
}) => {
  test.setTimeout(WAITS_FOR_TURN_MS + PLANNED_WITHIN_MS + SET_BACK_WITHIN_MS + DONE_WITHIN_MS + 60_000);
  // What waits for a stopped service would look stuck to others.
  await inTurn("a stopped service", () => replayed(page), WAITS_FOR_TURN_MS);
});

async function replayed(page: Page): Promise<void> {
  await groupSettles(GROUP, 30_000);
  await what(page);
  const number = await whereAndPlan(page);
  const reads = page.getByRole("button", {
    name: /^Set notifications back: [\d,]+ records? (is|are) read again$/,
  });
  await expect(reads).toBeVisible({ timeout: PLANNED_WITHIN_MS });
  await expectAccessible(page);
  await page.getByLabel("Reason").fill("a browser test");
  // Where a slow machine made the half minute a long one, the number is asked for.
  const typed = page.getByLabel("Number of records");
  if (await typed.isVisible()) await typed.fill(/[\d,]+/.exec((await reads.textContent()) ?? "")?.[0] ?? "");
  await reads.click();
  await page.waitForURL(/\/jobs\/\d+$/);
  await expect(page.getByText(/Group notifications has \d+ members?: stop/).first()).toBeVisible();
  await expectAccessible(page);
  try {
    await control(`/parts/${PART}/stop`);
    await expect(page.getByText(/^The offsets are set back/).first()).toBeVisible({
      timeout: SET_BACK_WITHIN_MS,
    });
    expect((await jobOf(number)).counts["sent"]).toBeGreaterThan(0);
  } finally {
    await control(`/parts/${PART}/start`);
  }
  await expect.poll(async () => (await jobOf(number)).state, { timeout: DONE_WITHIN_MS }).toBe("done");
  const { counts, resetId } = await jobOf(number);
  expect(counts).toMatchObject({ pending: 0, sent: 0, unknown: 0 });
  expect(counts["passed"]).toBeGreaterThan(0);
  await expect(page.getByText(/^Done: /).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "See it, or undo it" })).toHaveAttribute(
    "href",
    paths.offsetReset("demo", GROUP, resetId ?? ""),
  );
  await expectAccessible(page);
}

/** From the page of the group to the records of the last half minute. */
async function what(page: Page): Promise<void> {
  await page.goto(readDemo().url + paths.group("demo", GROUP));
  await page.getByRole("link", { name: "Replay…" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Replay records");
  await page.getByRole("combobox", { name: "From" }).click();
  await page.getByRole("option", { name: "A time, in your zone" }).click();
  await page.getByLabel("Time", { exact: true }).fill(await localTime(page, Date.now() - AGO_MS));
  await expectAccessible(page);
  await page.getByRole("button", { name: "Next: where and how" }).click();
}

async function whereAndPlan(page: Page): Promise<number> {
  await expect(page.getByRole("radio", { name: "notifications: set its offsets back" })).toBeChecked();
  await expect(page.getByText(/after the start the job waits until all of them are stopped/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make the plan" }).click();
  const kept = page.getByRole("link", { name: /^job \d+$/ });
  await expect(kept).toBeVisible({ timeout: PLANNED_WITHIN_MS });
  return Number(/\d+/.exec((await kept.textContent()) ?? "")?.[0]);
}
