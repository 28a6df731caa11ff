import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("the list of keys", () => {
  it("is found by walking Settings, General, API Key Management", async () => {
    const { page, url, end } = await signedIn(browser);
    const nav = page.getByRole("navigation", { name: "Main" });
    for (const name of ["Settings", "General", "API Key Management"]) {
      await nav.getByRole("link", { name }).click();
      await page.waitForURL(`${url}/settings/general/api-keys`);
      await page.getByRole("heading", { level: 1, name: "API Key Management" }).waitFor();
    }
    await end();
  });

  it("searches and filters on the server, keeps both in the address, and survives a reload", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.keyboard.press("/");
    await page.keyboard.type("store 00");
    await page.getByText("1–9 of").or(page.getByText("9 keys")).waitFor();
    await page.getByRole("combobox", { name: "Access type" }).selectOption("Transactional");
    await page.waitForURL(/access_type=transactional/);
    expect(new URL(page.url()).searchParams.get("q")).toBe("store 00");
    await page.reload();
    await page.getByRole("link", { name: "Store 001" }).waitFor();
    expect(await page.getByLabel("Search keys").inputValue()).toBe("store 00");
    expect(mock.seen.findLast((each) => each.includes("/api-keys"))).toMatch(/q=store\+00|q=store%2000/);
    await end();
  });

  it("sorts by a column's button and tells the order", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByRole("button", { name: "Nickname" }).click();
    await page.getByRole("columnheader", { name: "Nickname" }).and(page.locator("[aria-sort=ascending]")).waitFor();
    await page.getByRole("row").nth(1).getByRole("link", { name: "Acme SMS Partner" }).waitFor();
    expect(page.url()).toContain("sort=nickname");
    await end();
  });

  it("pages by cursor, forward and back", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByText("1–25 of 40 keys").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("26–40 of 40 keys").waitFor();
    expect(page.url()).toContain("cursor=");
    await page.reload();
    await page.getByText("26–40 of 40 keys").waitFor();
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByText("1–25 of 40 keys").waitFor();
    await end();
  });

  it("teaches when it is empty", async () => {
    const { page, end } = await signedIn(browser, { empty: true });
    await page.getByRole("button", { name: "Make your first key" }).or(page.getByRole("link", { name: "Make your first key" })).click();
    await page.getByRole("heading", { level: 1, name: "New API key" }).waitFor();
    await end();
  });

  it("shows what failed with the request's id, and tries again when asked", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    mock.failing = "GET /v1/tenants";
    await page.goto(`${url}/settings/general/api-keys?status=active`);
    await page.getByRole("alert").getByText(/req_/).waitFor();
    mock.failing = null;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "Acme SMS Partner" }).waitFor();
    await end();
  });

  it("disables, enables and revokes from the row's menu", async () => {
    const { page, mock, end } = await signedIn(browser);
    const row = page.getByRole("row", { name: /Acme SMS Partner/ });
    const choose = async (item: string) => {
      await row.getByRole("button", { name: "Actions for Acme SMS Partner" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await choose("Disable…");
    await page.getByRole("dialog").getByText(/last used 4 minutes ago from 203\.0\.113\.\d+/).waitFor();
    await page.getByRole("button", { name: "Disable key" }).click();
    await row.getByText("Disabled").waitFor();
    await choose("Enable");
    await row.getByText("Active").waitFor();
    await choose("Revoke…");
    const dialog = page.getByRole("dialog", { name: "Revoke Acme SMS Partner?" });
    expect(await dialog.getByRole("button", { name: "Revoke key" }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Type Acme SMS Partner to confirm" }).fill("Acme SMS Partner");
    await dialog.getByRole("button", { name: "Revoke key" }).click();
    await row.getByText("Revoked").waitFor();
    expect(mock.keys.find((key) => key.nickname === "Acme SMS Partner")?.status).toBe("revoked");
    await end();
  });

  it("switches the tenant", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByRole("button", { name: /Switch tenant/ }).click();
    await page.getByRole("menuitem", { name: /Acme Nordic/ }).click();
    await page.getByText("No API keys yet").waitFor();
    await end();
  });
});
