import createClient, { type Middleware } from "openapi-fetch";
import { ApiProblem, Unreachable, toProblem } from "./problem.ts";
import type { paths } from "./schema.gen.ts";
import type { Problem, Session } from "./types.ts";

let csrfToken = "";
let onSessionEnd: () => void = () => undefined;

/** The token that every write repeats (X-CSRF-Token). Held here, in memory, because only this module sends requests. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called when a request is answered 401 although somebody was signed in. */
export function setSessionEndHandler(handler: () => void): void {
  onSessionEnd = handler;
}

// A 401 from these says that the credentials are wrong, or that nobody is signed in yet; no session has ended.
const asksWhoYouAre = new Set(["/v1/login", "/v1/logout", "/v1/session"]);

const session: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== "") request.headers.set("X-CSRF-Token", csrfToken);
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && !asksWhoYouAre.has(schemaPath)) onSessionEnd();
  },
  onError({ error }) {
    // An aborted request is the query's own doing and must stay recognizable.
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new Unreachable();
  },
};

/**
 * Sends a request, once more if its CSRF token was not this session's: signing in on another tab starts a new session
 * for both, and the token in this one's memory is then the old session's.
 */
async function send(request: Request): Promise<Response> {
  const again = request.method === "GET" ? null : request.clone();
  const response = await globalThis.fetch(request);
  if (again === null || response.status !== 403 || (await codeOf(response)) !== "csrf_required") return response;
  const current = await globalThis.fetch("/v1/session", { credentials: "same-origin" });
  if (!current.ok) return response;
  csrfToken = ((await current.json()) as Session).csrf_token;
  again.headers.set("X-CSRF-Token", csrfToken);
  return globalThis.fetch(again);
}

async function codeOf(response: Response): Promise<string | undefined> {
  const problem = (await response.clone().json().catch(() => null)) as Problem | null;
  return problem?.code;
}

export const api = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: "same-origin",
  fetch: send,
});
api.use(session);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a success; throws ApiProblem or Unreachable otherwise. */
export async function answered<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await read(call);
  if (!response.ok) throw new ApiProblem(toProblem(error, response));
  return data as T;
}

async function read<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await call;
  } catch (error) {
    // The body was not the JSON that was promised: something other than the server answered.
    if (error instanceof SyntaxError) throw new Unreachable();
    throw error;
  }
}
