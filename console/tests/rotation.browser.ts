import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mock } from "../mock/server.mjs";
import { account, launch, signedIn, signIn, visit as visitSignedOut, type Visit } from "./harness.ts";
import { keyPage } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

type Key = Mock["keys"][number];

function keyNamed(mock: Mock, nickname: string): Key {
  const key = mock.keys.find((each) => each.nickname === nickname);
  if (!key) throw new Error(`No key is called ${nickname}`);
  return key;
}

async function openRotation({ page, mock, url }: Visit, nickname: string): Promise<Key> {
  await page.goto(`${url}${keyPage(mock, nickname)}/rotation`);
  await page.getByRole("heading", { level: 1, name: nickname }).waitFor();
  return keyNamed(mock, nickname);
}

async function rotateShown(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Rotate key" }).click();
  return page.getByRole("textbox", { name: "API key" }).innerText();
}

/** Presses the button of the page, then the one of the dialog that asks. */
async function confirm(page: Page, button: string, answer: string): Promise<void> {
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("dialog").getByRole("button", { name: answer }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

describe("rotating a key", () => {
  it("says beforehand what will happen, shows the new secret once, and then both side by side", async () => {
    const visit = await signedIn(browser);
    const { page, complaints, end } = visit;
    const key = await openRotation(visit, "Acme SMS Partner");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    const forecast = page.getByRole("status", { name: "What will happen" });
    await forecast.getByText(/Old and new both work for 24 hours\. Callers that have not switched by .* are refused\./).waitFor();
    await page.getByRole("radio", { name: "7 days" }).check();
    await forecast.getByText("Old and new both work for 7 days.").waitFor();
    const before = key.hint;
    const secret = await rotateShown(page);
    expect(secret).toMatch(/^lk_live_[A-Za-z0-9]{38}$/);
    expect(key.rotation).toMatchObject({ overlap_seconds: 604_800, finish: "at_end", old_hint: before });

    await page.getByRole("checkbox", { name: "I have stored it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    const old = page.getByRole("region", { name: "Old secret" });
    await old.getByText(before).waitFor();
    await old.getByText("4 minutes ago from").waitFor();
    await old.getByText(/acme-sms\/4\.2/).waitFor();
    await page.getByRole("region", { name: "New secret" }).getByText("Never used").waitFor();
    expect(complaints).toEqual([]);
    await end();
  });

  it("takes nothing but the keyboard, from the list on", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("button", { name: "Actions for Acme SMS Partner" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Rotate…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Rotate Acme SMS Partner" });
    await dialog.getByRole("radio", { name: "24 hours", exact: true }).focus();
    await page.keyboard.press("ArrowLeft");
    await dialog.getByText("Old and new both work for 1 hour.").waitFor();
    await dialog.getByRole("radio", { name: "Show it once" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    expect(keyNamed(mock, "Acme SMS Partner").rotation?.overlap_seconds).toBe(3_600);
    await end();
  });

  it("asks when it is asked for in the address, and not again after a reload", async () => {
    const visit = await signedIn(browser);
    const { page, mock, url, end } = visit;
    await page.goto(`${url}${keyPage(mock, "Acme SMS Partner")}/rotation#rotate`);
    await page.getByRole("dialog", { name: "Rotate Acme SMS Partner" }).waitFor();
    expect(new URL(page.url()).hash).toBe("");
    await page.reload();
    await page.getByRole("button", { name: "Rotate", exact: true }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await end();
  });

  it("warns when callers will be cut off, and waits for the first use when told to", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const key = await openRotation(visit, "Acme SMS Partner");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("radio", { name: "No time" }).check();
    await page.getByText(/The old one ends at once: callers are refused until they have the new one\. It was last used 4 minutes ago from 203\.0\.113/).waitFor();
    await page.getByRole("radio", { name: "When the new one is used for the first time" }).check();
    await page.getByText("ends at that moment").waitFor();
    await page.getByRole("radio", { name: "Another time" }).check();
    await page.getByLabel("How long").fill("soon");
    expect(await page.getByRole("button", { name: "Rotate key" }).isDisabled()).toBe(true);
    await page.getByLabel("How long").fill("90");
    await page.getByLabel("Unit").selectOption("minutes");
    await page.getByText("for 1 hour and 30 minutes after its first use").waitFor();
    await rotateShown(page);
    expect(key.rotation).toMatchObject({ overlap_seconds: 5_400, finish: "on_first_use", ends_at: null });
    await end();
  });

  it("into a secret manager shows nobody the secret, and how the delivery goes until it is there", async () => {
    const visit = await signedIn(browser);
    const { page, mock, end } = visit;
    const key = await openRotation(visit, "Acme SMS Partner");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("radio", { name: "Write it to a secret manager" }).check();
    await page.getByText("Stored at latchkey/1042/apps/acme-sms-partner").waitFor();
    await page.getByLabel("Path").fill("/wrong");
    await page.getByRole("button", { name: "Rotate key" }).click();
    await page.getByText("A path starts with a letter or a digit.").first().waitFor();
    expect(await page.getByLabel("Path").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Path").fill("apps/sms");
    await page.getByRole("button", { name: "Rotate key" }).click();
    await page.getByText("The new secret is on its way to vault-prod.").waitFor();
    expect(await page.getByRole("button", { name: "Finish now" }).isDisabled()).toBe(true);
    expect(await page.getByRole("textbox", { name: "API key" }).count()).toBe(0);
    mock.life.deliver(key);
    await page.getByText(/^Both work until/).waitFor();
    await page.getByRole("list", { name: "Hand-overs" }).getByText("Stored", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Finish now" }).isEnabled()).toBe(true);
    await end();
  });

  it("says that a lost answer cost the secret: the key shows as rotating, and can be rotated again", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    await openRotation(visit, "Acme SMS Partner");
    await page.route("**/rotate", async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("button", { name: "Rotate key" }).click();
    await page.getByRole("alert").getByText("could not be reached").waitFor();
    await page.getByText("It is being rotated already, and nobody has used its new secret yet.").waitFor();
    expect(await rotateShown(page)).toMatch(/^lk_live_/);
    await end();
  });
});

describe("while a key rotates", () => {
  it("shows as it happens who has switched", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const key = await openRotation(visit, "Agency sandbox");
    await page.getByText("Nobody has ever used the old secret.").waitFor();
    const [, fresh] = key.secrets;
    if (fresh) fresh.last_used = { at: new Date().toISOString(), address: "198.51.100.7", user_agent: "agency/2", operation: null };
    await page.getByRole("region", { name: "New secret" }).getByText("198.51.100.7").waitFor();
    // Both in use: rotating again would take one of them from somebody.
    await page.getByRole("button", { name: "Rotate again" }).waitFor({ state: "detached" });
    await end();
  });

  it("is finished, with the facts that speak against it", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const key = await openRotation(visit, "Data warehouse export");
    await page.getByRole("button", { name: "Finish now" }).click();
    await page.getByRole("dialog").getByText("The old secret was used 4 minutes ago from 198.51.100.20 by “python-httpx/0.27.0”; calls like that one will be refused at once.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "End the old secret" }).click();
    await page.getByRole("heading", { name: "Secret", exact: true }).waitFor();
    await page.getByRole("list", { name: "Ended secrets" }).getByText("last used 4 minutes ago from").waitFor();
    expect(key.secrets.map(({ state }) => state)).toEqual(["ended", "current"]);
    await end();
  });

  it("is cancelled, and goes on with the old secret", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const key = await openRotation(visit, "Agency sandbox");
    const old = key.rotation?.old_hint ?? "";
    await page.getByRole("button", { name: "Cancel rotation" }).click();
    await page.getByRole("dialog").getByText("The old one goes on alone, without an end. It is taken back out of vault-prod.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "End the new secret" }).click();
    await page.getByText(`${old}, the 2nd of this key`).waitFor();
    await end();
  });

  it("loses one of its secrets alone", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    const key = await openRotation(visit, "Data warehouse export");
    await confirm(page, "Revoke the new secret", "Revoke it");
    await page.getByRole("button", { name: "Rotate", exact: true }).waitFor();
    expect(key.hint).toMatch(/w3Ke$/);
    await end();
  });

  it("is told as such in the list and on the key's page", async () => {
    const visit = await signedIn(browser);
    const { page, end } = visit;
    await page.getByRole("row", { name: /Data warehouse export/ }).getByText(/^until /).waitFor();
    await page.getByRole("link", { name: "Data warehouse export" }).click();
    await page.getByRole("link", { name: "See who uses which secret" }).click();
    await page.getByRole("heading", { name: "Being rotated" }).waitFor();
    await end();
  });

  it("offers a viewer nothing that they may not do", async () => {
    const visit = await signedIn(browser, { role: "viewer" });
    const { page, end } = visit;
    await openRotation(visit, "Data warehouse export");
    await page.getByRole("region", { name: "Old secret" }).waitFor();
    for (const name of [/^Revoke/, "Finish now", "Cancel rotation", "Rotate again"]) expect(await page.getByRole("button", { name }).count()).toBe(0);
    await end();
  });
});

describe("the new secret", () => {
  const reveal = async () => {
    const visit = await signedIn(browser);
    // By links, so that the way back is one that the console can hold up.
    await visit.page.getByRole("link", { name: "Acme SMS Partner" }).click();
    await visit.page.getByRole("link", { name: "Rotation", exact: true }).click();
    await visit.page.getByRole("button", { name: "Rotate", exact: true }).click();
    return { ...visit, secret: await rotateShown(visit.page) };
  };

  it("is not lost to Escape, a link, the back button, or a server that is away", async () => {
    const { page, mock, secret, end } = await reveal();
    const field = page.getByRole("textbox", { name: "API key" });
    await page.keyboard.press("Escape");
    mock.failing = "GET /v1/";
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    for (const leave of [() => page.getByRole("link", { name: "Usage" }).first().click(), () => page.evaluate(() => history.back())]) {
      await leave();
      const dialog = page.getByRole("dialog", { name: "Is the key stored?" });
      await dialog.getByRole("button", { name: "Stay here" }).click();
      await dialog.waitFor({ state: "hidden" });
      expect(await field.innerText()).toBe(secret);
    }
    await end();
  });

  it("is in no address, storage or request, and off the page once left", async () => {
    const { page, mock, secret, end } = await reveal();
    const kept = () =>
      page.evaluate(() => JSON.stringify([location.href, history.state, Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]));
    expect(await kept()).not.toContain(secret);
    await page.getByRole("link", { name: "API Key Management" }).first().click();
    await page.getByRole("dialog").getByRole("checkbox", { name: "I have stored it" }).check();
    await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await page.getByRole("heading", { level: 1, name: "API Key Management" }).waitFor();
    expect(await kept()).not.toContain(secret);
    expect(await page.content()).not.toContain(secret);
    expect(mock.seen.join("\n")).not.toContain(secret);
    await page.goBack();
    await page.getByRole("region", { name: "New secret" }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await end();
  });

  it("outlives the session: signing in again happens over it", async () => {
    const visit = await visitSignedOut(browser);
    const { page, mock, end } = visit;
    await page.clock.install();
    await signIn(page);
    await openRotation(visit, "Acme SMS Partner");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    const secret = await rotateShown(page);
    mock.endSessionAt("/alerts");
    await page.clock.fastForward("01:01");
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.getByLabel("Password", { exact: true }).fill(account.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await page.getByRole("textbox", { name: "API key" }).innerText()).toBe(secret);
    await end();
  });
});

describe("hand-overs", () => {
  it("a link that was not opened is withdrawn", async () => {
    const visit = await signedIn(browser);
    const { page, mock, end } = visit;
    await openRotation(visit, "Loyalty app");
    const list = page.getByRole("list", { name: "Hand-overs" });
    await list.getByText("Not opened yet").waitFor();
    await list.getByRole("button", { name: "Withdraw: Link to loyalty-app@acme.example" }).click();
    await list.getByText("Withdrawn").waitFor();
    expect(mock.life.handOvers.find(({ state }) => state.kind === "link")?.state.status).toBe("withdrawn");
    await end();
  });

  it("a link that was opened says when, from where and by what", async () => {
    const visit = await signedIn(browser);
    const { page, mock, end } = visit;
    const kept = mock.life.handOvers.find(({ state }) => state.kind === "link");
    if (kept) Object.assign(kept.state, { status: "done", done_at: new Date().toISOString(), address: "203.0.113.9", user_agent: "Mozilla/5.0" });
    await openRotation(visit, "Loyalty app");
    await page.getByRole("list", { name: "Hand-overs" }).getByText("opened just now from 203.0.113.9, by “Mozilla/5.0”").waitFor();
    await end();
  });

  it("only what the server can do is offered", async () => {
    const visit = await signedIn(browser);
    const { page, mock, end } = visit;
    mock.life.places = { link: false, secret_managers: [] };
    await openRotation(visit, "Acme SMS Partner");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByText("This server sends no mail.").waitFor();
    expect(await page.getByRole("radio", { name: "Mail a one-time link" }).isDisabled()).toBe(true);
    expect(await page.getByRole("radio", { name: "Write it to a secret manager" }).isDisabled()).toBe(true);
    await end();
  });
});
