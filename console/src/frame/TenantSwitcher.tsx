import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import type { Tenant } from "../api/types.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import classes from "./TenantSwitcher.module.css";

function TenantName({ tenant }: { tenant: Tenant }) {
  return (
    <span className={classes["words"]}>
      <span className={classes["name"]}>{tenant.name}</span>
      <span className={classes["cid"]}>
        CID {tenant.cid}
        {tenant.status === "suspended" && " · suspended"}
      </span>
    </span>
  );
}

/** The tenant whose keys are shown; a switch only for those who belong to several. */
export function TenantSwitcher() {
  const { session, tenant, selectTenant } = useAccount();
  const navigate = useNavigate();

  if (session.tenants.length === 1) {
    return (
      <div className={classes["tenant"]}>
        <TenantName tenant={tenant} />
      </div>
    );
  }
  return (
    <Menu width="target" position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes["tenant"]} data-switch>
          <VisuallyHidden>Switch tenant, now</VisuallyHidden>
          <TenantName tenant={tenant} />
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {session.tenants.map((each) => (
          <Menu.Item
            key={each.id}
            rightSection={each.id === tenant.id ? <IconCheck size={16} aria-label="current" role="img" /> : null}
            onClick={() => {
              selectTenant(each.id);
              void navigate(places.apiKeys);
            }}
          >
            <TenantName tenant={each} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
