import { Skeleton, Text } from "@mantine/core";
import { useLimits } from "../api/limits.ts";
import { describeError } from "../api/problem.ts";
import type { UsageScope } from "../api/usage.ts";
import { Section } from "../ui/Section.tsx";
import { Standings } from "./Standings.tsx";

/** Limits beside usage: how much of each is left. */
export function StandingsPanel({ scope, live }: { scope: UsageScope; live: boolean }) {
  const { data, error } = useLimits(scope, live);
  const empty = data?.rate_limits.length === 0 && data.quotas.length === 0;
  return (
    <Section title="Limits now">
      {error && !data ? (
        <Text c="var(--mantine-color-error)" role="alert">
          {describeError(error).detail}
        </Text>
      ) : !data ? (
        <Skeleton h={160} />
      ) : empty ? (
        <Text c="dimmed">
          {scope.key === null ? "No limit holds for all keys together. Each key has its own." : "Nothing limits how often this key is used."}
        </Text>
      ) : (
        <>
          {data.counted === "fallback" && <Text c="dimmed">Redis does not answer, so each node admits its share of these until it does.</Text>}
          <Standings standings={data} />
        </>
      )}
    </Section>
  );
}
