import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import type { ApiKey } from "../../api/types.ts";
import { places } from "../../places.ts";
import { endWords } from "../../rotation/words.ts";
import { useNow } from "../../ui/now.ts";
import { Notice } from "../../ui/Notice.tsx";
import { isRotating } from "../status.ts";

/** That two secrets open the key, and where to see who uses which. */
export function RotationNotice({ apiKey }: { apiKey: ApiKey }) {
  const now = useNow();
  if (!isRotating(apiKey, now) || apiKey.status === "deleted" || apiKey.status === "revoked") return null;
  return (
    <Notice tone="info">
      Being rotated. {endWords(apiKey, now)}{" "}
      <Anchor component={Link} to={places.apiKeyRotation(apiKey.id)} underline="always">
        See who uses which secret
      </Anchor>
    </Notice>
  );
}
