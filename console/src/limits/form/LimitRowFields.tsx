import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { Catalog, RateClass } from "../../api/types.ts";
import { grouped } from "../../ui/words.ts";
import { rateWords } from "../words.ts";
import type { RowErrors } from "./validate.ts";
import { givenFor, units, type LimitRow } from "./values.ts";
import classes from "./LimitsField.module.css";

interface Props {
  row: LimitRow;
  catalog: Catalog;
  rateClasses: RateClass[];
  errors: RowErrors;
  /** After an attempt to send: what is still empty is a mistake too. */
  strict: boolean;
  onChange: (row: LimitRow) => void;
  onRemove: () => void;
}

/** One rate limit: in place of one of the catalog's, whose window and name it keeps, or beside them. */
export function LimitRowFields({ row, catalog, rateClasses, errors, strict, onChange, onRemove }: Props) {
  const given = givenFor(row, catalog);
  const change = (part: Partial<LimitRow>) => onChange({ ...row, ...part });
  const shown = (text: string, error: string | undefined) => (strict || text !== "" ? error : undefined);
  return (
    <li className={classes["row"]} aria-label={`Limit ${row.name}`}>
      <div className={classes["head"]}>
        <span>
          {given ? (
            <>
              <strong>{row.name}</strong>, in place of the API's {rateWords(given.requests, given.window_seconds)}. At most {grouped(given.most)}.
            </>
          ) : (
            <>
              <strong>{row.name || "New limit"}</strong>, of this key alone
            </>
          )}
        </span>
        <Button
          className={classes["remove"] ?? ""}
          variant="subtle"
          color="gray"
          size="compact-xs"
          leftSection={<IconTrash size={14} aria-hidden />}
          aria-label={`Remove the limit ${row.name}`}
          onClick={onRemove}
        >
          Remove
        </Button>
      </div>
      <div className={classes["fields"]} data-given={given ? true : undefined}>
        <TextInput
          size="xs"
          label={given ? `Requests per ${rateWords(1, given.window_seconds).split(" per ")[1] ?? ""}` : "Requests"}
          placeholder="1,000"
          inputMode="numeric"
          autoComplete="off"
          value={row.requests}
          error={shown(row.requests, errors.requests)}
          onChange={(event) => change({ requests: event.currentTarget.value })}
        />
        {!given && (
          <>
            <div className={classes["window"]}>
              <TextInput
                size="xs"
                label="In any"
                inputMode="numeric"
                autoComplete="off"
                value={row.window}
                error={shown(row.window, errors.window)}
                onChange={(event) => change({ window: event.currentTarget.value })}
              />
              <NativeSelect size="xs" label="Unit" value={row.unit} data={[...units]} onChange={(event) => change({ unit: event.currentTarget.value })} />
            </div>
            {rateClasses.length > 1 && (
              <NativeSelect
                size="xs"
                label="Of which requests"
                value={row.rateClass}
                data={rateClasses.map((each) => ({ value: each.id, label: each.is_default ? "All others" : each.operations.length === 1 ? (each.operations[0] ?? each.id) : each.id }))}
                onChange={(event) => change({ rateClass: event.currentTarget.value })}
              />
            )}
            <TextInput
              size="xs"
              label="Name"
              autoComplete="off"
              spellCheck={false}
              value={row.name}
              error={shown(row.name, errors.name)}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
          </>
        )}
      </div>
    </li>
  );
}
