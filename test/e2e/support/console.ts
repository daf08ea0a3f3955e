import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { STORAGE_STATE } from "#test/e2e/support/storage-state.ts";

/** Requests that a test expects to fail, because it took a part away or asks for what is not there. */
interface Tolerated {
  urls: RegExp[];
}

/**
 * test is Playwright's with two rules on every page: no error on the browser's console and no failed request, unless
 * the test tolerates it by path because it took the part away itself.
 */
export const test = base.extend<{ tolerated: Tolerated; watched: undefined }>({
  storageState: STORAGE_STATE,
  tolerated: [{ urls: [] }, { option: true }],
  watched: [
    async ({ page, tolerated }, use) => {
      const problems: string[] = [];
      const excused = (text: string) => tolerated.urls.some((pattern) => pattern.test(text));
      page.on("console", (message) => {
        const text = `${message.text()} ${message.location().url}`;
        if (message.type() === "error" && !excused(text)) problems.push(`console: ${text}`);
      });
      page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
      page.on("response", (response) => {
        if (response.status() >= 400 && !excused(response.url()))
          problems.push(`${response.status()} ${response.url()}`);
      });
      await use(undefined);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

/**
 * expectAccessible runs axe on the page, all of its rules or only `rules`, and shows each violation by rule and first
 * element. What slides or fades in is judged where it comes to rest. No page holds frames, so axe runs inside it and hands
 * out violations alone: what passes would take longer to carry than to find.
 */
export async function expectAccessible(page: Page, rules?: string[]): Promise<void> {
  const axe = new AxeBuilder({ page })
    .options({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) })
    .setLegacyMode(true);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { violations } = await axe.analyze();
  await page.emulateMedia({ reducedMotion: null });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
}
