import { Button, Skeleton, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { Link } from "react-router";
import { useLimits } from "../api/limits.ts";
import { useOpenKey } from "../keys/one/context.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Section } from "../ui/Section.tsx";
import { Standings } from "./Standings.tsx";

/** A key's windows and quotas, whose they are, and what is left of each. */
export function LimitsTab() {
  const apiKey = useOpenKey();
  const { tenant, mayWrite } = useAccount();
  const limits = useLimits({ tenant: tenant.id, key: apiKey.id }, true);
  const changeable = mayWrite && apiKey.status !== "revoked";

  if (limits.isError && !limits.data) return <ErrorPanel error={limits.error} onRetry={() => void limits.refetch()} />;
  const { data } = limits;
  return (
    <Section
      title="Rate limits and quotas"
      actions={
        changeable && (
          <Button
            component={Link}
            to={places.editApiKeyLimits(apiKey.id)}
            variant="default"
            size="xs"
            leftSection={<IconPencil size={14} aria-hidden />}
          >
            Edit limits
          </Button>
        )
      }
    >
      <Text c="dimmed" mb="md">
        All of them hold at once. A request that one refuses counts in none, so a caller that keeps knocking loses nothing by it.
      </Text>
      {!data ? (
        <Skeleton h={220} />
      ) : data.rate_limits.length + data.quotas.length === 0 ? (
        <Text>Nothing limits how often this key is used.{changeable && " “Edit limits” gives it a limit or a quota of its own."}</Text>
      ) : (
        <Standings standings={data} />
      )}
    </Section>
  );
}
