import { MultiSelect, type ComboboxItem } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { channelsFor } from "../../api/catalog.ts";
import type { Catalog, Tenant } from "../../api/types.ts";
import classes from "./RestrictionPickers.module.css";

interface FieldProps<Part extends keyof Catalog> {
  catalog: Pick<Catalog, Part>;
  /** What it means when nothing is selected, where that is not that all are permitted. */
  none?: Nothing;
  value: string[];
  error: string | undefined;
  onChange: (value: string[]) => void;
}

interface Option extends ComboboxItem {
  /** Shown after the name: an id or a description. */
  note: string;
}

interface Nothing {
  helper: string;
  placeholder: string;
}

const allPermitted: Nothing = { helper: "Nothing selected: all are permitted", placeholder: "All permitted" };

export function ChannelsField({ catalog, tenant, ...field }: FieldProps<"channels"> & { tenant: Pick<Tenant, "enabled_channels" | "name"> }) {
  const channels = channelsFor(catalog, tenant);
  const options = channels.map(({ id, name }) => ({ value: id, label: `${id} ${name}`, note: "" }));
  const ofTenant = tenant.enabled_channels.length > 0 ? ` (${String(channels.length)} enabled for ${tenant.name})` : "";
  return <Picker label="Channels" note={ofTenant} options={options} {...field} />;
}

export function AttributesField({ catalog, ...field }: FieldProps<"attributes">) {
  const options = catalog.attributes.map(({ name, description }) => ({ value: name, label: name, note: description ?? "" }));
  return <Picker label="Attributes" note="" options={options} {...field} />;
}

interface PickerProps {
  label: string;
  note: string;
  options: Option[];
  none?: Nothing;
  value: string[];
  error: string | undefined;
  onChange: (value: string[]) => void;
}

function Picker({ label, note, options, none = allPermitted, value, error, onChange }: PickerProps) {
  // What the key has but the catalog no longer offers stays visible, so that it can be removed knowingly.
  const known = new Set(options.map((option) => option.value));
  const gone = value.filter((each) => !known.has(each)).map((each) => ({ value: each, label: each, note: "no longer offered" }));
  const all = [...options, ...gone];
  return (
    <MultiSelect
      label={label}
      description={none.helper + note}
      placeholder={value.length === 0 ? none.placeholder : ""}
      data={all}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      clearable
      hidePickedOptions={false}
      limit={200}
      maxDropdownHeight={260}
      nothingFoundMessage="Nothing matches"
      clearButtonProps={{ "aria-label": `Clear ${label.toLowerCase()}` }}
      comboboxProps={{ shadow: "md", transitionProps: { duration: 80 }, withinPortal: false }}
      renderOption={({ option, checked }) => {
        const text = all.find((each) => each.value === option.value)?.note ?? "";
        return (
          <span className={classes["option"]}>
            <span>{option.label}</span>
            {text !== "" && <span className={classes["note"]}>{text}</span>}
            {checked && <IconCheck size={16} className={classes["check"]} aria-hidden />}
          </span>
        );
      }}
    />
  );
}
