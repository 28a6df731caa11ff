import { Anchor, Skeleton, Text } from "@mantine/core";
import { Link } from "react-router";
import { describeError } from "../api/problem.ts";
import type { ReasonCode } from "../api/types.ts";
import { useRefusals, type UsageScope } from "../api/usage.ts";
import { places } from "../places.ts";
import { Time } from "../ui/Time.tsx";
import classes from "./RefusalReasons.module.css";

/** The latest requests that were refused for one reason, with what their callers were told. */
export function RefusalExamples({ scope, code, live }: { scope: UsageScope; code: ReasonCode; live: boolean }) {
  const refusals = useRefusals(scope, code, 5, live);
  if (refusals.isError) {
    return (
      <Text c="var(--mantine-color-error)" size="sm" role="alert">
        {describeError(refusals.error).detail}
      </Text>
    );
  }
  if (!refusals.data) return <Skeleton h={120} />;
  return (
    <>
      <Text size="xs" c="dimmed" mb={8}>
        The latest, as <code>{code}</code>
      </Text>
      {refusals.data.data.length === 0 && <Text size="sm">No example was kept.</Text>}
      <ul className={classes["examples"]} aria-label={`Examples of ${code}`}>
        {refusals.data.data.map((each) => (
          <li key={`${each.request_id} ${each.at}`} className={classes["example"]}>
            <div className={classes["detail"]}>{each.detail}</div>
            <div className={classes["meta"]}>
              <Time at={each.at} />
              <span>{each.operation ?? "no operation"}</span>
              <span>
                from <span className="mono">{each.address}</span>
              </span>
              {each.user_agent !== null && <span>{each.user_agent}</span>}
              {scope.key === null && (
                <Anchor component={Link} to={places.apiKeyUsage(each.key_id)} size="xs" underline="always">
                  the key's usage
                </Anchor>
              )}
              <span className="mono">{each.request_id}</span>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
