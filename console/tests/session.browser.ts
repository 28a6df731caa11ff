import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account, launch, signedIn, signIn, visit } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("signing in", () => {
  it("lands on API Key Management, at its address", async () => {
    const { page, url, end } = await visit(browser);
    await signIn(page);
    expect(page.url()).toBe(`${url}/settings/general/api-keys`);
    await end();
  });

  it("says what to do after a wrong password", async () => {
    const { page, end } = await visit(browser);
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("ask an owner").waitFor();
    await end();
  });

  it("leads back to the page that was asked for", async () => {
    const { page, mock, url, end } = await visit(browser);
    const key = mock.keys[0];
    await page.goto(`${url}/settings/general/api-keys/${key?.id ?? ""}`);
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill(account.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: key?.nickname ?? "" }).waitFor();
    await end();
  });

  it("is asked for again in place when the session ends, and nothing typed is lost", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await page.getByLabel("Nickname").fill("Half a form");
    await page.getByLabel("Contact Email").fill("integrations@acme.example");
    await page.getByRole("radio", { name: "Admin" }).check();
    mock.endSessionAt("POST /v1/tenants/");
    await page.getByRole("button", { name: "Activate key" }).click();
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.getByLabel("Password", { exact: true }).fill(account.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await page.getByLabel("Nickname").inputValue()).toBe("Half a form");
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    await end();
  });

  it("again on another tab does not stop this one's work", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("link", { name: "Acme SMS Partner" }).click();
    // Another sign-in gives the same cookie jar a new token; this page still holds the old one.
    if (mock.session) mock.session.csrf = "the-new-token";
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Disable key" }).click();
    await page.getByText("until it is enabled again").waitFor();
    await end();
  });

  it("out of it ends the session and shows the sign-in", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.getByRole("button", { name: /Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(mock.session).toBeNull();
    expect(page.url()).toBe(`${url}/login`);
    await end();
  });

  it("shows a viewer the keys, and nothing that changes them", async () => {
    const { page, end } = await signedIn(browser, { role: "viewer" });
    await page.getByRole("link", { name: "Acme SMS Partner" }).waitFor();
    expect(await page.getByRole("button", { name: "+ New API Key" }).count()).toBe(0);
    await page.getByRole("button", { name: "Actions for Acme SMS Partner" }).click();
    expect(await page.getByRole("menuitem").allInnerTexts()).toEqual(["Open", "Copy id"]);
    await end();
  });
});
