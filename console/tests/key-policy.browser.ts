import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("the key policy", () => {
  it("is found under Security, is set as a whole, and is told in words", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Security" }).click();
    await page.waitForURL(`${url}/settings/security/key-policy`);
    const words = page.getByRole("list", { name: "The policy in words" });
    await page.getByLabel("Greatest age of a secret, in days").fill("30");
    await page.getByRole("radio", { name: "Rotate the key into its secret manager" }).check();
    await words.getByText("A secret is exchanged after 30 days at the latest; then the key is rotated into its secret manager").waitFor();
    await page.getByLabel("Longest life of a key, in days").fill("365");
    await page.getByLabel("Reminders, in days before").fill("3 and 30");
    await page.getByRole("radio", { name: "Rotate it" }).check();
    await page.getByRole("radiogroup", { name: "The exposed secret works on for" }).getByRole("radio", { name: "No time" }).check();
    await page.getByRole("button", { name: "Save policy" }).click();
    await page.getByText("The key policy is saved.").waitFor();
    expect(mock.life.policy).toEqual({
      max_secret_age_days: 30, max_lifetime_days: 365, reminder_days: [30, 3], on_due: "rotate", overlap_seconds: 86_400, on_exposure: "rotate", exposure_overlap_seconds: 0,
    });
    expect(await page.getByRole("button", { name: "Save policy" }).isDisabled()).toBe(true);
    await page.getByLabel("Reminders, in days before").fill("sometimes");
    await page.getByText("Enter at most 10 numbers from 1 to 365").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await page.getByLabel("Reminders, in days before").inputValue()).toBe("30, 3");
    expect(complaints).toEqual([]);
    await end();
  });

  it("is only shown to those who may not set it", async () => {
    const { page, url, end } = await signedIn(browser, { role: "admin" });
    await page.goto(`${url}/settings/security/key-policy`);
    await page.getByText("Owners of the account can change it.").waitFor();
    await page.getByLabel("Greatest age of a secret, in days").waitFor();
    expect(await page.getByLabel("Greatest age of a secret, in days").isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Save policy" }).count()).toBe(0);
    await end();
  });
});
