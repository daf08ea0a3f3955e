import { expect, type Page } from "@playwright/test";
import { Kafka, logLevel, type Admin } from "kafkajs";
import { z } from "zod";
import { MEND_POISON } from "#demo/scenarios/mend-poison.ts";
import { paths } from "#lib/contracts/paths.ts";
import { comes } from "#test/e2e/support/comes.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { api, readDemo } from "#test/e2e/support/demo.ts";
import { withScenario } from "#test/e2e/support/scenario.ts";
import { withClient } from "#test/support/template-database.ts";

const CLUSTER = "/api/v1/clusters/demo";
const BASE = "order.order.created";
const WAY_IN = `${BASE}.redrive.payments`;
/** Groups that read the same topic, and must see nothing of the redrive. */
const OTHERS = ["notifications", "orders-projection", "inventory", "orders"];
const WAITS_FOR_SCENARIO_MS = 4 * 60_000;
const COMES_WITHIN_MS = 120_000;
const PLANNED_WITHIN_MS = 60_000;
const DONE_WITHIN_MS = 180_000;
/** Another spec may hold up inventory meanwhile. */
const ENDED_WITHIN_MS = 180_000;

const causes = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      group: z.string().nullable(),
      message: z.string().nullable(),
      counts: z.object({ open: z.number() }),
    }),
  ),
});
const job = z.object({
  state: z.string(),
  stateReason: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
});
const records = z.object({
  items: z.array(
    z.object({
      outcome: z.string(),
      deadLetterId: z.string().nullable(),
      eventId: z.string().nullable(),
      target: z.object({ topic: z.string() }).nullable(),
    }),
  ),
});

/** The cause of payments whose records break the rule about an order's total, as soon as it has a few. */
async function brokenTotals(): Promise<string> {
  return comes(async () => {
    const { json } = await api(`${CLUSTER}/dead-letters/causes?state=open&group=payments&limit=100`);
    return causes
      .parse(json)
      .items.find(({ message, counts }) => (message ?? "").includes("total is the sum") && counts.open >= 2)
      ?.id;
  }, COMES_WITHIN_MS);
}

test("poison is mended by a transform and redriven to payments alone, and the orders complete", async ({
  page,
}) => {
  test.setTimeout(
    WAITS_FOR_SCENARIO_MS + COMES_WITHIN_MS + PLANNED_WITHIN_MS + DONE_WITHIN_MS + ENDED_WITHIN_MS,
  );
  let cause = "";
  await withScenario(
    "poison",
    async () => {
      cause = await brokenTotals();
    },
    WAITS_FOR_SCENARIO_MS,
  );
  const before = await commitsOf(OTHERS);
  await what(page, cause);
  const number = await whereAndPlan(page);
  await expect
    .poll(async () => job.parse((await api(`${CLUSTER}/jobs/${number}`)).json).state, {
      timeout: DONE_WITHIN_MS,
    })
    .toBe("done");
  await page.goto(readDemo().url + paths.job("demo", number));
  await expect(page.getByText("done", { exact: true }).first()).toBeVisible();
  await expectAccessible(page);
  await deadLetterAndGroupTell(page, number);
  await theOrdersComplete(number);
  await nobodyElseSaw(before);
});

async function what(page: Page, cause: string): Promise<void> {
  await page.goto(readDemo().url + paths.deadLetterCause("demo", cause));
  await page.getByRole("link", { name: /^Redrive [\d,]+ open…$/ }).click();
  await page.getByRole("combobox", { name: "Value" }).click();
  await page.getByRole("option", { name: /JavaScript/ }).click();
  await page.getByLabel("Function body").fill(MEND_POISON);
  await page.getByRole("button", { name: "Next: where and how" }).click();
}

/** Chooses the group's own way in, makes the plan, looks at it and starts it; answers the job's number. */
async function whereAndPlan(page: Page): Promise<number> {
  await expect(page.getByRole("radio", { name: /payments only/ })).toBeChecked();
  await page.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByText("Who will see them again")).toBeVisible({ timeout: PLANNED_WITHIN_MS });
  await expect(page.getByRole("group", { name: "Record before and after" }).first()).toContainText(
    "totalCents",
  );
  const held = page.getByLabel(/^Send the .* held, too$/);
  if ((await held.count()) > 0) await held.check();
  await page.getByLabel("Reason").fill("the discount was counted twice");
  await page.getByRole("button", { name: new RegExp(`^Send .* to ${WAY_IN}$`) }).click();
  await expect(page).toHaveURL(/\/jobs\/\d+$/);
  return Number(/\/jobs\/(\d+)$/.exec(page.url())?.[1]);
}

/** A dead letter tells the job that sent it and leads to it; the failing group's charts tell when it began and ended. */
async function deadLetterAndGroupTell(page: Page, number: number): Promise<void> {
  const { json } = await api(`${CLUSTER}/jobs/${number}/records?outcome=passed&limit=1`);
  const [first] = records.parse(json).items;
  await page.goto(readDemo().url + paths.deadLetter("demo", first?.deadLetterId ?? ""));
  await expect(page.getByText(new RegExp(`^sent by job ${number}, passed`)).first()).toBeVisible();
  await expect(page.getByRole("grid", { name: "Jobs of this dead letter" })).toContainText(String(number));
  await expectAccessible(page);
  await page
    .getByRole("link", { name: `job ${number}`, exact: true })
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(`/jobs/${number}$`));
  await page.goto(readDemo().url + paths.group("demo", "payments"));
  for (const what of ["started", "ended, done"])
    await expect(page.locator("svg title", { hasText: `Job ${number} ${what}` }).first()).toBeAttached();
}

/** Every copy passed, and every order of them has come to its end in the shop's own books. */
async function theOrdersComplete(number: number): Promise<void> {
  const { counts } = job.parse((await api(`${CLUSTER}/jobs/${number}`)).json);
  expect(counts["passed"]).toBeGreaterThan(0);
  expect({ ...counts, passed: 0, refused: 0 }).toEqual(
    Object.fromEntries(Object.keys(counts).map((key) => [key, 0])),
  );
  const { items } = records.parse(
    (await api(`${CLUSTER}/jobs/${number}/records?outcome=passed&limit=500`)).json,
  );
  expect(new Set(items.map(({ target }) => target?.topic))).toEqual(new Set([WAY_IN]));
  const events = items.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]));
  expect(events.length).toBe(items.length);
  const states = async () =>
    withClient(readDemo().databaseUrl, async (client) => {
      // The first event of an order has the order's id as its key.
      const { rows } = await client.query<{ state: string; reason: string | null }>(
        `SELECT o.state, o.cancel_reason AS reason FROM shop_orders.outbox e
           JOIN shop_orders.customer_order o ON o.order_id = e.aggregateid WHERE e.id = ANY($1::uuid[])`,
        [events],
      );
      return rows;
    });
  const ended = await comes(async () => {
    const found = await states();
    return found.every(({ state }) => state !== "created") ? found : undefined;
  }, ENDED_WITHIN_MS);
  expect(ended.length).toBe(events.length);
  // A card may be declined and goods sold out, as in any weather: that is an end too.
  expect(ended.filter(({ state }) => state === "completed").length).toBeGreaterThan(0);
}

type Commits = Record<string, Record<number, number>>;

/** No other group has anything to do with the way in, and none was set back on the topic that all of them read. */
async function nobodyElseSaw(before: Commits): Promise<void> {
  const after = await commitsOf(OTHERS);
  for (const group of OTHERS) {
    for (const [partition, offset] of Object.entries(before[group] ?? {}))
      expect(after[group]?.[Number(partition)]).toBeGreaterThanOrEqual(offset);
  }
  await withAdmin(async (admin) => {
    for (const group of OTHERS.flatMap((each) => [each, `${each}-redrive`])) {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [WAY_IN] });
      expect(found?.partitions.filter(({ offset }) => offset !== "-1") ?? []).toEqual([]);
    }
  });
}

async function commitsOf(groups: readonly string[]): Promise<Commits> {
  return withAdmin(async (admin) => {
    const commits: Commits = {};
    for (const group of groups) {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [BASE] });
      commits[group] = Object.fromEntries(
        (found?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]),
      );
    }
    return commits;
  });
}

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const brokers = readDemo().kafkaBrokers.split(",");
  const admin = new Kafka({ clientId: "e2e", brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
