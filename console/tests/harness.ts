import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";
import { account } from "../mock/seed.mjs";
import { Mock } from "../mock/server.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export { account };

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium-headless-shell",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

export interface Visit {
  page: Page;
  mock: Mock;
  url: string;
  /** What the page complained of: uncaught errors, refused resources, broken policy. */
  complaints: string[];
  end: () => Promise<void>;
}

type MockOptions = ConstructorParameters<typeof Mock>[0];

/** A fresh server and a fresh browser profile at its sign-in. */
export async function visit(browser: Browser, options: MockOptions = {}, context: BrowserContextOptions = {}): Promise<Visit> {
  const mock = new Mock(options);
  const url = await mock.listen(0);
  const profile = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...context });
  await profile.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await profile.newPage();
  // Long, for machines that compile meanwhile: what never comes is all that it tells from what comes late.
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A status in the 400s or 500s is an answer, which the page shows; the browser logs it nevertheless.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    mock,
    url,
    complaints,
    end: async () => {
      await profile.close();
      await mock.close();
    },
  };
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "API Key Management" }).waitFor();
}

export async function signedIn(browser: Browser, options: MockOptions = {}, context: BrowserContextOptions = {}): Promise<Visit> {
  const arrived = await visit(browser, options, context);
  await signIn(arrived.page);
  return arrived;
}

/** Chooses in a row of segments, whose radio buttons lie unseen beneath their labels. */
export async function choose(page: Page, segment: string): Promise<void> {
  await page.locator("label").filter({ hasText: new RegExp(`^${segment}$`) }).click();
  await page.getByRole("radio", { name: segment, checked: true }).waitFor({ state: "attached" });
}

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** Every rule of axe, its best practices included, over the page as it stands. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(
    async () => (await (window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe.run()).violations,
  );
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(told, what).toEqual([]);
}

export async function fillKey(page: Page, { nickname, accessType }: { nickname: string; accessType: string }): Promise<void> {
  await page.getByLabel("Nickname").fill(nickname);
  await page.getByLabel("Contact Email").fill("integrations@acme.example");
  await page.getByRole("radio", { name: accessType }).check();
}
