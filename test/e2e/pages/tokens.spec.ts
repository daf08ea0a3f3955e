import { expect } from "@playwright/test";
import { paths } from "#lib/contracts/paths.ts";
import { test } from "#test/e2e/support/console.ts";
import { readDemo } from "#test/e2e/support/demo.ts";

test("a token is made, works, is revoked and works no more", async ({ page, request }) => {
  const demo = readDemo();
  const name = `e2e ${Date.now()}`;
  await page.goto(demo.url + paths.settingsTokens());
  await page
    .getByRole("button", { name: /Create token|New token/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: /Create/ }).click();
  const secret = await page
    .getByText(/^slc_[\w-]{20,}$/)
    .first()
    .textContent();
  const ask = () =>
    request.get(`${demo.url}/api/v1/clusters`, { headers: { authorization: `Bearer ${secret ?? ""}` } });
  expect((await ask()).status()).toBe(200);
  await page
    .getByRole("button", { name: /Done|Close/ })
    .first()
    .click();
  await page
    .getByRole("row", { name: new RegExp(name) })
    .getByRole("button", { name: /Revoke/ })
    .click();
  await page
    .getByRole("dialog")
    .or(page.getByRole("alertdialog"))
    .getByRole("button", { name: /Revoke/ })
    .click();
  await expect.poll(async () => (await ask()).status()).toBe(401);
});
