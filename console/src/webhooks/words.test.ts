import { expect, it } from "vitest";
import { attemptWords, eventWords, urlError } from "./words.ts";

it("takes whole https addresses only", () => {
  expect(urlError(" https://hooks.example.com/x ")).toBeUndefined();
  for (const wrong of ["", "hooks.example.com", "http://hooks.example.com", "https://", "javascript:alert(1)"]) expect(urlError(wrong)).toBeDefined();
});

it("says which events are sent, and what came of an attempt", () => {
  expect(eventWords({ events: [] })).toBe("Every event");
  expect(eventWords({ events: ["alert.opened"] })).toBe("An alert opens");
  expect(attemptWords({ at: "", status_code: 503, error: null, duration_ms: 1 })).toBe("Answered 503");
  expect(attemptWords({ at: "", status_code: null, error: "The connection was refused.", duration_ms: 1 })).toBe("The connection was refused.");
});
