// The API key plugin of better-auth behind a minimal HTTP server: POST with {"key": "..."} answers what verifyApiKey says, and
// GET with the key in X-API-KEY answers 200 or 403, for nginx's auth_request. Its store is SQLite in the folder given; rate limits are off, so that every request may be judged. Prints one line of JSON
// once it listens.
//
//   node server.mjs FOLDER
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";

const database = new DatabaseSync(`${process.argv[2]}/better-auth.db`);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");

const options = {
  baseURL: "http://127.0.0.1",
  secret: "only-for-a-benchmark-on-loopback-0123456789",
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: "error" },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);

const { user } = await auth.api.signUpEmail({
  body: { email: "dana@acme.example", name: "Dana", password: "only for a benchmark" },
});
const { key } = await auth.api.createApiKey({ body: { name: "bench", userId: user.id } });

async function verify(key, response) {
  const { valid, error } = key ? await auth.api.verifyApiKey({ body: { key } }) : { valid: false, error: null };
  const answer = JSON.stringify({ valid, error });
  response.writeHead(valid ? 200 : 403, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(answer) });
  response.end(answer);
}

const server = createServer((request, response) => {
  if (request.method === "GET") return void verify(request.headers["x-api-key"], response);
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part) => (body += part));
  request.on("end", () => verify(JSON.parse(body).key, response));
});
server.keepAliveTimeout = 300_000;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ event: "ready", url: `http://127.0.0.1:${server.address().port}`, key }));
});
