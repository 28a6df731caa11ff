// The life of a key as it looks in light, dark and at the width of a phone (look.ts).
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillKey, launch, signedIn, visit } from "./harness.ts";
import { keyPage, look, looks } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(looks)("in %s", (mode, context) => {
  const named = (name: string) => `${name}-${mode}`;

  it("a key that rests, the dialog that rotates it, and the new secret", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${keyPage(mock, "Receipt mailer")}/rotation`);
    await page.getByRole("heading", { name: "Ended lately" }).waitFor();
    await look(page, named("rotation-idle"));
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("radio", { name: "Show it once" }).waitFor();
    await look(page, named("rotate"), false);
    await page.getByRole("radio", { name: "Another time" }).check();
    await page.getByRole("radio", { name: "Write it to a secret manager" }).check();
    await look(page, named("rotate-manager"), false);
    await page.getByRole("radio", { name: "No time" }).check();
    await page.getByRole("radio", { name: "Show it once" }).check();
    await look(page, named("rotate-abrupt"), false);
    await page.getByRole("button", { name: "Rotate key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    await look(page, named("rotate-reveal"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("a key that rotates: both in use, and towards a secret manager that is away", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${keyPage(mock, "Data warehouse export")}`);
    await page.getByText("Being rotated.").waitFor();
    await page.getByText("What it may do").waitFor();
    await look(page, named("rotating-overview"));
    await page.getByRole("link", { name: "Rotation", exact: true }).click();
    await page.getByRole("list", { name: "Hand-overs" }).waitFor();
    await look(page, named("rotating"));
    await page.getByRole("button", { name: "Finish now" }).click();
    await look(page, named("rotating-finish"), false);
    await page.goto(`${url}${keyPage(mock, "Agency sandbox")}/rotation`);
    await page.getByRole("list", { name: "Hand-overs" }).waitFor();
    await look(page, named("rotating-delivery"));
    await page.goto(`${url}${keyPage(mock, "Loyalty app")}/rotation`);
    await page.getByRole("button", { name: /^Withdraw/ }).waitFor();
    await look(page, named("rotation-link"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("a deleted key, and the dialog that deletes one", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${keyPage(mock, "Acme SMS Partner")}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await look(page, named("key-delete"), false);
    await page.goto(`${url}/settings/general/api-keys?status=deleted`);
    await page.getByRole("link", { name: "Old importer" }).click();
    await page.getByRole("button", { name: "Restore" }).waitFor();
    await page.getByText("What it could do").waitFor();
    await look(page, named("key-deleted"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("a new key that goes to a secret manager, and one by a link", async () => {
    const { page, url, complaints, end } = await signedIn(browser, {}, context);
    for (const [choice, name] of [["Write it to a secret manager", "manager"], ["Mail a one-time link", "link"]] as const) {
      await page.goto(`${url}/settings/general/api-keys/new`);
      await fillKey(page, { nickname: `Newsletter ${name}`, accessType: "Admin" });
      await page.getByRole("radio", { name: choice }).check();
      await look(page, named(`new-${name}`));
      await page.getByRole("button", { name: "Activate key" }).click();
      await page.getByRole("list", { name: "Hand-overs" }).waitFor();
      await look(page, named(`handed-over-${name}`));
    }
    expect(complaints).toEqual([]);
    await end();
  });

  it("a key that should be split", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${keyPage(mock, "Braze bridge")}`);
    await page.getByRole("link", { name: /Split it/ }).waitFor();
    await page.getByText("What it may do").waitFor();
    await look(page, named("key-spread"));
    await page.getByRole("link", { name: /Split it/ }).click();
    await page.getByLabel("Nickname").fill("Braze and loyalty");
    await page.getByText("Each application gets a key of its own").waitFor();
    await look(page, named("new-like"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("the key policy", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    mock.life.policy = { ...mock.life.policy, on_exposure: "rotate" };
    await page.goto(`${url}/settings/security/key-policy`);
    await page.getByLabel("Greatest age").waitFor();
    await look(page, named("key-policy"));
    await page.getByLabel("Greatest age").fill("0");
    await page.getByLabel("Reminders, in days before").fill("soon");
    await look(page, named("key-policy-wrong"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("a one-time link, closed, opened, and spent", async () => {
    const { page, mock, url, complaints, end } = await visit(browser, {}, context);
    await page.goto(url + mock.life.link("Loyalty app"));
    await page.getByRole("button", { name: "Show the key" }).waitFor();
    await look(page, named("collect"));
    await page.getByRole("button", { name: "Show the key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    await look(page, named("collected"));
    await page.getByRole("checkbox", { name: "I have stored it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.goto(`${url}/`);
    await page.goto(url + mock.life.link("Loyalty app"));
    await page.getByRole("heading", { name: "This link has been opened" }).waitFor();
    await look(page, named("collect-spent"));
    expect(complaints).toEqual([]);
    await end();
  });
});
