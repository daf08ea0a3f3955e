import { defineConfig } from "@playwright/test";
import { chromiumPath } from "#test/e2e/support/chromium.ts";

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results",
  globalSetup: "./test/e2e/global-setup.ts",
  // One demo serves every spec. Pages are read by two at a time; the kills come last and one by one, because they take
  // parts away from everybody.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    viewport: { width: 1280, height: 800 },
    timezoneId: "UTC",
    locale: "en-GB",
    trace: "retain-on-failure",
    launchOptions: { executablePath: await chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] },
  },
  projects: [
    { name: "sign-in", testMatch: "sign-in.spec.ts" },
    { name: "pages", testMatch: "pages/*.spec.ts", dependencies: ["sign-in"] },
    { name: "kills", testMatch: "kills/*.spec.ts", dependencies: ["pages"] },
  ],
});
