// How a one-time link is opened, as the API describes it (openHandOver). The fragment never leaves this page: what the server
// gets is a digest that shows that we have it.

const fragmentForm = /^[0-9a-f]{64}$/;
const nonceBytes = 12;

/** The fragment of a link, without its "#"; null when it is not one, as when a mail program cut it off. */
export function fragmentIn(hash: string): string | null {
  const text = hash.replace(/^#/, "");
  return fragmentForm.test(text) ? text : null;
}

async function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

/** What shows the server that one has the fragment. */
export async function proofOf(fragment: string): Promise<string> {
  const bytes = new Uint8Array(await digest(`latchkey hand-over proof 1 ${fragment}`));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The secret in a box, which is Base64. Throws when the fragment or the id is not the one that it was made with. */
export async function openBox(fragment: string, handOver: string, box: string): Promise<string> {
  const raw = await digest(`latchkey hand-over key 1 ${fragment}`);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const bytes = Uint8Array.from(atob(box), (char) => char.charCodeAt(0));
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes.subarray(0, nonceBytes), additionalData: new TextEncoder().encode(handOver), tagLength: 128 },
    key,
    bytes.subarray(nonceBytes),
  );
  return new TextDecoder().decode(plain);
}

/** Browsers decrypt only on pages that came over https, or from this very machine. */
export function canDecrypt(): boolean {
  return globalThis.isSecureContext && "subtle" in globalThis.crypto;
}
