// A page as it looks in light, dark and at the width of a phone: a screenshot in test-output/ for people to look at, and the
// checks that a program can make.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { expectAccessible, type Visit } from "./harness.ts";

const folder = fileURLToPath(new URL("../test-output/", import.meta.url));
mkdirSync(folder, { recursive: true });

export const looks: [string, BrowserContextOptions][] = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true }],
];

export async function look(page: Page, name: string, whole = true): Promise<void> {
  if (whole) await page.evaluate(() => scrollTo(0, 0));
  // Fonts in, transitions over: what is judged is what stays.
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  });
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: whole });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${name} scrolls sideways by this many pixels`).toBe(0);
  await expectAccessible(page, name);
}

export function keyPage(mock: Visit["mock"], nickname: string): string {
  return `/settings/general/api-keys/${mock.keys.find((key) => key.nickname === nickname)?.id ?? ""}`;
}
