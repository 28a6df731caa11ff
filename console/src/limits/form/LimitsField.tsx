import { Button, Input, TextInput } from "@mantine/core";
import { IconAdjustments, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "react-router";
import type { Catalog } from "../../api/types.ts";
import { Disclosure } from "../../ui/Disclosure.tsx";
import { counted } from "../../ui/words.ts";
import { rateWords } from "../words.ts";
import { LimitRowFields } from "./LimitRowFields.tsx";
import { quotaError, rowErrors } from "./validate.ts";
import { classesFor, mostRates, newRow, rowFor, type LimitRow, type LimitValues } from "./values.ts";
import classes from "./LimitsField.module.css";

interface Props {
  catalog: Catalog;
  accessType: string;
  value: LimitValues;
  error: string | undefined;
  onChange: (value: LimitValues) => void;
}

/** How often a key may be used, where that differs from what the catalog says. */
export function LimitsField({ catalog, accessType, value, error, onChange }: Props) {
  const asked = useLocation().hash === "#limits";
  const count = value.rates.length + (value.day === "" ? 0 : 1) + (value.month === "" ? 0 : 1);
  const [open, setOpen] = useState(asked || count > 0);
  const rateClasses = classesFor(catalog, accessType);
  const given = rateClasses.flatMap((each) => each.limits.map((limit) => ({ rateClass: each.id, limit })));
  const free = given.filter(({ rateClass, limit }) => !value.rates.some((row) => row.name === limit.name && row.rateClass === rateClass));
  const full = value.rates.length >= mostRates;

  const put = (row: LimitRow) => onChange({ ...value, rates: value.rates.map((each) => (each.id === row.id ? row : each)) });
  const add = (row: LimitRow) => onChange({ ...value, rates: [...value.rates, row] });

  return (
    <Disclosure
      title="Limits"
      state={count > 0 ? `${counted(count, "limit")} of its own` : given.length > 0 ? "As the API sets them" : "None"}
      open={open || error !== undefined}
      onToggle={setOpen}
    >
      <p className={classes["helper"]}>
        {given.length > 0
          ? `Without any of its own, the key may make ${given.map(({ limit }) => rateWords(limit.requests, limit.window_seconds)).join(", and ")}.`
          : "The API sets no limits: without any of its own, nothing limits how often the key is used."}{" "}
        All limits hold at once; beyond one, requests are refused until its window has room again.
      </p>
      {value.rates.length > 0 && (
        <ul className={classes["rows"]} aria-label="Rate limits">
          {value.rates.map((row) => (
            <LimitRowFields
              key={row.id}
              row={row}
              catalog={catalog}
              rateClasses={rateClasses}
              errors={rowErrors(row, value, catalog)}
              strict={error !== undefined}
              onChange={put}
              onRemove={() => onChange({ ...value, rates: value.rates.filter((each) => each.id !== row.id) })}
            />
          ))}
        </ul>
      )}
      <div className={classes["add"]}>
        {!full &&
          free.map(({ rateClass, limit }) => (
            <Button
              key={`${rateClass} ${limit.name}`}
              variant="default"
              size="xs"
              leftSection={<IconAdjustments size={14} aria-hidden />}
              onClick={() => add(rowFor(value, rateClass, limit))}
            >
              Change {rateWords(limit.requests, limit.window_seconds)}
            </Button>
          ))}
        <Button variant="default" size="xs" disabled={full} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add(newRow(value, catalog))}>
          {full ? `At most ${String(mostRates)} rate limits` : "Add a rate limit"}
        </Button>
      </div>
      <div className={classes["quotas"]}>
        <TextInput
          label="Requests per day"
          description="Of the calendar, in UTC. Empty: no daily quota."
          placeholder="No quota"
          inputMode="numeric"
          autoComplete="off"
          value={value.day}
          error={quotaError(value.day)}
          onChange={(event) => onChange({ ...value, day: event.currentTarget.value })}
        />
        <TextInput
          label="Requests per calendar month"
          description="In UTC. Empty: no monthly quota."
          placeholder="No quota"
          inputMode="numeric"
          autoComplete="off"
          value={value.month}
          error={quotaError(value.month)}
          onChange={(event) => onChange({ ...value, month: event.currentTarget.value })}
        />
      </div>
      {error !== undefined && <Input.Error mt={10}>{error}</Input.Error>}
    </Disclosure>
  );
}
