import { Button, Checkbox, Input, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { groupsFor } from "../../api/catalog.ts";
import type { AccessType, Catalog, OperationGroup } from "../../api/types.ts";
import { Disclosure } from "../../ui/Disclosure.tsx";
import { counted } from "../../ui/words.ts";
import { MethodBadge } from "../MethodBadge.tsx";
import classes from "./OperationsField.module.css";

interface Props {
  catalog: Pick<Catalog, "groups">;
  accessType: Pick<AccessType, "id" | "restrictions">;
  /** At least one has to be selected: it is unfolded, and nothing selected is not everything. */
  choosing?: boolean;
  value: string[];
  error: string | undefined;
  onChange: (value: string[]) => void;
}

/** Which operations the key may call, by group. A list to choose from if the access type allows that, or to read. */
export function OperationsField({ catalog, accessType, choosing = false, value, error, onChange }: Props) {
  const [open, setOpen] = useState(choosing || value.length > 0);
  const [search, setSearch] = useState("");
  const selectable = accessType.restrictions.includes("operations");
  const groups = groupsFor(catalog, accessType.id);
  const count = groups.reduce((sum, group) => sum + group.operations.length, 0);
  const picked = new Set(selectable ? value : []);

  const wanted = search.trim().toLowerCase();
  const shown = groups
    .map((group) => ({
      ...group,
      operations: group.operations.filter((op) => `${op.id} ${op.summary} ${group.title}`.toLowerCase().includes(wanted)),
    }))
    .filter((group) => group.operations.length > 0);

  const set = (ids: string[], on: boolean) => {
    const next = new Set(picked);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    onChange([...next]);
  };

  return (
    <>
      <Disclosure
        title="Operations"
        state={picked.size === 0 ? (choosing ? "None selected yet" : `All ${String(count)} permitted`) : `${String(picked.size)} of ${String(count)}`}
        open={open || error !== undefined}
        onToggle={setOpen}
      >
        <div className={classes["tools"]}>
          <Text c="dimmed" size="xs" className={classes["helper"] ?? ""}>
            {choosing ? "Select those that your application must call" : selectable ? "Nothing selected: all are permitted" : "What a key of this access type may call"}
          </Text>
          {picked.size > 0 && (
            <Button variant="subtle" size="compact-xs" onClick={() => onChange([])}>
              Clear
            </Button>
          )}
          <TextInput
            size="xs"
            aria-label="Search operations"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            leftSection={<IconSearch size={14} aria-hidden />}
          />
        </div>
        {shown.map((group) => (
          <Group
            key={group.id}
            group={group}
            picked={picked}
            onSet={selectable ? set : null}
          />
        ))}
        {shown.length === 0 && <Text c="dimmed">No operation matches.</Text>}
      </Disclosure>
      {error !== undefined && <Input.Error mt={6}>{error}</Input.Error>}
    </>
  );
}

interface GroupProps {
  group: OperationGroup;
  picked: Set<string>;
  onSet: ((ids: string[], on: boolean) => void) | null;
}

function Group({ group, picked, onSet }: GroupProps) {
  const ids = group.operations.map((op) => op.id);
  const chosen = ids.filter((id) => picked.has(id)).length;
  const tally = chosen === 0 ? counted(ids.length, "operation") : `${String(chosen)} of ${String(ids.length)}`;
  return (
    <fieldset className={classes["group"]}>
      <legend className={classes["legend"]}>
        {onSet ? (
          <Checkbox
            size="xs"
            label={group.title}
            checked={chosen === ids.length}
            indeterminate={chosen > 0 && chosen < ids.length}
            onChange={(event) => onSet(ids, event.currentTarget.checked)}
          />
        ) : (
          <span className={classes["name"]}>{group.title}</span>
        )}
        <span className={classes["tally"]}>{tally}</span>
      </legend>
      <ul className={classes["list"]}>
        {group.operations.map((op) => (
          <li key={op.id} className={classes["operation"]}>
            {onSet ? (
              <Checkbox
                size="xs"
                classNames={{ label: classes["operationName"] ?? "", description: classes["summary"] ?? "" }}
                label={op.id}
                description={op.summary === op.id ? null : op.summary}
                checked={picked.has(op.id)}
                onChange={(event) => onSet([op.id], event.currentTarget.checked)}
              />
            ) : (
              <span>
                {op.id}
                {op.summary !== op.id && <span className={classes["summary"]}>{op.summary}</span>}
              </span>
            )}
            <MethodBadge method={op.method} />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
