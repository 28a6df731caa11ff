import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("webhooks", () => {
  it("are added, with a secret that is shown once and kept nowhere", async () => {
    const { page, url, mock, end } = await signedIn(browser);
    await page.goto(`${url}/settings/integrations/webhooks`);
    await page.getByRole("button", { name: "+ Add webhook" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Address").fill("http://hooks.acme.example");
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await dialog.getByText("starts with https://").waitFor();
    await dialog.getByLabel("Address").fill("https://queue.internal/x");
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await dialog.getByText("public addresses only").waitFor();
    await dialog.getByLabel("Address").fill("https://hooks.acme.example/second");
    await dialog.getByLabel("Description").fill("Second channel");
    await dialog.getByRole("checkbox", { name: "An alert opens" }).check();
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    const secret = await dialog.getByRole("textbox", { name: "Signing secret" }).innerText();
    expect(secret).toMatch(/^whsec_/);
    // Neither Escape nor a stray click loses it.
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    expect(await dialog.getByRole("button", { name: "Done" }).isDisabled()).toBe(true);
    await dialog.getByRole("checkbox", { name: "I have stored it" }).check();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("heading", { level: 1, name: "Second channel" }).waitFor();
    const kept = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), history.state, document.documentElement.outerHTML]));
    expect(kept).not.toContain(secret);
    expect(mock.webhooks.all.at(-1)?.webhook).toMatchObject({ url: "https://hooks.acme.example/second", events: ["alert.opened"] });
    await end();
  });

  it("show every delivery with its attempts, test and replay", async () => {
    const { page, url, mock, end } = await signedIn(browser);
    await page.goto(`${url}/settings/integrations/webhooks`);
    await page.getByRole("link", { name: "Security channel" }).click();
    const deliveries = page.getByRole("list", { name: "Deliveries" }).locator("> li");
    await deliveries.first().waitFor();
    expect(await deliveries.count()).toBe(5);
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("The test message was sent. Answered 204.").waitFor();
    await deliveries.filter({ hasText: "webhook.test" }).waitFor();
    const second = deliveries.nth(2);
    await second.getByRole("button", { name: /^alert.opened/ }).click();
    expect(await second.getByRole("list", { name: "Attempts" }).getByRole("listitem").count()).toBe(3);
    await second.getByRole("region", { name: "the message" }).getByText("Acme SMS Partner was refused").waitFor();
    await second.getByRole("button", { name: "Replay" }).click();
    await page.getByText("on its way again").waitFor();
    expect(mock.webhooks.all[0]?.deliveries).toHaveLength(7);
    await end();
  });

  it("tell what does not arrive and when it is tried again", async () => {
    const { page, url, end } = await signedIn(browser);
    await page.goto(`${url}/settings/integrations/webhooks`);
    const item = page.getByRole("listitem").filter({ hasText: "On-call pager" });
    await item.getByText("Active, failing").waitFor();
    await item.getByRole("link", { name: "On-call pager" }).click();
    await page.getByRole("button", { name: /^alert.opened/ }).click();
    const attempts = page.getByRole("list", { name: "Attempts" });
    await attempts.getByText("The connection was refused.").waitFor();
    await attempts.getByText("The next attempt").waitFor();
    await end();
  });

  it("are disabled, given a new secret, and deleted", async () => {
    const { page, url, mock, end } = await signedIn(browser);
    const { webhook } = mock.webhooks.all[0] ?? {};
    await page.goto(`${url}/settings/integrations/webhooks/${webhook?.id ?? ""}`);
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByText("nothing is sent until it is enabled again").waitFor();
    expect(await page.getByRole("button", { name: "Send a test" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByText("nothing is sent until it is enabled again").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Rotate secret" }).click();
    await page.getByRole("button", { name: "Make a new secret" }).click();
    const dialog = page.getByRole("dialog", { name: "The new secret" });
    expect(await dialog.getByRole("textbox", { name: "Signing secret" }).innerText()).toMatch(/^whsec_/);
    await dialog.getByRole("checkbox", { name: "I have stored it" }).check();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Delete webhook" }).click();
    await page.waitForURL(`${url}/settings/integrations/webhooks`);
    await page.getByText("Nothing more is sent to it.").waitFor();
    expect(mock.webhooks.all).toHaveLength(1);
    await end();
  });

  it("teach what they are for, when there are none", async () => {
    const { page, url, end } = await signedIn(browser, { empty: true });
    await page.goto(`${url}/settings/integrations`);
    await page.waitForURL(`${url}/settings/integrations/webhooks`);
    await page.getByRole("button", { name: "Add your first webhook" }).click();
    await page.getByRole("dialog", { name: "Add a webhook" }).waitFor();
    await end();
  });
});
