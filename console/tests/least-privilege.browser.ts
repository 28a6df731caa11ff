import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { choose, launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function openPanel(page: Page, nickname: string): Promise<void> {
  await page.getByRole("link", { name: nickname }).click();
  await page.getByRole("navigation", { name: "Parts of this key's page" }).getByRole("link", { name: "Least privilege" }).click();
}

describe("least privilege", () => {
  it("sets what a key may do against what it did", async () => {
    const { page, end } = await signedIn(browser);
    await openPanel(page, "Acme SMS Partner");
    await page.getByText("It used 6 of the 22 operations that it may call, 1 of 1 channel and 1 of 2 attributes.").waitFor();
    expect(await page.getByRole("list", { name: "Operations that it used" }).getByRole("listitem").count()).toBe(6);
    expect(await page.getByRole("list", { name: "Operations that it did not use" }).getByRole("listitem").count()).toBe(16);
    await page.getByRole("list", { name: "Addresses that it was used from" }).getByText("203.0.113.14").waitFor();
    await choose(page, "7 d");
    await page.waitForURL(/days=7/);
    await end();
  });

  it("proposes a restriction, tries it, and makes it the key's own", async () => {
    const { page, mock, end } = await signedIn(browser);
    await openPanel(page, "Acme SMS Partner");
    await page.getByRole("button", { name: "Tighten" }).click();
    await page.getByText("Removes 16 operations and 1 attribute that it has not used in 30 days.").waitFor();
    await page.getByRole("list", { name: "The proposed restriction" }).getByText("It may see Alias only.").waitFor();
    await page.getByRole("button", { name: "Try" }).click();
    await page.getByRole("region", { name: "On trial" }).getByText("Nothing is refused by it yet.").waitFor();
    const key = mock.keys.find((each) => each.nickname === "Acme SMS Partner");
    expect(key?.restrictions.operations).toEqual([]);
    await page.getByRole("button", { name: "Apply" }).click();
    const dialog = page.getByRole("dialog", { name: "Tighten Acme SMS Partner?" });
    await dialog.getByText("It replaces the restrictions that the key has now.").waitFor();
    await dialog.getByRole("button", { name: "Apply restriction" }).click();
    await page.getByText("Acme SMS Partner is tightened.").waitFor();
    await page.getByText("It used 6 of the 6 operations that it may call").waitFor();
    expect(key?.restrictions).toMatchObject({ attributes: ["Alias"], ip_ranges: ["203.0.113.0/24"] });
    expect(key?.restrictions.operations).toHaveLength(6);
    await end();
  });

  it("shows what a trial would have refused, warns of it, and stops when told", async () => {
    const { page, mock, end } = await signedIn(browser);
    await openPanel(page, "Braze bridge");
    const trial = page.getByRole("region", { name: "On trial" });
    await trial.waitFor();
    expect(await trial.getByRole("list", { name: "What it would have refused" }).getByRole("listitem").count()).toBe(2);
    await trial.getByText("14 times").waitFor();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("dialog").getByText("17 requests made during the trial would have been refused").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Stop trying" }).click();
    await page.getByText("The key is as it was.").waitFor();
    await page.getByRole("button", { name: "Tighten" }).waitFor();
    expect(mock.trials.size).toBe(0);
    await end();
  });

  it("does not tighten over what someone else changed in the meantime", async () => {
    const { page, mock, end } = await signedIn(browser);
    await openPanel(page, "Braze bridge");
    await page.getByRole("button", { name: "Apply" }).click();
    const key = mock.keys.find((each) => each.nickname === "Braze bridge");
    if (key) key.version = 9;
    await page.getByRole("button", { name: "Apply restriction" }).click();
    await page.getByRole("alert").getByText("Someone changed this key").waitFor();
    expect(key?.restrictions.channels).toEqual([504, 505, 506]);
    await end();
  });

  it("has nothing to say of a key that was never used", async () => {
    const { page, end } = await signedIn(browser);
    await openPanel(page, "Agency sandbox");
    await page.getByText("nothing can be said of what it needs").waitFor();
    expect(await page.getByRole("button", { name: "Tighten" }).count()).toBe(0);
    await end();
  });
});
