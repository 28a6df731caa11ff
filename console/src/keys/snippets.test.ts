import { describe, expect, it } from "vitest";
import { apiKey, catalog } from "../testing/fixtures.ts";
import { languages, sampleOperation, sampleUrl, secretManagers, secretName, snippet, storeCommand } from "./snippets.ts";

describe("the example call", () => {
  it("is a GET that the key may call, with no restriction in play", () => {
    expect(sampleOperation(catalog, apiKey())?.id).toBe("Plain");
  });

  it("keeps to the operations that were chosen", () => {
    const restrictions = { operations: ["Send"], channels: [], attributes: [], ip_ranges: [] };
    expect(sampleOperation(catalog, apiKey({ restrictions }))?.id).toBe("Send");
  });

  it("goes to the gateway that the server names, or else to where it listens by default", () => {
    const operation = sampleOperation(catalog, apiKey());
    expect(sampleUrl(catalog, operation)).toBe("http://127.0.0.1:8081/current/x/Plain");
    expect(sampleUrl({ ...catalog, gateway_url: "https://api.acme.example/" }, operation)).toBe(
      "https://api.acme.example/current/x/Plain",
    );
  });

  it.each(languages)("in %s carries the key in the header X-API-KEY", (language) => {
    const text = snippet(language, "GET", "http://127.0.0.1:8081/a", "lk_live_abc");
    expect(text).toMatch(/X-API-KEY\W{1,4}lk_live_abc/);
    expect(text).toContain("http://127.0.0.1:8081/a");
  });
});

describe("the command that stores the key", () => {
  it.each(secretManagers)("of $title does not contain the key, and reads it from standard input", ({ id }) => {
    const command = storeCommand(id, "Acme SMS Partner");
    expect(command).toMatch(/^read -rs KEY && printf %s "\$KEY" \|/);
    expect(command).toContain("latchkey/acme-sms-partner");
    expect(command).not.toContain("lk_live");
  });

  it("gives a new value to a secret that is there already", () => {
    expect(storeCommand("aws", "Acme", true)).toContain("put-secret-value --secret-id latchkey/acme");
  });

  it("takes any nickname", () => {
    expect(secretName("Übersicht: $(rm -rf /) 'x'")).toBe("latchkey/u-bersicht-rm-rf-x");
    expect(secretName("日本")).toBe("latchkey/api-key");
  });
});
