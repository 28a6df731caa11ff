// node mock/main.mjs [port]: the mock server, for working on the console without the real one. `npm run dev` proxies
// /v1 to 127.0.0.1:8080, which is the port taken here when none is given.
import { account } from "./seed.mjs";
import { Mock } from "./server.mjs";

const address = await new Mock({ running: true }).listen(Number(process.argv[2] ?? 8080));
process.stdout.write(`Mock server at ${address}\nSign in as ${account.email} with "${account.password}"\n`);
