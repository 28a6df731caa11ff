import { Button, Text } from "@mantine/core";
import { Link } from "react-router";
import { apiKeysTrail, places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";

export function NoSuchKey() {
  const { tenant } = useAccount();
  return (
    <>
      <PageHeader title="No such key" crumbs={apiKeysTrail} />
      <Text mb="md">
        {tenant.name} has no key with this id. The link may be incomplete, or the key may belong to another account.
      </Text>
      <Button component={Link} to={places.apiKeys} variant="default">
        See all keys
      </Button>
    </>
  );
}
