import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { useUsage, type UsageScope } from "../api/usage.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Section } from "../ui/Section.tsx";
import { CsvLink } from "./CsvLink.tsx";
import { RankTable } from "./RankTable.tsx";
import { UsageView } from "./UsageView.tsx";
import { spanOf, type Range } from "./range.ts";

export function UsagePage() {
  const { tenant } = useAccount();
  const scope: UsageScope = { tenant: tenant.id, key: null };
  return (
    <>
      <PageHeader title="Usage" purpose={`What the keys of ${tenant.name} did, and what they were refused.`} crumbs={[]} />
      <UsageView key={tenant.id} scope={scope}>
        {({ range, live }) => <BusiestKeys scope={scope} range={range} live={live} />}
      </UsageView>
    </>
  );
}

function BusiestKeys({ scope, range, live }: { scope: UsageScope; range: Range; live: boolean }) {
  const keys = useUsage(scope, spanOf(range), "key", live);
  return (
    <Section title="Busiest keys" actions={<CsvLink scope={scope} usage={keys.data} of="Busiest keys" />}>
      <RankTable
        label="Busiest keys"
        of="Key"
        series={keys.data?.series}
        name={(each) => (
          <Anchor component={Link} to={places.apiKeyUsage(each.key ?? "")} inherit>
            {each.label}
          </Anchor>
        )}
        none="No key was used in this time."
      />
    </Section>
  );
}
