import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, launch, signedIn, visit, type Visit } from "./harness.ts";

const folder = fileURLToPath(new URL("../test-output/", import.meta.url));
const looks: [string, BrowserContextOptions][] = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true }],
];

let browser: Browser;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await launch();
});
afterAll(() => browser.close());

const list = "/settings/general/request-links";

function linkOf(mock: Visit["mock"], status: string) {
  const found = mock.requests.all.find(({ link }) => link.status === status);
  if (!found) throw new Error(`no ${status} link`);
  return found;
}

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel("Your name").fill("Sam Okafor");
  await page.getByLabel("Organisation").fill("SMS Partner Ltd");
  await page.getByLabel("Contact Email").fill("integrations@partner.example");
  await page.getByRole("textbox", { name: "Application", exact: true }).fill("Template sync");
  await page.getByLabel("What it does").fill("Keeps SMS templates the same in both systems.");
  await page.getByRole("checkbox", { name: "GetChannelTemplates", exact: true }).check();
  await page.getByRole("checkbox", { name: "AddChannelTemplates", exact: true }).check();
  await page.getByRole("combobox", { name: "Channels" }).click();
  await page.getByRole("option", { name: "505 SMS" }).click();
  await page.keyboard.press("Escape");
}

describe("request links", () => {
  it("are made with a note, and shown once", async () => {
    const { page, url, mock, complaints, end } = await signedIn(browser);
    await page.getByRole("link", { name: "Request links" }).first().click();
    await page.getByRole("button", { name: "+ New request link" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Note to the third party").fill("For the templates");
    await dialog.getByLabel("Can be filled in for").selectOption("86400");
    await dialog.getByRole("button", { name: "Make link" }).click();
    const shown = await dialog.getByRole("textbox", { name: "Request link" }).innerText();
    const made = mock.requests.all[0];
    expect(shown).toBe(url + (made ? mock.requests.path(made) : ""));
    expect(made?.link.note).toBe("For the templates");
    await dialog.getByRole("button", { name: "Copy the request link" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("link", { name: "For the templates" }).waitFor();
    const kept = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), history.state, document.documentElement.outerHTML]));
    expect(kept).not.toContain(made?.token);
    expect(complaints).toEqual([]);
    await end();
  });

  it("become a draft that is trimmed and activated, and the key goes to the contact by mail", async () => {
    const { page, url, mock, complaints, end } = await signedIn(browser);
    await page.goto(url + list);
    await page.getByRole("list", { name: "Request links" }).getByRole("listitem").first().getByText("Waits for your answer").waitFor();
    await page.getByRole("link", { name: "Template sync" }).click();
    await page.getByText("Anybody with the link could have written this").waitFor();
    expect(await page.getByLabel("Nickname").inputValue()).toBe("Template sync");
    expect(await page.getByLabel("Contact Email").inputValue()).toBe("integrations@partner.example");
    expect(await page.getByRole("radio", { name: "Integrations" }).isChecked()).toBe(true);
    expect(await page.getByRole("radio", { name: "Admin" }).count()).toBe(0);
    await page.getByRole("checkbox", { name: "AddChannelTemplates", exact: true }).uncheck();
    await page.getByText("Template sync may call 2 operations, on channel 505 SMS only").waitFor();
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("heading", { name: "Template sync is active" }).waitFor();
    await page.getByText("integrations@partner.example gets a link by mail").waitFor();
    const key = mock.keys.find(({ nickname }) => nickname === "Template sync");
    expect(key?.restrictions.operations).toEqual(["GetChannelTemplates", "GetLastDataUpdate"]);
    expect(key?.hand_over.kind).toBe("link");
    await page.goto(url + list);
    await page.getByRole("link", { name: "Template sync" }).click();
    await page.getByRole("link", { name: "this key" }).waitFor();
    expect(complaints).toEqual([]);
    await end();
  });

  it("are declined, or withdrawn, when one is sure", async () => {
    const { page, url, mock, end } = await signedIn(browser);
    const [sent, open] = [linkOf(mock, "submitted").link, linkOf(mock, "open").link];
    await page.goto(`${url}${list}/${sent.id}`);
    await page.getByRole("button", { name: "Decline…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Decline request" }).click();
    await page.getByText("Whoever opens the link is told so").waitFor();
    await page.goto(`${url}${list}/${open.id}`);
    await page.getByRole("button", { name: "Withdraw the link…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw link" }).click();
    await page.getByText("before anybody had filled it in").waitFor();
    expect([sent.status, open.status]).toEqual(["declined", "withdrawn"]);
    await end();
  });

  it("show a viewer what is asked for, and no way to answer", async () => {
    const { page, url, mock, end } = await signedIn(browser, { role: "viewer" });
    await page.goto(`${url}${list}/${linkOf(mock, "submitted").link.id}`);
    await page.getByText("An admin of your account decides").waitFor();
    expect(await page.getByRole("button", { name: /Activate|Decline/ }).count()).toBe(0);
    await end();
  });
});

describe("whoever has a link", () => {
  it("says who they are and what they need, without an account, and can correct it", async () => {
    const { page, url, mock, complaints, end } = await visit(browser);
    const kept = linkOf(mock, "open");
    await page.goto(url + mock.requests.path(kept));
    await page.getByRole("heading", { level: 1, name: /^Ask .* for an API key$/ }).waitFor();
    await page.getByText("For the SMS templates that you sync for us.").waitFor();
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByText("Write your name.").waitFor();
    await page.getByText("Select at least one operation that your application must call.").waitFor();
    await fillIn(page);
    await page.getByText(/^Template sync asks .* to let it call 2 operations, on channel 505 SMS only, seeing every attribute, from any network\.$/).waitFor();
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByRole("heading", { name: "Your request was sent" }).waitFor();
    expect(kept.link.status).toBe("submitted");
    expect(kept.link.asked?.restrictions).toMatchObject({ operations: ["GetChannelTemplates", "AddChannelTemplates"], channels: [505] });
    await page.getByRole("button", { name: "Correct it" }).click();
    expect(await page.getByLabel("Your name").inputValue()).toBe("Sam Okafor");
    await page.getByLabel("Contact Email").fill("keys@partner.example");
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByText("keys@partner.example").waitFor();
    expect(kept.link.asked?.contact_email).toBe("keys@partner.example");
    // Another browser with the same link is not told what was filled in.
    await page.reload();
    await page.getByText("the contact that was given").waitFor();
    expect(await page.content()).not.toContain("keys@partner.example");
    expect(mock.seen.filter((line) => line.includes(kept.token))).toEqual([]);
    expect(complaints).toEqual([]);
    await end();
  });

  it("is shown the server's mistakes beside their fields", async () => {
    const { page, url, mock, end } = await visit(browser);
    await page.goto(url + mock.requests.path(linkOf(mock, "open")));
    await fillIn(page);
    await page.getByLabel("Contact Email").fill("sam@partner.invalid");
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByText("This is not an email address that can be written to.").waitFor();
    await page.locator("input[type=email]:focus").waitFor();
    await end();
  });

  it("is told why a link takes nothing", async () => {
    const { page, url, mock, end } = await visit(browser);
    const kept = linkOf(mock, "open");
    for (const [status, title] of [
      ["expired", "This link has expired"],
      ["withdrawn", "This link was withdrawn"],
      ["declined", "Your request was declined"],
      ["activated", "Your request was granted"],
    ] as const) {
      kept.link.status = status;
      await page.goto("about:blank");
      await page.goto(url + mock.requests.path(kept));
      await page.getByRole("heading", { name: title }).waitFor();
    }
    await page.goto(`${url}/request/${kept.link.id}`);
    await page.getByRole("heading", { name: "This link is incomplete" }).waitFor();
    await page.goto("about:blank");
    await page.goto(`${url}/request/${kept.link.id}#${"0".repeat(64)}`);
    await page.getByRole("heading", { name: "There is nothing behind this link" }).waitFor();
    await end();
  });
});

async function look(page: Page, name: string, whole = true): Promise<void> {
  if (whole) await page.evaluate(() => scrollTo(0, 0));
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  });
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: whole });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${name} scrolls sideways by this many pixels`).toBe(0);
  await expectAccessible(page, name);
}

describe.each(looks)("in %s", (mode, context) => {
  it("request links, one that waits, and a new one", async () => {
    const { page, url, mock, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(url + list);
    await page.getByRole("link", { name: "Template sync" }).waitFor();
    await look(page, `requests-${mode}`);
    await page.getByRole("button", { name: "+ New request link" }).click();
    await page.getByLabel("Note to the third party").fill("For the SMS templates that you sync for us.");
    await look(page, `request-new-${mode}`, false);
    await page.getByRole("button", { name: "Make link" }).click();
    await page.getByRole("textbox", { name: "Request link" }).waitFor();
    await look(page, `request-made-${mode}`, false);
    await page.goto(`${url}${list}/${linkOf(mock, "submitted").link.id}`);
    await page.getByRole("button", { name: "Activate key" }).waitFor();
    await look(page, `request-draft-${mode}`);
    await page.goto(`${url}${list}/${linkOf(mock, "open").link.id}`);
    await page.getByRole("button", { name: "Withdraw the link…" }).waitFor();
    await look(page, `request-open-${mode}`);
    expect(complaints).toEqual([]);
    await end();
  });

  it("no request links yet", async () => {
    const { page, url, end } = await signedIn(browser, { empty: true }, context);
    await page.goto(url + list);
    await page.getByRole("heading", { name: "No request links yet" }).waitFor();
    await look(page, `requests-empty-${mode}`);
    await end();
  });

  it("the form of a third party, and what follows", async () => {
    const { page, url, mock, complaints, end } = await visit(browser, {}, context);
    await page.goto(url + mock.requests.path(linkOf(mock, "open")));
    await page.getByRole("button", { name: "Send request" }).waitFor();
    await look(page, `ask-${mode}`);
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByText("Write your name.").waitFor();
    await look(page, `ask-mistakes-${mode}`);
    await fillIn(page);
    await look(page, `ask-filled-${mode}`);
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByRole("heading", { name: "Your request was sent" }).waitFor();
    await look(page, `ask-sent-${mode}`);
    expect(complaints).toEqual([]);
    await end();
  });
});
