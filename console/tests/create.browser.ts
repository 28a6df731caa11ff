import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account, fillKey, launch, signedIn, signIn, visit } from "./harness.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Tabs on until the named control has the focus, as someone without a mouse does. */
async function tabTo(page: Page, role: "textbox" | "radio" | "combobox" | "button" | "checkbox", name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name }).first();
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached the ${role} ${String(name)}`);
}

describe("making a key", () => {
  it("takes nothing but the keyboard", async () => {
    const { page, mock, complaints, end } = await signedIn(browser);
    await page.keyboard.press("n");
    await page.getByRole("heading", { level: 1, name: "New API key" }).waitFor();
    await tabTo(page, "textbox", "Nickname");
    await page.keyboard.type("Keyboard Partner");
    await tabTo(page, "textbox", "Contact Email");
    await page.keyboard.type("integrations@acme.example");
    await tabTo(page, "radio", "Admin");
    await page.keyboard.press("ArrowRight");
    await tabTo(page, "combobox", "Channels");
    await page.keyboard.type("Email");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await tabTo(page, "combobox", "Attributes");
    for (const attribute of ["Alias", "Country"]) {
      await page.keyboard.type(attribute);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    }
    await page.keyboard.press("Escape");
    await tabTo(page, "button", /^Networks/);
    await page.keyboard.press("Enter");
    await tabTo(page, "textbox", "Addresses and CIDR ranges");
    await page.keyboard.type("203.0.113.0/24");
    await page.getByText("256 addresses").waitFor();
    await page
      .getByText("Keyboard Partner may call 22 operations, on channel 504 Email only, seeing Alias and Country, from 203.0.113.0/24 only, 50 requests per 10 s.")
      .waitFor();
    await tabTo(page, "button", "Activate key");
    await page.keyboard.press("Enter");

    const secret = await page.getByRole("textbox", { name: "API key" }).innerText();
    expect(secret).toMatch(/^lk_live_[A-Za-z0-9]{38}$/);
    expect(mock.keys[0]).toMatchObject({
      nickname: "Keyboard Partner",
      access_type: "integrations",
      restrictions: { operations: [], channels: [504], attributes: ["Alias", "Country"], ip_ranges: ["203.0.113.0/24"] },
    });
    await tabTo(page, "button", "Copy the API key");
    await page.keyboard.press("Enter");
    await page.getByText("Copied the API key.").waitFor({ state: "attached" });
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    await tabTo(page, "checkbox", "I have stored it");
    await page.keyboard.press("Space");
    await tabTo(page, "button", "Done");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Keyboard Partner" }).waitFor();
    expect(complaints).toEqual([]);
    await end();
  });

  it("puts what the server found wrong on the field", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "Wrong", accessType: "Admin" });
    await page.getByLabel("Contact Email").fill("nobody@acme.invalid");
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByText("This is not an email address that can be written to.").waitFor();
    expect(await page.getByLabel("Contact Email").getAttribute("aria-invalid")).toBe("true");
    await end();
  });

  it("limits a key to operations that were ticked, group by group", async () => {
    const { page, mock, end } = await signedIn(browser);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "Reader", accessType: "Integrations" });
    await page.getByRole("button", { name: "Operations All 22 permitted" }).click();
    await page.getByRole("checkbox", { name: "Actions", exact: true }).check();
    await page.getByRole("checkbox", { name: "GetCampaignDetails" }).uncheck();
    await page.getByRole("button", { name: "Operations 2 of 22" }).waitFor();
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    expect(mock.keys[0]?.restrictions.operations).toEqual(["GetExecutedCampaignsByChannel", "GetExecutedCampaignChannelDetails"]);
    await end();
  });

  it("offers a tenant the channels that are enabled for it, and no others", async () => {
    const { page, end } = await signedIn(browser);
    await page.getByRole("button", { name: /Switch tenant/ }).click();
    await page.getByRole("menuitem", { name: /Acme Nordic/ }).click();
    await page.keyboard.press("n");
    await page.getByRole("radio", { name: "Integrations" }).check();
    await page.getByRole("combobox", { name: "Channels" }).click();
    expect(await page.getByRole("option").allInnerTexts()).toEqual(["504 Email", "505 SMS"]);
    await end();
  });

  it("repeats a lost attempt without making a second key, and says that the first can't be shown", async () => {
    const { page, mock, end } = await signedIn(browser, { empty: true });
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "Lost", accessType: "Admin" });
    mock.loseAnswers = 1;
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("alert").getByText("lost on its way").waitFor();
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("heading", { name: "The key was made, but can't be shown" }).waitFor();
    expect(mock.keys).toHaveLength(1);
    await end();
  });
});

describe("the reveal", () => {
  const reveal = async () => {
    const arrived = await signedIn(browser);
    return { ...arrived, ...(await makeKey(arrived.page)) };
  };
  const makeKey = async (page: Page) => {
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await fillKey(page, { nickname: "Shown once", accessType: "Admin" });
    await page.getByRole("button", { name: "Activate key" }).click();
    const field = page.getByRole("textbox", { name: "API key" });
    await field.waitFor();
    return { field, secret: await field.innerText() };
  };

  it("is not lost to Escape, a stray click, a link or the back button", async () => {
    const { page, field, secret, end } = await reveal();
    await page.keyboard.press("Escape");
    await page.mouse.click(1200, 800);
    const leave = page.getByRole("dialog", { name: "Is the key stored?" });
    const tries = [
      () => page.getByRole("link", { name: "API Key Management" }).first().click(),
      () => page.evaluate(() => history.back()),
    ];
    for (const attempt of tries) {
      await attempt();
      await leave.waitFor();
      expect(await leave.getByRole("button", { name: "Leave" }).isDisabled()).toBe(true);
      await leave.getByRole("button", { name: "Stay here" }).click();
      await leave.waitFor({ state: "hidden" });
      expect(await field.innerText()).toBe(secret);
    }
    await end();
  });

  it("asks before a reload throws it away", async () => {
    const { page, field, secret, end } = await reveal();
    // Browsers ask only on pages that have been clicked.
    await page.getByRole("heading", { level: 1 }).click();
    const asked = new Promise<string>((resolve) => {
      page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    // Never settles when the answer is to stay.
    void page.reload().catch(() => undefined);
    expect(await asked).toBe("beforeunload");
    expect(await field.innerText()).toBe(secret);
    await end();
  });

  it("outlives the session: signing in again happens over it", async () => {
    const { page, mock, end } = await visit(browser);
    await page.clock.install();
    await signIn(page);
    const { field, secret } = await makeKey(page);
    mock.endSessionAt("/alerts");
    await page.clock.fastForward("01:01");
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.getByLabel("Password", { exact: true }).fill(account.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await field.innerText()).toBe(secret);
    await end();
  });

  it("leaves the key in no address, storage or request, and off the page once left", async () => {
    const { page, mock, secret, end } = await reveal();
    const kept = () =>
      page.evaluate(() => JSON.stringify([location.href, history.state, Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]));
    expect(await kept()).not.toContain(secret);
    await page.getByRole("checkbox", { name: "I have stored it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("heading", { level: 1, name: "Shown once" }).waitFor();
    expect(await kept()).not.toContain(secret);
    expect(await page.content()).not.toContain(secret);
    expect(mock.seen.join("\n")).not.toContain(secret);
    await page.goBack();
    expect(await page.content()).not.toContain(secret);
    await end();
  });

  it("shows a call that works as pasted, in four languages, and how to store the key", async () => {
    const { page, secret, end } = await reveal();
    for (const language of ["curl", "Node", "Python", "Go"]) {
      await page.getByRole("tab", { name: language }).click();
      const code = await page.getByRole("region", { name: `the ${language} example` }).innerText();
      expect(code).toContain(secret);
      expect(code).toContain("http://127.0.0.1:8081/current/general/GetLastDataUpdate");
    }
    const vault = await page.getByRole("region", { name: "the HashiCorp Vault command" }).innerText();
    expect(vault).toContain("vault kv put -mount=secret latchkey/shown-once key=-");
    await page.getByRole("tab", { name: "AWS Secrets Manager" }).click();
    const aws = await page.getByRole("region", { name: "the AWS Secrets Manager command" }).innerText();
    expect(aws).toContain("aws secretsmanager create-secret --name latchkey/shown-once");
    expect(vault + aws).not.toContain(secret);
    await end();
  });
});
