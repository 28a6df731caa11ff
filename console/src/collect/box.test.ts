import { describe, expect, it } from "vitest";
import { fragmentIn, openBox, proofOf } from "./box.ts";

const fragment = "0123456789abcdef".repeat(4);
const id = "hnd_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5";
const secret = "lk_live_3fKabcdefghijklmnopqrstuvwxyz0123459a2C";

// Made by OpenSSL as the server makes them, under the nonce 000102030405060708090a0b.
const box = "AAECAwQFBgcICQoL0hmW3jT8IlJRt311J3WBN7ZIMzFpTNPvACCmhdRoGyoQIyp0c7dFc5wXCyoMR9iSGQCnKs6rjrOQT2SWjHhV";
const proof = "1d1fb5ce59131ac8cc6f85e3380bf71f6afe6efbfff7ffbc50beb639e5fd630f";

describe("a one-time link", () => {
  it("opens with its fragment and its id", async () => {
    expect(await openBox(fragment, id, box)).toBe(secret);
  });

  it("opens with no other fragment and under no other id", async () => {
    await expect(openBox("f".repeat(64), id, box)).rejects.toThrow();
    await expect(openBox(fragment, id.replace("e5", "e6"), box)).rejects.toThrow();
  });

  it("is proven by a digest, from which nobody gets the fragment back", async () => {
    expect(await proofOf(fragment)).toBe(proof);
  });

  it("that was cut off or rewritten on the way is no link", () => {
    expect(fragmentIn(`#${fragment}`)).toBe(fragment);
    for (const hash of ["", "#", `#${fragment.slice(1)}`, `#${fragment.toUpperCase()}`, `#${fragment}&utm_source=mail`]) expect(fragmentIn(hash)).toBeNull();
  });
});
