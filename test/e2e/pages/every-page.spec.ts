import { expect, type Page } from "@playwright/test";
import { paths } from "#lib/contracts/paths.ts";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { readDemo } from "#test/e2e/support/demo.ts";

const PAGES = [
  { name: "Overview", path: paths.overview("demo"), heading: "Overview" },
  { name: "Groups", path: paths.groups("demo"), heading: "Groups" },
  { name: "Group", path: paths.group("demo", "inventory"), heading: /inventory/ },
  { name: "Reset", path: paths.newOffsetReset("demo", "inventory"), heading: "Reset offsets" },
  { name: "Resets", path: paths.offsetResets("demo", "inventory"), heading: "Changes" },
  { name: "Topics", path: paths.topics("demo"), heading: "Topics" },
  { name: "Topic", path: paths.topic("demo", "order.order.created"), heading: /order\.order\.created/ },
  { name: "Records", path: paths.records("demo", "order.order.created"), heading: "Records" },
  { name: "Dead letters", path: paths.deadLetters("demo"), heading: "Dead letters" },
  { name: "Dead-letter topics", path: paths.deadLetterTopics("demo"), heading: "Topics" },
  { name: "Jobs", path: paths.jobs("demo"), heading: "Jobs" },
  {
    name: "New job",
    path: paths.newJob("demo", { of: "records", topic: "order.order.created" }),
    heading: "Copy records",
  },
  { name: "Sagas", path: paths.sagas(), heading: "Sagas" },
  { name: "Saga definitions", path: paths.sagaDefinitions(), heading: "Definitions" },
  { name: "Brokers", path: paths.brokers("demo"), heading: "Brokers" },
  { name: "Clusters", path: paths.settingsClusters(), heading: /Clusters|Settings/ },
  { name: "Users", path: paths.settingsUsers(), heading: /Users|Settings/ },
  { name: "Tokens", path: paths.settingsTokens(), heading: /tokens|Settings/i },
  { name: "API", path: paths.apiReference(), heading: /API|Settings/ },
];

/** Waits until every colour has arrived: a contrast measured on the way is nobody's. */
async function transitionsEnd(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

for (const { name, path, heading } of PAGES) {
  test(`${name} is readable by everybody, light and dark, and fits into 1024 px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.goto(readDemo().url + path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await transitionsEnd(page);
    await expectAccessible(page, ["color-contrast"]);
    await page.setViewportSize({ width: 1024, height: 768 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
