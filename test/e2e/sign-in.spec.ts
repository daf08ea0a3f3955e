import { expect } from "@playwright/test";
import { expectAccessible, test } from "#test/e2e/support/console.ts";
import { readDemo } from "#test/e2e/support/demo.ts";
import { STORAGE_STATE } from "#test/e2e/support/storage-state.ts";

test.use({ storageState: { cookies: [], origins: [] } });

test.describe("signing in", () => {
  test("a page asks for the sign-in and comes back to where it was asked for", async ({ page }) => {
    const demo = readDemo();
    await page.goto(`${demo.url}/clusters/demo/groups?q=pay`);
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await expectAccessible(page);
    await page.getByLabel("Email").fill(demo.email);
    await page.getByRole("textbox", { name: "Password" }).fill(demo.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/clusters\/demo\/groups\?q=pay/);
    await page.context().storageState({ path: STORAGE_STATE });
  });

  test("another origin in ?next= is not followed", async ({ page }) => {
    const demo = readDemo();
    await page.goto(`${demo.url}/sign-in?next=${encodeURIComponent("//evil.example/")}`);
    await page.getByLabel("Email").fill(demo.email);
    await page.getByRole("textbox", { name: "Password" }).fill(demo.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/clusters\/demo$/);
  });

  test.describe("with a wrong password", () => {
    test.use({ tolerated: { urls: [/api\/auth\/callback\/credentials/] } });
    test("is refused in words that do not tell whether the account exists", async ({ page }) => {
      const demo = readDemo();
      await page.goto(`${demo.url}/sign-in`);
      await page.getByLabel("Email").fill("nobody@example.org");
      await page.getByRole("textbox", { name: "Password" }).fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByText("Email and password do not match an account")).toBeVisible();
      await expect(page.getByLabel("Email")).toHaveValue("nobody@example.org");
    });
  });

  test.describe("signing out", () => {
    test("ends the session for its cookie too", async ({ page, context }) => {
      const demo = readDemo();
      await page.goto(`${demo.url}/sign-in`);
      await page.getByLabel("Email").fill(demo.email);
      await page.getByRole("textbox", { name: "Password" }).fill(demo.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page).toHaveURL(/\/clusters\/demo$/);
      const cookies = await context.cookies();
      await page.getByRole("button", { name: /^User menu/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await expect(page).toHaveURL(/\/sign-in/);
      await context.addCookies(cookies);
      const answer = await context.request.get(`${demo.url}/api/v1/access/me`);
      expect(answer.status()).toBe(401);
    });
  });
});
