import { describeError } from "../api/problem.ts";
import { Notice } from "../ui/Notice.tsx";

/** New numbers could not be had; the last ones stay. */
export function StaleNotice({ error }: { error: unknown }) {
  const { detail, requestId } = describeError(error);
  return (
    <Notice tone="warn" live>
      These are the last numbers that could be read. {detail}
      {requestId !== "" && (
        <>
          {" "}
          Request <code>{requestId}</code>
        </>
      )}
    </Notice>
  );
}
