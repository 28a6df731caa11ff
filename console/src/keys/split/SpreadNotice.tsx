import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { useAddresses, useRecentRefusals } from "../../api/usage.ts";
import type { ApiKey } from "../../api/types.ts";
import { places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { Notice } from "../../ui/Notice.tsx";
import { spreadOf, spreadWords } from "../spread.ts";

const days = 30;

/** That a key seems to serve several applications, and the way to one for each. Nothing for one that serves one. */
export function SpreadNotice({ apiKey }: { apiKey: ApiKey }) {
  const { mayWrite } = useAccount();
  const addresses = useAddresses(apiKey.tenant_id, apiKey.id, days, false);
  const refusals = useRecentRefusals({ tenant: apiKey.tenant_id, key: apiKey.id });
  const words = spreadWords(spreadOf(apiKey, addresses.data?.data ?? [], refusals.data?.data ?? []));
  if (words === null || apiKey.status !== "active") return null;
  return (
    <Notice tone="warn">
      {words}{" "}
      {mayWrite && (
        <Anchor component={Link} to={places.newApiKeyLike(apiKey.id)} underline="always">
          Split it: make a key of its own for each application
        </Anchor>
      )}
    </Notice>
  );
}
