import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, visit, type Visit } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const nickname = "Loyalty app";

/** Opens the mailed link as whoever got it does: without an account. */
async function follow(change?: (mock: Visit["mock"]) => void, rewrite = (link: string) => link) {
  const arrived = await visit(browser);
  change?.(arrived.mock);
  const link = rewrite(arrived.mock.life.link(nickname));
  await arrived.page.goto("about:blank");
  await arrived.page.goto(arrived.url + link);
  return { ...arrived, link, fragment: link.split("#")[1] ?? "" };
}

function state(mock: Visit["mock"]) {
  const kept = mock.life.handOvers.find((each) => each.state.kind === "link");
  if (!kept) throw new Error("There is no link");
  return kept.state;
}

const opens = (mock: Visit["mock"]) => mock.seen.filter((each) => each.endsWith("/open")).length;

/** All that the browser keeps of a page: its address, its history, its storage. */
const kept = (page: Page) =>
  page.evaluate(() => JSON.stringify([location.href, history.state, Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]));

describe("a one-time link", () => {
  it("shows the key after a press of a button, once, and needs no account", async () => {
    const { page, mock, url, link, complaints, end } = await follow();
    await page.getByText("Acme Games hands over the API key Loyalty app.").waitFor();
    expect(opens(mock)).toBe(0);
    await page.getByRole("button", { name: "Show the key" }).click();
    const secret = await page.getByRole("textbox", { name: "API key" }).innerText();
    expect(secret).toMatch(/^lk_live_[A-Za-z0-9]{38}$/);
    await page.getByRole("button", { name: "Copy the API key" }).click();
    await page.getByText("Copied the API key.").waitFor({ state: "attached" });
    await page.getByRole("checkbox", { name: "I have stored it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(state(mock)).toMatchObject({ status: "done", address: "203.0.113.9" });

    await page.goto("about:blank");
    await page.goto(url + link);
    await page.getByRole("heading", { name: "This link has been opened" }).waitFor();
    expect(complaints).toEqual([]);
    await end();
  });

  it("is not spent by whatever follows links", async () => {
    const { page, mock, end } = await follow();
    await page.getByRole("button", { name: "Show the key" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "This link is incomplete" }).waitFor();
    expect(opens(mock)).toBe(0);
    expect(state(mock).status).toBe("pending");
    await end();
  });

  it("leaves neither its fragment nor the key in the address, the history, storage, or any request", async () => {
    const { page, mock, fragment, end } = await follow();
    await page.getByRole("button", { name: "Show the key" }).waitFor();
    expect(new URL(page.url()).hash).toBe("");
    expect(await kept(page)).not.toContain(fragment);
    await page.getByRole("button", { name: "Show the key" }).click();
    const secret = await page.getByRole("textbox", { name: "API key" }).innerText();
    expect(await kept(page)).not.toContain(secret);
    expect(mock.seen.join("\n")).not.toContain(fragment);
    expect(mock.seen.join("\n")).not.toContain(secret);
    await end();
  });

  it("holds the key until it is said to be stored", async () => {
    const { page, end } = await follow();
    await page.getByRole("button", { name: "Show the key" }).click();
    const field = page.getByRole("textbox", { name: "API key" });
    const secret = await field.innerText();
    const asked = new Promise<string>((resolve) => {
      page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    void page.reload().catch(() => undefined);
    expect(await asked).toBe("beforeunload");
    expect(await field.innerText()).toBe(secret);
    await end();
  });

  it.each([
    ["expired", "This link has expired"],
    ["withdrawn", "This link was withdrawn"],
    ["done", "This link has been opened"],
  ] as const)("that is %s says so, and offers no button", async (status, heading) => {
    const { page, end } = await follow((mock) => Object.assign(state(mock), { status }));
    await page.getByRole("heading", { name: heading }).waitFor();
    expect(await page.getByRole("button").count()).toBe(0);
    await end();
  });

  it("that was cut off on its way says so, and is not spent", async () => {
    const { page, mock, end } = await follow(undefined, (link) => link.slice(0, -5));
    await page.getByRole("heading", { name: "This link is incomplete" }).waitFor();
    expect(state(mock).status).toBe("pending");
    await end();
  });

  it("with the fragment of another opens nothing, and is not spent", async () => {
    const { page, mock, end } = await follow(undefined, (link) => link.replace(/#.*/, `#${"ab".repeat(32)}`));
    await page.getByRole("button", { name: "Show the key" }).click();
    await page.getByRole("alert").getByText("This link opens nothing.").waitFor();
    expect(state(mock).status).toBe("pending");
    await end();
  });

  it("that leads nowhere says so", async () => {
    const { page, end } = await follow(undefined, () => `/collect/hnd_nothing#${"ab".repeat(32)}`);
    await page.getByRole("heading", { name: "There is nothing behind this link" }).waitFor();
    await end();
  });

  it("that somebody else opens at the same moment says so", async () => {
    const { page, mock, end } = await follow();
    await page.getByRole("button", { name: "Show the key" }).waitFor();
    Object.assign(state(mock), { status: "done" });
    await page.getByRole("button", { name: "Show the key" }).click();
    await page.getByRole("heading", { name: "This link has been opened" }).waitFor();
    await end();
  });
});
