import { Anchor } from "@mantine/core";
import type { ApiKey } from "../../api/types.ts";
import { Link } from "react-router";
import { places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { Notice } from "../../ui/Notice.tsx";
import { Time } from "../../ui/Time.tsx";
import { exactTime } from "../../ui/time.ts";
import { exposedBy, whereExposed, type Exposure } from "../exposure.ts";
import { goneAt } from "../status.ts";

/** Why a key's calls are refused, and what would change that. Nothing for one that works. */
export function StateNotice({ apiKey }: { apiKey: ApiKey }) {
  const { tenant } = useAccount();
  switch (apiKey.status) {
    case "deleted":
      return (
        <Notice tone="warn">
          Deleted{apiKey.deleted_at && <> <Time at={apiKey.deleted_at} /></>}: its calls are refused with <code>unknown_key</code>.
          {apiKey.deleted_at && <> It can be restored until {exactTime(goneAt(apiKey.deleted_at))}; then it is gone for good.</>}
        </Notice>
      );
    case "revoked":
      return (
        <Notice tone="bad">
          Revoked{apiKey.revoked_at && <> <Time at={apiKey.revoked_at} /></>}, for good: its calls are refused with{" "}
          <code>key_revoked</code>. To let the application in again, make a new key.
        </Notice>
      );
    case "disabled":
      return (
        <Notice tone="warn">
          Disabled{apiKey.disabled_at && <> <Time at={apiKey.disabled_at} /></>}: its calls are refused with{" "}
          <code>key_disabled</code> until it is enabled again.
        </Notice>
      );
    case "expired":
      return (
        <Notice tone="warn">
          Expired{apiKey.expires_at && <> <Time at={apiKey.expires_at} /></>}: its calls are refused with{" "}
          <code>key_expired</code>. A later expiry lets them through again.
        </Notice>
      );
    case "active":
      if (tenant.status === "suspended") {
        return (
          <Notice tone="bad">
            {tenant.name} is suspended: the calls of all its keys are refused with <code>tenant_suspended</code>.
          </Notice>
        );
      }
      return apiKey.exposure === null ? null : <Exposed apiKey={apiKey} exposure={apiKey.exposure} />;
  }
}

/** That others may have its secret, how it is known, and what to do. */
function Exposed({ apiKey, exposure }: { apiKey: ApiKey; exposure: Exposure }) {
  const where = whereExposed(exposure);
  return (
    <Notice tone="bad">
      Others may have a secret of this key: {exposedBy(exposure)}, <Time at={exposure.last_at} />
      {exposure.count > 1 && <>, and {exposure.count === 2 ? "once" : `${exposure.count - 1} times`} before</>}.{" "}
      {where !== null && (
        <>
          <Anchor href={where} target="_blank" rel="noreferrer noopener" inherit underline="always">
            Where it was found
          </Anchor>
          .{" "}
        </>
      )}
      It still works. <Anchor component={Link} to={places.rotateApiKey(apiKey.id)} inherit underline="always">
        Rotate the key
      </Anchor>, give its application the new secret, and end the old one.
    </Notice>
  );
}
