import { Anchor, Button, Group } from "@mantine/core";
import { Link } from "react-router";
import type { ApiKey } from "../../api/types.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";

/** The first try made the key, but its answer, the only one with the secret, never arrived. */
export function LostAnswer({ apiKey }: { apiKey: ApiKey }) {
  return (
    <>
      <PageHeader title="The key was made, but can't be shown" crumbs={apiKeysTrail} />
      <Notice tone="warn" live>
        The connection broke while the key was on its way here, and a key is sent only once. Nobody has{" "}
        <Anchor component={Link} to={places.apiKey(apiKey.id)} underline="always">
          {apiKey.nickname}
        </Anchor>{" "}
        now: revoke it, then make another.
      </Notice>
      <Group mt="md">
        <Button component={Link} to={places.apiKey(apiKey.id)}>
          Open the key
        </Button>
      </Group>
    </>
  );
}
