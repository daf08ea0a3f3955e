import { defineConfig } from "@playwright/test";
import { chromiumPath } from "#test/e2e/support/chromium.ts";

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results",
  globalSetup: "./test/e2e/global-setup.ts",
  // One demo serves every spec. Pages are read by two at a time; the kills come last and one by one, because they take
  // parts away from everybody.
  workers: 2,
  // Shop, brokers, database and two browsers may share two cores: what has no time of its own promised is given much.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // A machine that stalls costs a second try, and the run says so.
  retries: 1,
  reporter: "list",
  use: {
    viewport: { width: 1280, height: 800 },
    timezoneId: "UTC",
    locale: "en-GB",
    // Without pictures: taking them costs a software renderer as much as the page.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: { executablePath: await chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] },
  },
  projects: [
    { name: "sign-in", testMatch: "sign-in.spec.ts" },
    { name: "pages", testMatch: "pages/*.spec.ts", dependencies: ["sign-in"] },
    { name: "kills", testMatch: "kills/*.spec.ts", dependencies: ["pages"] },
  ],
});
