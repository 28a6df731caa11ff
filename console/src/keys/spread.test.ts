import { describe, expect, it } from "vitest";
import { apiKey } from "../testing/fixtures.ts";
import { networkOf, programOf, sharedName, spreadOf, spreadWords } from "./spread.ts";

const at = (hoursAgo: number) => new Date(Date.parse("2026-05-10T12:00:00.000Z") - hoursAgo * 3_600_000).toISOString();
const seen = (address: string, hoursAgo: number) => ({ address, first_seen_at: at(500), last_seen_at: at(hoursAgo), requests: 10 });
const key = apiKey({ secrets: [{ id: "s", state: "current", created_at: at(900), valid_until: null, last_used: { at: at(0), address: "203.0.113.9", user_agent: "acme-sms/4.2 (java 21)", operation: null } }] });

it.each([
  ["203.0.113.9", "203.0.113.0/24"],
  ["2001:db8:40:1::7", "2001:db8:40::/48"],
])("%s is of the network %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it("a program is known without its version", () => {
  expect(programOf("python-httpx/0.28.1")).toBe("python-httpx");
  expect(programOf("Mozilla/5.0 (X11)")).toBe("Mozilla");
});

describe("a key", () => {
  it("of one application is left alone, however many machines that has", () => {
    const many = Array.from({ length: 20 }, (_, i) => seen(`203.0.113.${String(i)}`, 1));
    expect(spreadWords(spreadOf(key, many, [{ at: at(1), user_agent: "acme-sms/4.3" }]))).toBeNull();
  });

  it("that moved from network to network over weeks is left alone", () => {
    const moved = [0, 100, 200, 300, 400].map((hours, i) => seen(`10.0.${String(i)}.1`, hours));
    expect(spreadWords(spreadOf(key, moved, []))).toBeNull();
  });

  it("used from many networks within a day looks shared", () => {
    const spread = [0, 5, 10, 15].map((hours, i) => seen(`10.0.${String(i)}.1`, hours));
    expect(spreadWords(spreadOf(key, spread, []))).toBe(
      "Within one day it was used from 4 networks (10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24 and 10.0.3.0/24). It looks as if several applications shared it.",
    );
  });

  it("used by several programs within a day looks shared", () => {
    const refusals = [{ at: at(2), user_agent: "curl/8.5" }, { at: at(3), user_agent: "python-httpx/1" }, { at: at(80), user_agent: "old/1" }];
    expect(spreadWords(spreadOf(key, [], refusals))).toContain("by 3 programs (acme-sms, curl and python-httpx)");
  });
});

it("a nickname of more than one application is noticed", () => {
  expect(sharedName("Braze and loyalty")).not.toBeNull();
  expect(sharedName("CRM & till")).not.toBeNull();
  expect(sharedName("Shared key")).not.toBeNull();
  for (const name of ["Acme SMS Partner", "Contractor, spring campaign", "Brand app", "Data warehouse export"]) expect(sharedName(name)).toBeNull();
});
