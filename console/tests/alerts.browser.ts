import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { choose, launch, signedIn } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("alerts", () => {
  it("are counted in the navigation, say what happened, and are acknowledged", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Alerts 5 open/ }).click();
    const alert = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: /^Acme SMS Partner was refused 31 times/ }) });
    await alert.getByText("4 times since").waitFor();
    expect(await alert.getByLabel("Facts").innerText()).toMatch(/Refusals\s+31/);
    await alert.getByRole("button", { name: /^Acknowledge/ }).click();
    await page.getByText("If it happens again, a new alert opens.").waitFor();
    await alert.waitFor({ state: "detached" });
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Alerts 4 open/ }).waitFor();
    expect(mock.alerts.filter((each) => each.status === "open")).toHaveLength(4);
    await choose(page, "Acknowledged");
    await page.waitForURL(/status=acknowledged/);
    await page.getByRole("listitem").filter({ hasText: "refused 31 times" }).getByText("by dana@acme.example").waitFor();
    await end();
  });

  it("are filtered by what the address says, and paged", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}/alerts?status=all`);
    const items = page.getByRole("list", { name: "Alerts" }).getByRole("listitem");
    await items.first().waitFor();
    expect(await items.count()).toBe(20);
    await page.getByRole("button", { name: "Older" }).click();
    await page.waitForURL(/cursor=/);
    await page.getByRole("button", { name: "Newest" }).click();
    const id = mock.keys.find((key) => key.nickname === "Acme SMS Partner")?.id ?? "";
    await page.goto(`${url}/alerts?status=all&key=${id}`);
    await page.getByRole("button", { name: /^Only Acme SMS Partner/ }).waitFor();
    expect(await items.count()).toBe(1);
    await page.getByRole("button", { name: /^Only Acme SMS Partner/ }).click();
    await items.nth(1).waitFor();
    await end();
  });

  it("of a key are on its page too", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByRole("link", { name: "Acme SMS Partner" }).click();
    const open = page.getByRole("region", { name: "Open alerts" });
    await open.getByRole("button", { name: /^Acknowledge/ }).click();
    await open.waitFor({ state: "detached" });
    await end();
  });

  it("teach what would be here, when there are none", async () => {
    const { page, url, end } = await signedIn(browser, { empty: true });
    await page.goto(`${url}/alerts`);
    await page.getByRole("heading", { name: "Nothing needs attention" }).waitFor();
    await page.getByRole("link", { name: "alert rules", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Alert rules" }).waitFor();
    await end();
  });

  it("can't be acknowledged by a viewer", async () => {
    const { page, url, end } = await signedIn(browser, { role: "viewer" });
    await page.goto(`${url}/alerts`);
    await page.getByRole("heading", { name: /^Receipt mailer/ }).waitFor();
    expect(await page.getByRole("button", { name: /^Acknowledge/ }).count()).toBe(0);
    await end();
  });
});

describe("alert rules", () => {
  it("are switched and set, each by itself, and the server has the last word", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}/settings/general/alert-rules`);
    const rule = page.getByRole("region", { name: "Burst of refusals" });
    await rule.getByLabel("Within").fill("90");
    await rule.getByRole("button", { name: "Save: Burst of refusals" }).click();
    await rule.getByText("a whole number from 1 to 60").waitFor();
    await rule.getByLabel("Within").fill("10");
    await rule.getByRole("checkbox", { name: "Webhooks" }).uncheck();
    await rule.getByRole("button", { name: "Save: Burst of refusals" }).click();
    await page.getByText("“Burst of refusals” is saved.").waitFor();
    expect(mock.rules.find((each) => each.rule === "refusal_burst")).toMatchObject({ enabled: true, webhook: false, settings: { refusals: 20, within_minutes: 10 } });
    await rule.getByRole("button", { name: "Use defaults" }).click();
    expect(await rule.getByLabel("Within").inputValue()).toBe("5");
    const unused = page.getByRole("region", { name: "Unused key" });
    await unused.getByRole("switch", { name: "Watch for: Unused key" }).click({ force: true });
    await unused.getByRole("button", { name: "Save: Unused key" }).click();
    await page.getByText("“Unused key” is saved.").waitFor();
    expect(mock.rules.find((each) => each.rule === "unused")?.enabled).toBe(false);
    await end();
  });
});
