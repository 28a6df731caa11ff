import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, launch, signedIn } from "./harness.ts";
import { keyPage } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe("an exposed key", () => {
  it("stands out in the list, and its page says how it is known and leads to the rotation", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser);
    const key = mock.keys.find((each) => each.nickname === "Receipt mailer");
    if (!key) throw new Error("The mock has another seed");
    const [secret] = key.secrets;
    key.exposure = {
      secret_id: secret?.id ?? "",
      how: "leak_report",
      first_at: new Date(Date.now() - 7_200_000).toISOString(),
      last_at: new Date(Date.now() - 3_600_000).toISOString(),
      count: 2,
      source: "github/commit",
      url: "https://git.example/acme/receipts/blob/main/.env",
    };
    await page.reload();
    await page.getByRole("row", { name: /Receipt mailer/ }).getByText("Exposed").waitFor();
    await page.goto(`${url}${keyPage(mock, "Receipt mailer")}`);
    await page.getByText(/github\/commit reported it from where others can read it/).waitFor();
    const link = page.getByRole("link", { name: "Where it was found" });
    expect(await link.getAttribute("href")).toBe(key.exposure.url);
    await expectAccessible(page, "the page of an exposed key");
    expect(complaints).toEqual([]);
    await page.getByRole("link", { name: "Rotate the key" }).click();
    await page.getByRole("dialog", { name: /Rotate Receipt mailer/ }).waitFor();
    await end();
  });
});
