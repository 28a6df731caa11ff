import { describe, expect, it } from "vitest";
import { parseIpRange, splitRanges } from "./ip-range.ts";

describe("an address or range", () => {
  it.each([
    ["203.0.113.9", "203.0.113.9", "1 address"],
    ["203.0.113.0/24", "203.0.113.0/24", "256 addresses"],
    ["203.0.113.9/32", "203.0.113.9", "1 address"],
    ["0.0.0.0/0", "0.0.0.0/0", "4,294,967,296 addresses"],
    ["2001:DB8::/32", "2001:db8::/32", "2^96 addresses"],
    ["::1", "::1", "1 address"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "1 address"],
    ["::ffff:203.0.113.9", "::ffff:cb00:7109", "1 address"],
  ])("%s is understood as %s", (text, canonical, size) => {
    expect(parseIpRange(text)).toEqual({ ok: true, text, canonical, size });
  });

  it.each(["", "foo", "203.0.113", "203.0.113.256", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/08", "::/129", ":::", "1::2::3", "1:2:3:4:5:6:7", "12345::"])(
    "%j is refused",
    (text) => {
      expect(parseIpRange(text).ok).toBe(false);
    },
  );

  it("with bits after its prefix is refused, and the range that was meant is offered", () => {
    expect(parseIpRange("10.1.2.3/8")).toMatchObject({ ok: false, suggestion: "10.0.0.0/8" });
    expect(parseIpRange("2001:db8::1/64")).toMatchObject({ ok: false, suggestion: "2001:db8::/64" });
  });
});

it("splits what was pasted at lines, commas, semicolons and spaces", () => {
  expect(splitRanges(" 1.2.3.4,\n5.6.7.8/32; ::1\t\n")).toEqual(["1.2.3.4", "5.6.7.8/32", "::1"]);
});
