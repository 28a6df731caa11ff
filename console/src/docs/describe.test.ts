import { describe, expect, it } from "vitest";
import text from "../../../api/openapi.yaml?raw";
import { curlOf } from "./curl.ts";
import { exampleOf, typeWords } from "./describe.ts";
import { operationsByTag, parseDocument } from "./openapi.ts";

const document = parseDocument(text);
const operations = operationsByTag(document).flatMap((tag) => tag.operations);

describe("the API reference", () => {
  it("shows every operation of the document, under one tag each", () => {
    const inDocument = Object.values(document.paths).flatMap((item) =>
      Object.keys(item).filter((method) => ["get", "post", "put", "patch", "delete"].includes(method)),
    );
    expect(operations).toHaveLength(inDocument.length);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
  });

  it("gives examples that have the fields the document requires", () => {
    const created = exampleOf(document, { $ref: "#/components/schemas/ApiKeyCreated" });
    expect(created).toMatchObject({ hint: "lk_live_3fK…9a2C", secret: expect.any(String) as string });
  });

  it("says types in words", () => {
    expect(typeWords(document, { $ref: "#/components/schemas/LastUsed" })).toBe("LastUsed or null");
    expect(typeWords(document, { type: "array", items: { $ref: "#/components/schemas/Tenant" } })).toBe("list of Tenant");
  });

  it("shows how a program calls an operation", () => {
    const create = operations.find((operation) => operation.operationId === "createApiKey");
    expect(create && curlOf(document, create)).toContain('"$LATCHKEY_URL/v1/tenants/TENANT/api-keys"');
  });
});
