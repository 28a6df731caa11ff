import { Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { findAccessType, groupsFor } from "../../api/catalog.ts";
import type { ApiKey, Catalog } from "../../api/types.ts";
import { useAccount } from "../../session/context.ts";
import { Disclosure } from "../../ui/Disclosure.tsx";
import { Section } from "../../ui/Section.tsx";
import { sentence } from "../../ui/words.ts";
import { AccessTypeBadge } from "../AccessTypeBadge.tsx";
import { MethodBadge } from "../MethodBadge.tsx";
import { anyNetwork, channelName, reach, summarize } from "../summary.ts";
import { Facts } from "./Facts.tsx";
import classes from "./KeyPermissions.module.css";

/** What the key may do: in one sentence, then item by item. */
export function KeyPermissions({ apiKey, catalog }: { apiKey: ApiKey; catalog: Catalog }) {
  const { operations, channels, attributes, ip_ranges } = apiKey.restrictions;
  const { tenant } = useAccount();
  const ended = apiKey.status === "revoked" || apiKey.status === "deleted";
  const type = findAccessType(catalog, apiKey.access_type);
  const takes = new Set(type?.restrictions);
  const facts: [string, ReactNode][] = [["Access type", <AccessTypeBadge key="type" id={apiKey.access_type} catalog={catalog} />]];
  if (takes.has("channels")) facts.push(["Channels", <Names key="c" items={channels.map((id) => channelName(catalog, id))} all="All permitted" />]);
  if (takes.has("attributes")) facts.push(["Attributes", <Names key="a" items={attributes} all="All permitted" />]);
  facts.push(["Networks", <Names key="n" items={ip_ranges} all={sentence(anyNetwork(tenant))} mono />]);

  return (
    <Section title={ended ? "What it could do" : "What it may do"}>
      <Text className={classes["sentence"] ?? ""}>
        {summarize(
          { nickname: apiKey.nickname, accessType: apiKey.access_type, restrictions: apiKey.restrictions, limits: apiKey.limits, expiresAt: apiKey.expires_at, ended },
          catalog,
          tenant,
        ) || `Its access type “${apiKey.access_type}” is no longer in the catalog, so it may call nothing.`}
      </Text>
      <Facts facts={facts} />
      {type && <Operations apiKey={apiKey} catalog={catalog} count={reach(catalog, apiKey.access_type, operations)} />}
    </Section>
  );
}

function Names({ items, all, mono = false }: { items: readonly string[]; all: string; mono?: boolean }) {
  if (items.length === 0) return <span className={classes["all"]}>{all}</span>;
  return (
    <ul className={classes["names"]}>
      {items.map((item) => (
        <li key={item} className={mono ? "mono" : undefined}>
          {item}
        </li>
      ))}
    </ul>
  );
}

function Operations({ apiKey, catalog, count }: { apiKey: ApiKey; catalog: Catalog; count: number }) {
  const [open, setOpen] = useState(false);
  const chosen = new Set(apiKey.restrictions.operations);
  const groups = groupsFor(catalog, apiKey.access_type)
    .map((group) => ({ ...group, operations: group.operations.filter((op) => chosen.size === 0 || chosen.has(op.id)) }))
    .filter((group) => group.operations.length > 0);
  return (
    <Disclosure title="Operations" state={String(count)} open={open} onToggle={setOpen}>
      {groups.map((group) => (
        <section key={group.id} className={classes["group"]} aria-label={group.title}>
          <div className={classes["groupTitle"]}>
            {group.title} <span className={classes["all"]}>{group.operations.length}</span>
          </div>
          <ul className={classes["operations"]}>
            {group.operations.map((op) => (
              <li key={op.id}>
                <MethodBadge method={op.method} /> {op.id}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Disclosure>
  );
}
