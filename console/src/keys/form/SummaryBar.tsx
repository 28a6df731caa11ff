import { Button, Group } from "@mantine/core";
import { useId, type ReactNode } from "react";
import type { Catalog, Tenant } from "../../api/types.ts";
import { limitsBody } from "../../limits/form/values.ts";
import { summarize } from "../summary.ts";
import { expiresAt, restrictionsOf, type KeyFormValues } from "./values.ts";
import classes from "./SummaryBar.module.css";

interface Props {
  catalog: Catalog;
  tenant: Tenant;
  values: KeyFormValues;
  original: string | null;
  busy: boolean;
  submitLabel: string;
  cancel: ReactNode;
}

/** What is about to be granted, in plain words, always beside the button that grants it. */
export function SummaryBar({ catalog, tenant, values, original, busy, submitLabel, cancel }: Props) {
  const id = useId();
  const sentence = summarize(
    {
      nickname: values.nickname,
      accessType: values.accessType,
      restrictions: restrictionsOf(values, catalog),
      limits: limitsBody(values.limits, catalog),
      expiresAt: expiresAt(values, original),
    },
    catalog,
    tenant,
  );
  return (
    <div className={classes["bar"]}>
      <p className={classes["sentence"]} id={id}>
        {sentence || "Choose an access type to see what the key may do."}
      </p>
      <Group gap="xs" wrap="nowrap" className={classes["buttons"] ?? ""}>
        {cancel}
        <Button type="submit" loading={busy} aria-describedby={id}>
          {submitLabel}
        </Button>
      </Group>
    </div>
  );
}
