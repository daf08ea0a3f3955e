import { readFile } from "node:fs/promises";
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

test.describe("a list and its file", () => {
  test("narrowed by kind and state, sorted, and handed out whole as CSV and JSON", async ({ page }) => {
    await page.goto(`${readDemo().url}${paths.groups("demo")}?sort=id`);
    const table = page.getByRole("grid", { name: /Consumer groups/ });
    await expect(table.getByText("inventory", { exact: true }).first()).toBeVisible();
    await page.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "share", exact: true }).click();
    await expect(page).toHaveURL(/kind=share/);
    await expect(page.getByText("No group matches")).toBeVisible();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await expect(page).not.toHaveURL(/kind=/);
    const listed = (await api("/api/v1/clusters/demo/groups?limit=500&sort=id")).json["items"] as {
      id: string;
    }[];
    const handed = async (form: string) => {
      await page.getByRole("button", { name: /^Export Consumer groups/ }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: form }).click(),
      ]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
    };
    const csv = await handed("CSV");
    expect(csv.name).toMatch(/^demo-groups-\d{8}T\d{6}Z\.csv$/);
    expect(csv.text).toMatch(/^group,kind,state,verdict,/);
    for (const { id } of listed) expect(csv.text).toContain(`\n${id},`);
    const json = await handed("JSON");
    expect((JSON.parse(json.text) as { group: string }[]).map(({ group }) => group)).toEqual(
      listed.map(({ id }) => id),
    );
  });
});

test.describe("the page of a group", () => {
  test("a verdict leads to its samples, at an address of their own", async ({ page }) => {
    await page.goto(readDemo().url + paths.group("demo", "inventory"));
    await page.getByRole("button", { name: /verdict on inventory was/ }).click();
    await expect(page).toHaveURL(/evidence=worst/);
    const drawer = page.getByRole("dialog", { name: "What the verdict was told from" });
    await expect(drawer.getByRole("table", { name: "Samples" }).getByRole("row").nth(1)).toBeVisible();
    await page.reload();
    await expect(drawer).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(drawer).toHaveCount(0);
    await expect(page).not.toHaveURL(/evidence/);
  });

  test("a span dragged on a chart is the page's range, and Esc leaves it", async ({ page }) => {
    await page.goto(`${readDemo().url}${paths.group("demo", "inventory")}?range=15m`);
    const map = page.getByRole("group", { name: /^Lag of inventory by partition/ });
    await expect(map).toBeVisible();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 4, { steps: 5 });
    await page.mouse.up();
    await expect(page).toHaveURL(/from=\d+&to=\d+/);
    await page.keyboard.press("Escape");
    await expect(page).not.toHaveURL(/from=/);
    await expect(page).toHaveURL(/range=15m/);
  });

  test("the heat map is read out by arrow keys, and its numbers stand behind it", async ({ page }) => {
    await page.goto(readDemo().url + paths.group("demo", "inventory"));
    const map = page.getByRole("group", { name: /^Lag of inventory by partition/ });
    await map.focus();
    await page.keyboard.press("ArrowLeft");
    await expect(page.getByText(/ · (?:no sample|[\d,]+ records at most) · /)).toBeVisible();
    await page.getByRole("button", { name: "Show the numbers" }).last().click();
    await expect(page.getByRole("region", { name: "Lag by partition" })).toBeVisible();
  });

  test("the exact time lag is read when asked for", async ({ page }) => {
    await page.goto(readDemo().url + paths.group("demo", "inventory"));
    await page.getByRole("button", { name: "read exactly" }).click();
    await expect(page.getByText(/^(?:Exactly .* behind|Nothing is unread|No first unread)/)).toBeVisible();
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
