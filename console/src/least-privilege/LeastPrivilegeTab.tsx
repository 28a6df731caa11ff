import { SegmentedControl, Skeleton } from "@mantine/core";
import { useCatalog } from "../api/catalog.ts";
import { useLeastPrivilege } from "../api/least-privilege.ts";
import type { Catalog, LeastPrivilege } from "../api/types.ts";
import { useOpenKey } from "../keys/one/context.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Time } from "../ui/Time.tsx";
import { Observed } from "./Observed.tsx";
import { ObservedAddresses } from "./ObservedAddresses.tsx";
import { Proposal } from "./Proposal.tsx";
import { TrialPanel } from "./TrialPanel.tsx";
import { dayChoices, useDays } from "./days.ts";
import classes from "./LeastPrivilegeTab.module.css";

/** What a key may do against what it did, and the way from one to the other. */
export function LeastPrivilegeTab() {
  const apiKey = useOpenKey();
  const catalog = useCatalog();
  const [days, setDays] = useDays();
  const least = useLeastPrivilege(apiKey, days);
  const failed = [least, catalog].find((query) => query.isError && query.data === undefined);

  return (
    <>
      <div className={classes["bar"]}>
        <SegmentedControl
          size="xs"
          className={classes["days"] ?? ""}
          aria-label="Judged over"
          value={String(days)}
          onChange={setDays}
          data={dayChoices.map(({ value, label, words }) => ({ value, label: <span title={words}>{label}</span> }))}
          transitionDuration={0}
        />
        {least.data && (
          <span>
            since <Time at={least.data.observed_since} />
          </span>
        )}
      </div>
      {failed ? (
        <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />
      ) : least.data && catalog.data ? (
        <div className={least.isPlaceholderData ? classes["stale"] : undefined}>
          <Loaded least={least.data} catalog={catalog.data} />
        </div>
      ) : (
        <div className={classes["stack"]} aria-busy="true">
          <Skeleton h={130} radius="lg" />
          <Skeleton h={360} radius="lg" />
        </div>
      )}
    </>
  );
}

function Loaded({ least, catalog }: { least: LeastPrivilege; catalog: Catalog }) {
  const apiKey = useOpenKey();
  const { mayWrite } = useAccount();
  const changeable = mayWrite && apiKey.status !== "revoked";
  const { operations, channels, attributes } = least;
  return (
    <div className={classes["stack"]}>
      {least.trial ? (
        <TrialPanel apiKey={apiKey} catalog={catalog} trial={least.trial} changeable={changeable} />
      ) : (
        <Proposal apiKey={apiKey} catalog={catalog} least={least} changeable={changeable} />
      )}
      <div className={classes["pair"]}>
        <div className={classes["stack"]}>
          <Observed
            title="Operations"
            items={operations.map((each) => ({ name: each.id, used: each.used, lastUsedAt: each.last_used_at, requests: each.requests }))}
          />
        </div>
        <div className={classes["stack"]}>
          {channels.applies && (
            <Observed
              title="Channels"
              items={channels.items.map((each) => ({ name: `${String(each.id)} ${each.name}`, used: each.used, lastUsedAt: each.last_used_at, requests: null }))}
              {...noteOf(channels, "channels")}
            />
          )}
          {attributes.applies && (
            <Observed
              title="Attributes"
              items={attributes.items.map((each) => ({ name: each.name, used: each.used, lastUsedAt: each.last_used_at, requests: null }))}
              {...noteOf(attributes, "attributes")}
            />
          )}
          <ObservedAddresses least={least} permitted={apiKey.restrictions.ip_ranges} />
        </div>
      </div>
    </div>
  );
}

function noteOf({ all_asked: all, known }: LeastPrivilege["channels"] | LeastPrivilege["attributes"], what: string): { note?: string } {
  if (!known) return { note: `Some requests may have named other ${what} where Latchkey did not look, so none are proposed.` };
  if (all) return { note: `Some requests asked for all ${what} by leaving them out.` };
  return {};
}
