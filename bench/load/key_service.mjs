// The least that a key service can do: the key's SHA-256 is looked up in memory. For nginx's auth_request: 200 or 403.
// Prints one line of JSON once it listens.
//
//   node key_service.mjs KEY
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const digest = (key) => createHash("sha256").update(key).digest("hex");
const known = new Map([[digest(process.argv[2]), { id: "key_1", tenant: "tenant_1" }]]);

const server = createServer((request, response) => {
  const found = known.get(digest(request.headers["x-api-key"] ?? ""));
  response.writeHead(found ? 200 : 403, found ? { "X-Key-Id": found.id, "X-Tenant": found.tenant, "Content-Length": 0 } : { "Content-Length": 0 });
  response.end();
});
server.keepAliveTimeout = 300_000;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ event: "ready", url: `http://127.0.0.1:${server.address().port}` }));
});
