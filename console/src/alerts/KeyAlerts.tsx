import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { useAlerts } from "../api/alerts.ts";
import type { ApiKey } from "../api/types.ts";
import { places } from "../places.ts";
import { Section } from "../ui/Section.tsx";
import { AlertList } from "./AlertList.tsx";

/** The open alerts of one key, on its page. Nothing while there are none. */
export function KeyAlerts({ apiKey }: { apiKey: ApiKey }) {
  const alerts = useAlerts(apiKey.tenant_id, { status: "open", key: apiKey.id, cursor: null, limit: 5 }).data?.data ?? [];
  if (alerts.length === 0) return null;
  return (
    <Section
      title="Open alerts"
      actions={
        <Anchor component={Link} to={places.alertsOfKey(apiKey.id)} size="sm" underline="always">
          All alerts of this key
        </Anchor>
      }
    >
      <AlertList alerts={alerts} withKey={false} />
    </Section>
  );
}
