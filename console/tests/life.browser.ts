import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillKey, launch, signedIn } from "./harness.ts";
import { keyPage } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("a deleted key", () => {
  it("leaves the list after its nickname was typed, is found under its status, and comes back as it was", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    const key = mock.keys.find((each) => each.nickname === "Acme SMS Partner");
    const row = page.getByRole("row", { name: /Acme SMS Partner/ });
    await row.getByRole("button", { name: "Actions for Acme SMS Partner" }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete Acme SMS Partner?" });
    await dialog.getByText("It was last used 4 minutes ago").waitFor();
    expect(await dialog.getByRole("button", { name: "Delete key" }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Type Acme SMS Partner to confirm" }).fill("Acme SMS Partner");
    await dialog.getByRole("button", { name: "Delete key" }).click();
    await row.waitFor({ state: "detached" });
    expect(key?.status).toBe("deleted");

    await page.getByRole("combobox", { name: "Status" }).selectOption("Deleted");
    await page.waitForURL(/status=deleted/);
    await page.getByRole("link", { name: "Acme SMS Partner" }).click();
    await page.getByText(/It can be restored until .*; then it is gone for good\./).waitFor();
    expect(await page.getByRole("link", { name: "Edit" }).count()).toBe(0);
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("link", { name: "Edit" }).waitFor();
    await page.goto(`${url}/settings/general/api-keys`);
    await row.getByText("Active").waitFor();
    await end();
  });

  it("that is gone by now says so", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    const key = mock.keys.find((each) => each.nickname === "Old importer");
    await page.goto(`${url}${keyPage(mock, "Old importer")}`);
    if (key) key.deleted_at = new Date(Date.now() - 31 * 86_400_000).toISOString();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("This key was deleted too long ago. Make another key.").waitFor();
    await end();
  });

  it("of the revoked kind is deleted from its own page", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}${keyPage(mock, "Leaked in a support ticket")}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("textbox", { name: /to confirm/ }).fill("Leaked in a support ticket");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Restore" }).waitFor();
    await end();
  });
});

describe("a new key", () => {
  it("goes to a secret manager, and nobody sees it", async () => {
    const { page, mock, complaints, end } = await signedIn(browser);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "Newsletter", accessType: "Admin" });
    await page.getByRole("radio", { name: "Write it to a secret manager" }).check();
    await page.getByLabel("Secret manager", { exact: true }).selectOption("aws-eu (AWS Secrets Manager)");
    await page.getByText("Stored at latchkey/1042/apps/newsletter").waitFor();
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("heading", { level: 1, name: "Newsletter is active" }).waitFor();
    const list = page.getByRole("list", { name: "Hand-overs" });
    await list.getByText("On its way").waitFor();
    const key = mock.keys[0];
    expect(key?.hand_over).toEqual({ kind: "secret_manager", manager: "aws-eu", path: "apps/newsletter" });
    expect(await page.getByRole("textbox").count()).toBe(0);
    if (key) mock.life.deliver(key);
    await list.getByText("Stored", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Open the key" }).click();
    await page.getByRole("heading", { level: 1, name: "Newsletter" }).waitFor();
    expect(complaints).toEqual([]);
    await end();
  });

  it("goes to its contact by a link, which can be withdrawn on the spot", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "Newsletter", accessType: "Admin" });
    await page.getByRole("radio", { name: "Mail a one-time link" }).check();
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByText("integrations@acme.example gets a link by mail.").waitFor();
    await page.getByRole("button", { name: /^Withdraw/ }).click();
    await page.getByText("Withdrawn", { exact: true }).waitFor();
    expect(mock.keys[0]?.hand_over.kind).toBe("link");
    await end();
  });

  it("for one of several applications that share a key is filled in as that one is", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}${keyPage(mock, "Braze bridge")}`);
    await page.getByText(/Within one day it was used from 4 networks/).waitFor();
    await page.getByRole("link", { name: "Split it: make a key of its own for each application" }).click();
    await page.getByRole("radio", { name: "Integrations", checked: true }).waitFor();
    expect(await page.getByLabel("Nickname").inputValue()).toBe("");
    await page.getByLabel("Nickname").fill("Braze campaigns & loyalty");
    await page.getByText("Each application gets a key of its own").waitFor();
    await page.getByLabel("Nickname").fill("Braze campaigns");
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    expect(mock.keys[0]).toMatchObject({ nickname: "Braze campaigns", access_type: "integrations", restrictions: { channels: [504, 505, 506] } });
    await end();
  });

  it("ends as late as the key policy permits", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    mock.life.policy = { ...mock.life.policy, max_lifetime_days: 365 };
    await page.goto(`${url}/settings/general/api-keys/new`);
    await page.getByRole("button", { name: /^Expiry/ }).click();
    await page.getByText(/By the key policy it ends on .* at the latest\./).waitFor();
    await page.getByRole("radio", { name: "As late as permitted", checked: true }).waitFor();
    await end();
  });
});
