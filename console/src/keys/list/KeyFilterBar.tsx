import { CloseButton, Kbd, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { Catalog, KeyStatus } from "../../api/types.ts";
import { useShortcut, useShortcutsEnabled } from "../../ui/shortcuts.ts";
import { statuses, type ListState } from "./list-state.ts";
import classes from "./KeyFilterBar.module.css";

export function KeyFilterBar({ list, catalog }: { list: ListState; catalog: Catalog | undefined }) {
  const { filters, change } = list;
  const field = useRef<HTMLInputElement>(null);
  const shortcuts = useShortcutsEnabled();
  const [typed, setTyped] = useState(filters.q);
  const [seen, setSeen] = useState(filters.q);
  // The address changed from elsewhere: a cleared filter, or the browser's back button.
  if (seen !== filters.q) {
    setSeen(filters.q);
    setTyped(filters.q);
  }

  const apply = useDebouncedCallback((q: string) => {
    setSeen(q);
    change({ q });
  }, 250);
  const search = (q: string) => {
    setTyped(q);
    apply(q.trim());
  };

  useShortcut("/", () => {
    field.current?.focus();
    field.current?.select();
  });

  return (
    <div className={classes["bar"]} role="search" aria-label="API keys">
      <TextInput
        ref={field}
        className={classes["search"]}
        aria-label="Search keys"
        placeholder="Nickname, email, key hint or id"
        value={typed}
        maxLength={100}
        onChange={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (typed === "") event.currentTarget.blur();
          else search("");
        }}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          typed !== "" ? (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => search("")} />
          ) : shortcuts ? (
            <Kbd size="xs" aria-hidden className={classes["key"] ?? ""}>
              /
            </Kbd>
          ) : null
        }
      />
      <NativeSelect
        className={classes["filter"]}
        aria-label="Status"
        value={filters.status ?? ""}
        onChange={(event) => change({ status: (event.currentTarget.value || null) as KeyStatus | null })}
        data={[{ value: "", label: "Any status" }, ...statuses]}
      />
      <NativeSelect
        className={classes["filter"]}
        aria-label="Access type"
        value={filters.accessType ?? ""}
        onChange={(event) => change({ accessType: event.currentTarget.value || null })}
        data={[
          { value: "", label: "Any type" },
          ...(catalog?.access_types.map((type) => ({ value: type.id, label: type.title })) ?? []),
        ]}
      />
    </div>
  );
}
