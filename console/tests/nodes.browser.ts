// The nodes page, and what a receipt says after a key was ended.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, signedIn, type Visit } from "./harness.ts";
import { keyPage, look, looks } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const nodes = "/settings/system/nodes";

async function revoke({ page, mock, url }: Visit, nickname: string): Promise<void> {
  await page.goto(`${url}${keyPage(mock, nickname)}`);
  // By key, which meets the button wherever late alerts have moved it to.
  await page.getByRole("button", { name: "Revoke" }).press("Enter");
  await page.getByRole("textbox", { name: /to confirm/ }).fill(nickname);
  await page.getByRole("button", { name: "Revoke key" }).click();
}

function cutOff(mock: Visit["mock"], name: string, onStale: "deny" | "serve", state: "stale" | "loading" = "stale"): void {
  const node = mock.nodes.find((each) => each.name === name);
  Object.assign(node ?? {}, { state, on_stale: onStale, position: 48_190, lag: 23, lag_ms: 74_000, seen_at: new Date(mock.now - 74_000).toISOString() });
}

describe("the nodes page", () => {
  it("is in the navigation, and lists each node with what it does", async () => {
    const { page, complaints, end } = await signedIn(browser);
    await page.getByRole("link", { name: "Nodes" }).click();
    await page.getByText("All 3 nodes follow every change.").waitFor();
    const row = page.getByRole("row", { name: /fra-1/ });
    expect(await row.innerText()).toMatch(/answers you[\s\S]*Current[\s\S]*Everything[\s\S]*1,204,811[\s\S]*412[\s\S]*Shared, exact/);
    await page.getByText("refuses every key after 5 seconds").waitFor();
    expect(complaints).toEqual([]);
    await end();
  });

  it("says which node is cut off, without being asked again", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}${nodes}`);
    await page.getByText("All 3 nodes follow every change.").waitFor();
    cutOff(mock, "iad-1", "deny");
    await page.getByText("2 of 3 nodes follow every change.").waitFor();
    await page.getByRole("row", { name: /iad-1/ }).getByText("23 changes behind, for 74 s").waitFor();
    await end();
  });

  it("keeps what it knew when the server stops answering", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}${nodes}`);
    await page.getByRole("row", { name: /fra-2/ }).waitFor();
    mock.failing = "/v1/nodes";
    await page.getByText("this is how it was when it last did").waitFor();
    expect(await page.getByRole("row", { name: /fra-2/ }).count()).toBe(1);
    await end();
  });

  it("is not for viewers", async () => {
    const { page, url, end } = await signedIn(browser, { role: "viewer" });
    expect(await page.getByRole("link", { name: "Nodes" }).count()).toBe(0);
    await page.goto(`${url}${nodes}`);
    await page.getByText("Only owners and admins can see which servers there are.").waitFor();
    await end();
  });

  it("says little where there is one node", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    mock.nodes.length = 1;
    await page.goto(`${url}${nodes}`);
    await page.getByText("One node serves, and follows every change.").waitFor();
    expect(await page.getByText("cut off").count()).toBe(0);
    await end();
  });
});

describe("a receipt", () => {
  it("follows the revocation, and names each node", async () => {
    const arrived = await signedIn(browser);
    const { page, mock, complaints, end } = arrived;
    await revoke(arrived, "Acme SMS Partner");
    const receipt = page.getByRole("region", { name: "Receipt" });
    await receipt.getByText("Refused on 3 of 3 nodes.").waitFor();
    await page.getByRole("alert").getByText("Refused on 3 of 3 nodes.").waitFor();
    await receipt.getByRole("button", { name: /^Nodes/ }).click();
    expect(await receipt.getByRole("listitem").count()).toBe(3);
    expect(mock.seen.some((each) => /^POST .*\/revoke\?wait=all$/.test(each))).toBe(true);
    expect(complaints).toEqual([]);
    await end();
  });

  it("says that a node may still accept the key, and stays", async () => {
    const arrived = await signedIn(browser);
    cutOff(arrived.mock, "iad-1", "serve");
    await revoke(arrived, "Acme SMS Partner");
    const receipt = arrived.page.getByRole("region", { name: "Receipt" });
    await receipt.getByText("Refused on 2 of 3 nodes.").waitFor();
    await receipt.getByText("iad-1 has not confirmed; it may go on accepting the key while cut off").waitFor();
    await receipt.getByRole("list", { name: "Nodes of the receipt" }).waitFor();
    await arrived.end();
  });

  it("is gone once the key is enabled again", async () => {
    const { page, mock, url, end } = await signedIn(browser);
    await page.goto(`${url}${keyPage(mock, "Acme SMS Partner")}`);
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Disable key" }).click();
    await page.getByRole("region", { name: "Receipt" }).waitFor();
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByRole("button", { name: "Disable" }).waitFor();
    expect(await page.getByRole("region", { name: "Receipt" }).count()).toBe(0);
    await end();
  });

  it("is not spoken of where there is one node", async () => {
    const arrived = await signedIn(browser);
    arrived.mock.nodes.length = 1;
    await revoke(arrived, "Acme SMS Partner");
    await arrived.page.getByText("make a new key").waitFor();
    expect(await arrived.page.getByRole("region", { name: "Receipt" }).count()).toBe(0);
    await arrived.end();
  });
});

describe.each(looks)("in %s", (mode, context) => {
  const named = (name: string) => `${name}-${mode}`;

  it("nodes, well and not", async () => {
    const { page, mock, url, complaints, end } = await signedIn(browser, {}, context);
    await page.goto(`${url}${nodes}`);
    await page.getByText("All 3 nodes follow every change.").waitFor();
    await look(page, named("nodes"));
    cutOff(mock, "fra-2", "serve", "loading");
    cutOff(mock, "iad-1", "deny");
    Object.assign(mock.nodes[1] ?? {}, { version: "1.1.0", limits: "fallback" });
    await page.goto(`${url}${nodes}`);
    await page.getByText("1 of 3 nodes follows every change.").waitFor();
    await look(page, named("nodes-ill"));
    expect(complaints).toEqual([]);
    await end();
  });

  it("receipts, complete and not", async () => {
    const arrived = await signedIn(browser, {}, context);
    const { page, mock, complaints, end } = arrived;
    await revoke(arrived, "Acme SMS Partner");
    await page.getByRole("region", { name: "Receipt" }).waitFor();
    await page.getByRole("button", { name: /^Nodes/ }).click();
    await look(page, named("receipt"));
    cutOff(mock, "iad-1", "serve");
    await revoke(arrived, "Braze bridge");
    await page.getByRole("region", { name: "Receipt" }).waitFor();
    await look(page, named("receipt-incomplete"));
    expect(complaints).toEqual([]);
    await end();
  });
});
