import { expect, it } from "vitest";
import { places, safeNext } from "./places.ts";

it("goes on to a place of this console only", () => {
  expect(safeNext("/settings/general/api-keys/key_1?x=1")).toBe("/settings/general/api-keys/key_1?x=1");
  for (const elsewhere of [null, "", "https://evil.example", "//evil.example", "/\\evil.example", "/login"]) {
    expect(safeNext(elsewhere)).toBe(places.apiKeys);
  }
});
