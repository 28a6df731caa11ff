import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillKey, launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function openTab(page: Page, nickname: string, tab: string): Promise<void> {
  await page.getByRole("link", { name: nickname }).click();
  await page.getByRole("navigation", { name: "Parts of this key's page" }).getByRole("link", { name: tab }).click();
}

describe("a key's limits", () => {
  it("say what is left of each, and whose it is", async () => {
    const { page, url, mock, end } = await signedIn(browser);
    await openTab(page, "Acme SMS Partner", "Limits");
    const id = mock.keys.find((key) => key.nickname === "Acme SMS Partner")?.id ?? "";
    expect(page.url()).toBe(`${url}/settings/general/api-keys/${id}/limits`);
    const limit = (what: string) => page.getByRole("list", { name: "Limits and what is left" }).getByRole("listitem").filter({ hasText: what });
    await limit("2,000 requests per hour").getByText("This key's own").waitFor();
    await limit("50 requests per 10 s").getByText("From the catalog").waitFor();
    await limit("3,000 requests per minute").getByText("All keys of Acme Games together").waitFor();
    expect(await limit("20,000 requests per day").innerText()).toContain("3,400 left, 16,600 of 20,000 used");
    await end();
  });

  it("are set in its form, and told in its sentence", async () => {
    const { page, mock, end } = await signedIn(browser);
    await openTab(page, "Acme SMS Partner", "Limits");
    await page.getByRole("link", { name: "Edit limits" }).click();
    await page.getByRole("button", { name: "Change 50 requests per 10 s" }).click();
    const burst = page.getByRole("listitem", { name: "Limit burst" });
    await burst.getByLabel("Requests per 10 s").fill("900");
    await burst.getByText("permits at most 200").waitFor();
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Correct or remove the limits marked below.").waitFor();
    await burst.getByLabel("Requests per 10 s").fill("20");
    await page.getByRole("button", { name: "Remove the limit hourly" }).click();
    await page.getByLabel("Requests per calendar month").fill("100,000");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("20 requests per 10 s, 20,000 requests per day and 100,000 requests per calendar month").waitFor();
    const key = mock.keys.find((each) => each.nickname === "Acme SMS Partner");
    expect(key?.limits).toEqual({
      rate_limits: [{ name: "burst", requests: 20, window_seconds: 10, rate_class: "default" }],
      quotas: [
        { name: "daily", period: "day", requests: 20_000 },
        { name: "monthly", period: "month", requests: 100_000 },
      ],
    });
    expect(key?.restrictions.channels).toEqual([505]);
    await end();
  });

  it("are part of a new key", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "With limits", accessType: "Admin" });
    await page.getByRole("button", { name: /^Limits/ }).click();
    await page.getByRole("button", { name: "Add a rate limit" }).click();
    const row = page.getByRole("listitem", { name: "Limit hourly" });
    await row.getByLabel("Requests", { exact: true }).fill("500");
    await page.getByText("50 requests per 10 s and 500 requests per hour").waitFor();
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    expect(mock.keys[0]?.limits.rate_limits).toEqual([{ name: "hourly", requests: 500, window_seconds: 3600, rate_class: "default" }]);
    await end();
  });
});

describe("a key's last use", () => {
  it("is told in full", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByRole("link", { name: "Acme SMS Partner" }).click();
    const about = page.getByRole("region", { name: "About it" });
    expect(await about.getByRole("definition").nth(1).innerText()).toMatch(/4 minutes ago from 203\.0\.113\.\d+\s+GetLastDataUpdate, by “acme-sms\/4\.2 \(java 21\)”/);
    await end();
  });
});
