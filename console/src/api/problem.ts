import type { Problem } from "./types.ts";

/** The server answered, and said no: an RFC 9457 problem document. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiProblem";
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No answer came, or none that can be read. */
export class Unreachable extends Error {
  constructor() {
    super("The server could not be reached. Check that it is running and that this device is online, then try again.");
    this.name = "Unreachable";
  }
}

/** Whatever stood in the way, as a problem document: a proxy's HTML page becomes one too. */
export function toProblem(body: unknown, response: Response): Problem {
  const given: Partial<Problem> = typeof body === "object" && body !== null ? body : {};
  return {
    type: given.type ?? "about:blank",
    title: given.title ?? (response.statusText || "The request failed"),
    status: given.status ?? response.status,
    detail: given.detail ?? `The server answered ${String(response.status)} without saying why. Try again in a moment.`,
    code: given.code ?? "unknown",
    request_id: given.request_id ?? response.headers.get("x-request-id") ?? "",
    ...(given.errors ? { errors: given.errors } : {}),
  };
}

export function describeError(error: unknown): { title: string; detail: string; requestId: string } {
  if (error instanceof ApiProblem) {
    return { title: error.problem.title, detail: error.problem.detail, requestId: error.problem.request_id };
  }
  if (error instanceof Unreachable) {
    return { title: "The server could not be reached", detail: error.message, requestId: "" };
  }
  return {
    title: "Something went wrong in the console",
    detail: "Reload the page. If it happens again, tell the operator of this server what you were doing.",
    requestId: "",
  };
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiProblem && error.status === status;
}
