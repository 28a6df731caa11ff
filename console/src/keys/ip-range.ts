// The same reading as the server's (src/core/ip.h): an address or a CIDR range whose host bits are zero.

export type ParsedRange =
  | { ok: true; text: string; canonical: string; size: string }
  | { ok: false; text: string; why: string; suggestion?: string };

function parseV4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseV6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const groups = (half: string | undefined) => (half === undefined || half === "" ? [] : half.split(":"));
  const head = groups(halves[0]);
  const tail = groups(halves[1]);
  // A dotted quad may stand for the last two groups.
  const last = tail.length > 0 ? tail : head;
  const dotted = last.at(-1);
  if (dotted?.includes(".")) {
    const v4 = parseV4(dotted);
    if (v4 === null) return null;
    last.splice(-1, 1, (v4 >> 16n).toString(16), (v4 & 0xffffn).toString(16));
  }
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  let value = 0n;
  for (const group of [...head, ...Array<string>(missing).fill("0"), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}

function writeV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join(".");
}

function writeV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  // RFC 5952: the longest run of two or more zero groups becomes "::".
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

function sizeOf(hostBits: number): string {
  if (hostBits === 0) return "1 address";
  if (hostBits > 40) return `2^${String(hostBits)} addresses`;
  return `${new Intl.NumberFormat("en-US").format(2 ** hostBits)} addresses`;
}

export function parseIpRange(text: string): ParsedRange {
  const slash = text.indexOf("/");
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const v4 = parseV4(addressText);
  const address = v4 ?? parseV6(addressText);
  if (address === null) return { ok: false, text, why: "is not an IP address or a CIDR range" };
  const width = v4 === null ? 128 : 32;
  const prefixText = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText)) {
    return { ok: false, text, why: "has no number after the slash" };
  }
  const prefix = Number(prefixText);
  if (prefix > width) return { ok: false, text, why: `has a prefix longer than ${String(width)}` };
  const hostBits = width - prefix;
  const network = (address >> BigInt(hostBits)) << BigInt(hostBits);
  const canonical = (v4 === null ? writeV6(network) : writeV4(network)) + (hostBits === 0 ? "" : `/${String(prefix)}`);
  if (network !== address) {
    return { ok: false, text, why: "has bits set after its prefix", suggestion: canonical };
  }
  return { ok: true, text, canonical, size: sizeOf(hostBits) };
}

/** Everything that a person may have pasted: one per line, or separated by commas or spaces. */
export function splitRanges(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== "");
}
