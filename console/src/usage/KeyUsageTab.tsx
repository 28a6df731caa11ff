import { useOpenKey } from "../keys/one/context.ts";
import { Time } from "../ui/Time.tsx";
import { useNow } from "../ui/now.ts";
import { AddressesPanel } from "./AddressesPanel.tsx";
import { UsageView } from "./UsageView.tsx";
import { daysBack } from "./range.ts";

export function KeyUsageTab() {
  const apiKey = useOpenKey();
  const now = useNow();
  const { last_used: last } = apiKey;
  const first = {
    label: "Last used",
    value: last === null ? "Never" : <Time at={last.at} />,
    note: last === null ? "" : `${last.operation ?? "no operation"} from ${last.address}`,
  };
  return (
    <UsageView key={apiKey.id} scope={{ tenant: apiKey.tenant_id, key: apiKey.id }} first={first}>
      {({ range, live }) => <AddressesPanel tenant={apiKey.tenant_id} apiKey={apiKey.id} days={daysBack(range, now)} live={live} />}
    </UsageView>
  );
}
