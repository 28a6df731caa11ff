import { Button, Text } from "@mantine/core";
import { Link } from "react-router";
import { places, settingsTrail } from "../places.ts";
import { PageHeader } from "../ui/PageHeader.tsx";

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="No such page" crumbs={settingsTrail} />
      <Text mb="md">Nothing is at this address. It may have been mistyped, or belong to an older version.</Text>
      <Button component={Link} to={places.apiKeys} variant="default">
        Go to API Key Management
      </Button>
    </>
  );
}
