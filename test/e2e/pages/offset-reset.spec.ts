import { expect } from "@playwright/test";
import { Kafka, logLevel, type Admin } from "kafkajs";
import { paths } from "#lib/contracts/paths.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { readDemo } from "#test/e2e/support/demo.ts";
import { until } from "#test/support/until.ts";

const TOPIC = "order.order.created";
/** The group must have been seen empty for 20 s before a reset is applied. */
const SETTLES_WITHIN_MS = 60_000;

let admin: Admin;
test.beforeAll(async () => {
  admin = new Kafka({ brokers: readDemo().kafkaBrokers.split(","), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});
test.afterAll(() => admin.disconnect());

const committed = async (groupId: string): Promise<string | undefined> =>
  (await admin.fetchOffsets({ groupId, topics: [TOPIC] }))[0]?.partitions.find((each) => each.partition === 0)
    ?.offset;

// A group that was made a moment ago is not known to any sweep yet.
test.use({ tolerated: { urls: [/\/apply$/, /\/groups\/e2e%2Freset[^/]*$/] } });

test("an empty group is reset by a plan with a reason, seen to stay, and taken back", async ({ page }) => {
  const group = `e2e/reset ${Date.now()}%`;
  const low = (await admin.fetchTopicOffsets(TOPIC)).find(({ partition }) => partition === 0)?.low ?? "0";
  const from = String(BigInt(low) + 1n);
  await admin.setOffsets({ groupId: group, topic: TOPIC, partitions: [{ partition: 0, offset: from }] });

  await page.goto(readDemo().url + paths.newOffsetReset("demo", group, "offset"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reset offsets");
  await page.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByText("Give an offset: a whole number, 0 or more.")).toBeVisible();
  await page.getByLabel("Offset", { exact: true }).fill("0");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make the plan" }).click();

  const apply = page.getByRole("button", { name: /^Reset \d+ partitions? of e2e/ });
  await expect(apply).toBeVisible();
  await expectAccessible(page);
  await apply.click();
  await expect(page.getByText(/Write why/)).toBeVisible();
  await page.getByLabel("Reason").fill("a browser test");
  const stayed = page.getByText(/every commit is where it was put|stayed where it was put/);
  await until(
    async () => {
      if (await stayed.isVisible()) return true;
      if (await apply.isEnabled({ timeout: 1_000 })) await apply.click();
      return stayed.isVisible();
    },
    { limitMs: SETTLES_WITHIN_MS, everyMs: 2_000, what: "the reset" },
  );
  expect(await committed(group)).toBe(low);

  await page.getByRole("button", { name: "Undo…" }).click();
  const undo = page.getByRole("button", { name: /^Undo the reset of/ });
  await page.getByLabel("Reason").fill("taken back");
  await undo.click();
  await expect.poll(() => committed(group), { timeout: SETTLES_WITHIN_MS }).toBe(from);
  await page.goto(readDemo().url + paths.offsetResets("demo", group));
  await expect(page.getByRole("row", { name: /undone/ })).toBeVisible();
  await expectAccessible(page);
});

test("a group with members says why it is not reset", async ({ page }) => {
  await page.goto(readDemo().url + paths.newOffsetReset("demo", "inventory"));
  await expect(page.getByText(/Stop its consumers first/)).toBeVisible();
});
