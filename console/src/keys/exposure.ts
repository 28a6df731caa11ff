import type { ApiKey } from "../api/types.ts";

export type Exposure = NonNullable<ApiKey["exposure"]>;

/** Where others may have seen the secret, as the end of a sentence. */
export function exposedBy({ how, source }: Exposure): string {
  switch (how) {
    case "plain_http":
      return "it was sent over plain HTTP, where anyone on the way can read it";
    case "query":
      return "it was sent in the address of a request, which logs and histories keep";
    case "leak_report":
      return source === null ? "it was found where others can read it" : `${source} reported it from where others can read it`;
  }
}

/** Only https and http addresses lead anywhere; what a report says is not to be trusted further. */
export function whereExposed({ url }: Exposure): string | null {
  return url !== null && /^https?:\/\//.test(url) ? url : null;
}
