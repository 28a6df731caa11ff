import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function openKey(page: Page, nickname: string): Promise<void> {
  await page.getByRole("link", { name: nickname }).click();
  await page.getByRole("heading", { level: 1, name: nickname }).waitFor();
}

describe("a key's page", () => {
  it("says what the key may do, in words and by name", async () => {
    const { page, end } = await signedIn(browser);
    await openKey(page, "Acme SMS Partner");
    await page
      .getByText("Acme SMS Partner may call 22 operations, on channel 505 SMS only, seeing Alias and Country, from 203.0.113.0/24 only, 50 requests per 10 s, 2,000 requests per hour and 20,000 requests per day.")
      .waitFor();
    await page.getByRole("button", { name: /^Operations/ }).click();
    await page.getByText("SetCustomerChannelPreference").waitFor();
    await end();
  });

  it("saves only what changed, against the version that was opened", async () => {
    const { page, mock, end } = await signedIn(browser);
    await openKey(page, "Acme SMS Partner");
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByRole("combobox", { name: "Channels" }).click();
    await page.getByRole("option", { name: "504 Email" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("on channels 505 SMS and 504 Email only").waitFor();
    expect(mock.keys.find((key) => key.nickname === "Acme SMS Partner")).toMatchObject({
      version: 2,
      restrictions: { channels: [505, 504], attributes: ["Alias", "Country"] },
    });
    await end();
  });

  it("does not overwrite what someone else changed in the meantime", async () => {
    const { page, mock, end } = await signedIn(browser);
    await openKey(page, "Acme SMS Partner");
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByLabel("Contact Email").fill("mine@acme.example");
    const key = mock.keys.find((each) => each.nickname === "Acme SMS Partner");
    if (key) Object.assign(key, { version: 5, contact_email: "theirs@acme.example" });
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("alert").getByText("Someone changed this key").waitFor();
    expect(key?.contact_email).toBe("theirs@acme.example");
    await page.getByRole("button", { name: "Load the current version" }).click();
    await page.getByLabel("Contact Email").and(page.locator('[value="theirs@acme.example"]')).waitFor();
    await end();
  });

  it("shows at once that it is disabled, enabled, revoked", async () => {
    const { page, end } = await signedIn(browser);
    await openKey(page, "Acme SMS Partner");
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Disable key" }).click();
    await page.getByText("until it is enabled again").waitFor();
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByText("until it is enabled again").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("textbox", { name: /to confirm/ }).fill("Acme SMS Partner");
    await page.keyboard.press("Enter");
    await page.getByText("To let the application in again, make a new key.").waitFor();
    await page.getByRole("link", { name: "Edit" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Revoke" }).waitFor({ state: "detached" });
    await end();
  });

  it("that doesn't exist says so", async () => {
    const { page, url, end } = await signedIn(browser);
    await page.goto(`${url}/settings/general/api-keys/key_nothing`);
    await page.getByRole("heading", { name: "No such key" }).waitFor();
    await end();
  });
});
