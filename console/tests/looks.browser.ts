// Every page as it looks in light, dark and at the width of a phone (look.ts).
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillKey, launch, signedIn, signIn, visit } from "./harness.ts";
import { keyPage, look, looks } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(looks)("in %s", (mode, context) => {
  const phone = mode === "phone";
  const named = (name: string) => `${name}-${mode}`;

  it("the sign-in", async () => {
    const { page, complaints, end } = await visit(browser, {}, context);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await look(page, named("login"));
    await page.getByRole("button", { name: "Sign in" }).click();
    await look(page, named("login-missing"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("the list, its menus and dialogs", async () => {
    const { page, complaints, end } = await signedIn(browser, {}, context);
    await page.getByRole("link", { name: "Acme SMS Partner" }).waitFor();
    await look(page, named("list"), false);
    await page.getByRole("button", { name: "Actions for Acme SMS Partner" }).click();
    await look(page, named("list-menu"), false);
    await page.getByRole("menuitem", { name: "Revoke…" }).click();
    await look(page, named("list-revoke"), false);
    await page.keyboard.press("Escape");
    if (phone) await page.getByRole("button", { name: "Navigation", exact: true }).click();
    await page.getByRole("button", { name: /Account menu/ }).click();
    await look(page, named("account-menu"), false);
    await page.getByRole("menuitem", { name: /Keyboard shortcuts/ }).click();
    await look(page, named("keyboard-map"), false);
    expect(complaints).toEqual([]);
    await end();
  });

  it("the list when there is nothing to show", async () => {
    const { page, mock, url, end } = await signedIn(browser, { empty: true, tenants: 1 }, context);
    await page.getByText("No API keys yet").waitFor();
    await look(page, named("list-empty"));
    await page.goto(`${url}/settings/general/api-keys?q=nothing`);
    await page.getByText("No key matches").waitFor();
    await look(page, named("list-no-match"));
    mock.failing = "api-keys";
    await page.goto(`${url}/settings/general/api-keys?q=other`);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await look(page, named("list-error"));
    await end();
  });

  it("the new key, empty, wrong and filled in, and its reveal", async () => {
    const { page, complaints, end } = await signedIn(browser, {}, context);
    await page.getByRole("button", { name: "+ New API Key" }).click();
    await page.getByLabel("Nickname").waitFor();
    await look(page, named("new"));
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByText("Give the key a nickname").waitFor();
    await look(page, named("new-wrong"));
    await fillKey(page, { nickname: "Acme SMS Partner", accessType: "Integrations" });
    await page.getByRole("combobox", { name: "Channels" }).click();
    await page.getByRole("option", { name: "505 SMS" }).click();
    await look(page, named("new-channels"), false);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Operations/ }).click();
    await page.getByRole("button", { name: /^Networks/ }).click();
    await page.getByLabel("Addresses and CIDR ranges").fill("203.0.113.0/24\n10.1.2.3/8\nnonsense");
    await page.getByRole("button", { name: /^Expiry/ }).click();
    await page.getByRole("radio", { name: "90 days" }).check();
    await look(page, named("new-filled"));
    await page.getByLabel("Addresses and CIDR ranges").fill("203.0.113.0/24");
    await page.getByRole("button", { name: "Activate key" }).click();
    await page.getByRole("textbox", { name: "API key" }).waitFor();
    await look(page, named("reveal"));
    await page.evaluate(() => history.back());
    await page.getByRole("dialog").waitFor();
    await look(page, named("reveal-leave"), false);
    expect(complaints).toEqual([]);
    await end();
  });

  it("a key, active and ended, and its editing", async () => {
    const { page, complaints, end } = await signedIn(browser, {}, context);
    await page.getByRole("link", { name: "Acme SMS Partner" }).click();
    await page.getByRole("button", { name: /^Operations/ }).click();
    await look(page, named("key"));
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByRole("button", { name: "Save changes" }).waitFor();
    await look(page, named("key-edit"));
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("textbox", { name: /to confirm/ }).fill("Acme SMS Partner");
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("make a new key").waitFor();
    await look(page, named("key-revoked"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("usage, as a chart and as a table, with a moment looked at and reasons unfolded", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}/usage`);
    await page.getByRole("table", { name: "Busiest keys" }).waitFor();
    await look(page, named("usage"));
    await page.getByRole("slider", { name: /^Requests over time/ }).focus();
    await page.keyboard.press("Home");
    await look(page, named("usage-moment"), false);
    await page.getByRole("button", { name: "Show as table: Requests over time" }).click();
    await page.getByRole("button", { name: /^Rate limit reached/ }).click();
    await page.getByRole("list", { name: "Examples of rate_limited" }).waitFor();
    await look(page, named("usage-table"));
    await page.getByRole("button", { name: "Custom range" }).click();
    await look(page, named("usage-custom"), false);
    await page.goto(`${url}${keyPage(mock, "Acme SMS Partner")}/usage?range=7d`);
    await page.getByRole("table", { name: "Addresses" }).waitFor();
    await look(page, named("key-usage"));
    await page.goto(`${url}${keyPage(mock, "Agency sandbox")}/usage`);
    await page.getByText("Nothing was refused in this time.").waitFor();
    await look(page, named("key-usage-none"));
    mock.failing = "/usage";
    await page.goto(`${url}/usage?range=1h`);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await look(page, named("usage-error"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("limits, and their part of the form", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${keyPage(mock, "Acme SMS Partner")}/limits`);
    await page.getByRole("list", { name: "Limits and what is left" }).waitFor();
    await look(page, named("key-limits"));
    await page.getByRole("link", { name: "Edit limits" }).click();
    await page.getByRole("button", { name: "Change 50 requests per 10 s" }).click();
    await page.getByLabel("Requests per 10 s").fill("900");
    await page.getByRole("button", { name: "Add a rate limit" }).click();
    await look(page, named("key-edit-limits"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("alerts and their rules", async () => {
    const { page, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}/alerts`);
    await page.getByRole("heading", { name: /^Receipt mailer/ }).waitFor();
    await look(page, named("alerts"));
    await page.goto(`${url}/alerts?status=acknowledged`);
    await page.getByText("by dana@acme.example").first().waitFor();
    await look(page, named("alerts-acknowledged"), false);
    await page.goto(`${url}/settings/general/alert-rules`);
    await page.getByLabel("Within").fill("9");
    await look(page, named("alert-rules"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("webhooks, one with its log, and a new one", async () => {
    const { page, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}/settings/integrations/webhooks`);
    await page.getByRole("link", { name: "Security channel" }).waitFor();
    await look(page, named("webhooks"));
    await page.getByRole("button", { name: "+ Add webhook" }).click();
    await page.getByLabel("Address").fill("https://hooks.acme.example/new");
    await look(page, named("webhook-new"), false);
    await page.getByRole("button", { name: "Add webhook", exact: true }).click();
    await page.getByRole("textbox", { name: "Signing secret" }).waitFor();
    await look(page, named("webhook-secret"), false);
    await page.getByRole("checkbox", { name: "I have stored it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.goto(`${url}/settings/integrations/webhooks`);
    await page.getByRole("link", { name: "Security channel" }).click();
    await page.getByRole("button", { name: /^alert.opened/ }).nth(1).click();
    await look(page, named("webhook"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("what there is to see before anything happened", async () => {
    const { page, url, complaints, end } = await signedIn(browser, { empty: true }, context);
    for (const [path, heading, name] of [
      ["/alerts", "Nothing needs attention", "alerts-empty"],
      ["/settings/integrations/webhooks", "No webhooks yet", "webhooks-empty"],
      ["/usage", "Busiest keys", "usage-empty"],
    ] as const) {
      await page.goto(url + path);
      await page.getByRole("heading", { name: heading }).waitFor();
      await look(page, named(name));
    }
    expect(complaints).toEqual([]);
    await end();
  });

  it("least privilege, proposed and on trial", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${keyPage(mock, "Acme SMS Partner")}/least-privilege`);
    await page.getByRole("button", { name: "Tighten" }).click();
    await look(page, named("least-privilege"));
    await page.goto(`${url}${keyPage(mock, "Braze bridge")}/least-privilege`);
    await page.getByRole("button", { name: "Apply" }).waitFor();
    await look(page, named("least-privilege-trial"));
    await page.getByRole("button", { name: "Apply" }).click();
    await look(page, named("least-privilege-apply"), false);
    expect(complaints).toEqual([]);
    await end();
  });

  it("the end of a session", async () => {
    const { page, mock, end } = await signedIn(browser, {}, context);
    await page.getByRole("link", { name: "Acme SMS Partner" }).waitFor();
    mock.endSessionAt("/api-keys/");
    await page.getByRole("link", { name: "Loyalty app" }).click();
    await page.getByRole("dialog").waitFor();
    await look(page, named("session-ended"), false);
    await end();
  });

  it("the API reference", async () => {
    const { page, url, complaints, end } = await visit(browser, {}, context);
    await page.goto(`${url}/docs`);
    await page.getByRole("heading", { level: 1, name: "Latchkey management API" }).waitFor();
    await look(page, named("docs"), false);
    expect(complaints).toEqual([]);
    await end();
  });
});

it("the color scheme that was chosen stays, whatever the system says", async () => {
  const { page, end } = await visit(browser, {}, { colorScheme: "light" });
  await signIn(page);
  await page.getByRole("button", { name: /Account menu/ }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await page.reload();
  expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
  await end();
});
