import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import type { ApiKey } from "../../api/types.ts";
import { places } from "../../places.ts";
import { Notice } from "../../ui/Notice.tsx";
import classes from "./SplitNotice.module.css";

/** What splitting a key takes: one for each application, and the end of the old one. */
export function SplitNotice({ model }: { model: ApiKey }) {
  return (
    <div className={classes["notice"]}>
      <Notice tone="info">
        Filled in as{" "}
        <Anchor component={Link} to={places.apiKey(model.id)} underline="always">
          {model.nickname}
        </Anchor>{" "}
        is, which stays as it is. Name the one application that this key is for, and the networks that it calls from. When each application
        has its own, revoke {model.nickname}.
      </Notice>
    </div>
  );
}
