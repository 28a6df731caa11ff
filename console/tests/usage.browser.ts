import { readFileSync } from "node:fs";
import type { Browser, Page, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Usage } from "../src/api/types.ts";
import { choose, launch, signedIn, type Visit } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const number = (text: string) => Number(text.replaceAll(",", ""));

function answers(response: Response, path: RegExp): boolean {
  return path.test(response.url()) && response.ok();
}

/** Goes somewhere, and answers what the server said there of use by outcome. */
async function readUsage({ page, url }: Visit, path: string): Promise<Usage> {
  const answer = page.waitForResponse((response) => answers(response, /\/usage\?.*group_by=outcome/));
  await page.goto(url + path);
  return (await (await answer).json()) as Usage;
}

async function figure(page: Page, label: string): Promise<string> {
  const term = page.getByLabel("In short").locator("div", { has: page.getByRole("term").getByText(label, { exact: true }) });
  return (await term.getByRole("definition").locator("div").first().innerText()).trim();
}

describe("the usage of a tenant", () => {
  it("is what the API reports, to the number, as figures, as a chart and as a table", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const usage = await readUsage(visit, "/usage?range=7d");
    await page.getByRole("heading", { level: 1, name: "Usage" }).waitFor();
    expect(number(await figure(page, "Requests"))).toBe(usage.total);
    expect(number(await figure(page, "Refused"))).toBe(usage.refused);
    const legend = await page.getByRole("list", { name: "Series" }).getByRole("listitem").allInnerTexts();
    expect(legend.map((text) => number(/[\d,]+$/.exec(text)?.[0] ?? ""))).toEqual([usage.allowed, usage.refused]);

    await page.getByRole("button", { name: "Show as table: Requests over time" }).click();
    const rows = page.getByRole("table", { name: "Requests over time" }).getByRole("row");
    expect(await rows.count()).toBe(usage.times.length + 1);
    const cells = (await rows.allInnerTexts()).slice(1).map((row) => row.split("\t").slice(1, 4).map(number));
    const sumAt = (i: number, keys: (key: string | null) => boolean) =>
      usage.series.filter((each) => keys(each.key)).reduce((sum, each) => sum + (each.values[i] ?? 0), 0);
    expect(cells).toEqual(
      usage.times.map((_, i) => [sumAt(i, () => true), sumAt(i, (key) => key === "allowed"), sumAt(i, (key) => key !== "allowed")]),
    );
    await end();
  });

  it("is moved through with the arrow keys, which say the values of each moment", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const usage = await readUsage(visit, "/usage");
    const slider = page.getByRole("slider", { name: /^Requests over time/ });
    await slider.focus();
    await page.keyboard.press("Home");
    const at = (i: number) => usage.series.reduce((sum, each) => sum + (each.values[i] ?? 0), 0);
    expect(await slider.getAttribute("aria-valuetext")).toContain(`: ${new Intl.NumberFormat("en-US").format(at(0))} request`);
    await page.keyboard.press("ArrowRight");
    expect(await slider.getAttribute("aria-valuetext")).toContain(`: ${new Intl.NumberFormat("en-US").format(at(1))} request`);
    await page.keyboard.press("End");
    expect(await slider.getAttribute("aria-valuenow")).toBe(String(usage.times.length - 1));
    await end();
  });

  it("shows the values under the pointer", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const usage = await readUsage(visit, "/usage");
    const slider = page.getByRole("slider", { name: /^Requests over time/ });
    const box = await slider.boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 4, (box?.y ?? 0) + 40);
    const last = usage.series.find((each) => each.key === "allowed")?.values.at(-1) ?? 0;
    expect(await slider.innerText()).toContain(`Allowed\n${String(last)}`);
    await page.mouse.move(2, 2);
    expect(await slider.innerText()).not.toContain("Allowed");
    await end();
  });

  it("keeps its range in the address, a custom one too", async () => {
    const visit = await signedIn(browser);
    const { page, mock, end } = visit;
    await readUsage(visit, "/usage");
    await choose(page, "30 d");
    await page.waitForURL(/range=30d/);
    await page.reload();
    await page.getByRole("radio", { name: "30 d", checked: true }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Custom range" }).click();
    await page.getByLabel("From").fill("2024-05-03T00:00");
    await page.getByLabel("To", { exact: true }).fill("2024-05-01T00:00");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByText("The end must be after the start.").waitFor();
    await page.getByLabel("To", { exact: true }).fill("2024-05-05T00:00");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.waitForURL(/from=2024-05-0\d/);
    await page.getByRole("button", { name: /^Custom range: May/ }).waitFor();
    await page.getByText("No request in this time.").first().waitFor();
    expect(mock.seen.filter((each) => /usage\?from=2024-05-0\d.*to=2024-05-0\d/.test(each)).length).toBeGreaterThan(0);
    // The past does not move.
    expect(await page.getByRole("switch", { name: "Live update" }).isDisabled()).toBe(true);
    await end();
  });

  it("keeps up with the present until it is paused", async () => {
    const visit = await signedIn(browser);
    const { page, mock, url, end } = visit;
    await page.clock.install();
    await page.goto(`${url}/usage`);
    const asked = () => mock.seen.filter((each) => each.includes("group_by=outcome")).length;
    await page.getByRole("slider", { name: /^Requests over time/ }).waitFor();
    const before = number(await figure(page, "Requests"));
    mock.elapsed += 3 * 3_600_000;
    const key = mock.keys.find((each) => each.nickname === "Receipt mailer");
    if (key?.last_used) key.last_used.at = new Date(mock.clock()).toISOString();
    mock.traffic.cells.clear();
    const next = page.waitForResponse((response) => answers(response, /group_by=outcome/));
    await page.clock.fastForward(5_500);
    const usage = (await (await next).json()) as Usage;
    expect(usage.total).not.toBe(before);
    await page.getByRole("definition").getByText(new Intl.NumberFormat("en-US").format(usage.total), { exact: true }).waitFor();

    const live = page.getByRole("switch", { name: "Live update" });
    await live.click();
    expect(await live.getAttribute("aria-checked")).toBe("false");
    const count = asked();
    await page.clock.fastForward(20_000);
    expect(asked()).toBe(count);
    await end();
  });

  it("shows why requests were refused, with examples to quote", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    await readUsage(visit, "/usage?range=7d");
    await page.getByRole("button", { name: /^Rate limit reached/ }).click();
    const examples = page.getByRole("list", { name: "Examples of rate_limited" }).getByRole("listitem");
    await examples.first().waitFor();
    expect(await examples.count()).toBe(5);
    expect(await examples.first().innerText()).toMatch(/req_/);
    await examples.first().getByRole("link", { name: "the key's usage" }).click();
    await page.waitForURL(/\/api-keys\/key_.*\/usage/);
    await end();
  });

  it("is to be had as a file", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const usage = await readUsage(visit, "/usage?range=7d");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV: Requests over time" }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    const lines = text.trim().split("\r\n");
    expect(lines[0]).toBe("time,outcome,requests");
    expect(lines.slice(1).reduce((sum, line) => sum + Number(line.split(",")[2]), 0)).toBe(usage.total);
    await end();
  });

  it("says what failed, and tries again when asked", async () => {
    const visit = await signedIn(browser);
    const { page, mock, url, end } = visit;
    mock.failing = "/usage";
    await page.goto(`${url}/usage`);
    await page.getByRole("alert").getByText(/req_/).waitFor();
    mock.failing = null;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("slider", { name: /^Requests over time/ }).waitFor();
    await end();
  });
});

describe("the usage of a key", () => {
  it("is a tab with an address, with its last use, its addresses and its limits", async () => {
    const visit = await signedIn(browser);
    const { page, mock, end } = visit;
    await page.getByRole("link", { name: "Acme SMS Partner" }).click();
    await page.getByRole("navigation", { name: "Parts of this key's page" }).getByRole("link", { name: "Usage" }).click();
    await page.waitForURL(/\/usage$/);
    await page.getByRole("table", { name: "Addresses" }).getByText("203.0.113.14").waitFor();
    await page.getByRole("list", { name: "Limits and what is left" }).getByText("50 requests per 10 s").waitFor();
    expect(await figure(page, "Last used")).toBe("4 minutes ago");
    const id = mock.keys.find((key) => key.nickname === "Acme SMS Partner")?.id ?? "";
    const usage = await readUsage(visit, `/settings/general/api-keys/${id}/usage`);
    await page.getByRole("slider", { name: /^Requests over time/ }).waitFor();
    expect(number(await figure(page, "Requests"))).toBe(usage.total);
    await end();
  });

  it("shows in the list as a week at a glance, for all keys of a page in one request", async () => {
    const { page, mock, end } = await signedIn(browser);
    const row = page.getByRole("row", { name: /Acme SMS Partner/ });
    await row.getByRole("img", { name: /^[\d,]+ requests in 7 days$/ }).waitFor();
    await page.getByRole("row", { name: /Agency sandbox/ }).getByRole("img", { name: "0 requests in 7 days" }).waitFor();
    const asked = mock.seen.filter((each) => each.includes("group_by=key"));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.match(/[?&]key=/g)).toHaveLength(25);
    await end();
  });
});
