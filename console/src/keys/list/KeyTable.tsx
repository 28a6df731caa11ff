import { Table, Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconArrowsSort } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { Link, useNavigate } from "react-router";
import type { KeyAction, KeySort } from "../../api/keys.ts";
import type { ApiKey, Catalog } from "../../api/types.ts";
import { places } from "../../places.ts";
import { Time } from "../../ui/Time.tsx";
import { AccessTypeBadge } from "../AccessTypeBadge.tsx";
import { KeyMenu } from "../actions/KeyMenu.tsx";
import { LastUsed } from "../LastUsed.tsx";
import { StatusBadge } from "../StatusBadge.tsx";
import { restrictionCounts } from "../summary.ts";
import { WeekOfRequests } from "./WeekOfRequests.tsx";
import classes from "./KeyTable.module.css";

export interface KeyViewProps {
  keys: ApiKey[];
  catalog: Catalog | undefined;
  /** The last seven days of a key; see WeekOfRequests. */
  weekOf: (id: string) => readonly number[] | null | undefined;
  sort: KeySort;
  onSort: (sort: KeySort) => void;
  onAction: (action: KeyAction, key: ApiKey) => void;
}

export function KeyTable({ keys, catalog, weekOf, sort, onSort, onAction }: KeyViewProps) {
  const navigate = useNavigate();

  // The link in the row is the real control; a click anywhere else in the row is a convenience for the mouse.
  const open = (event: MouseEvent, key: ApiKey) => {
    const target = event.target as Element;
    if (!event.currentTarget.contains(target) || target.closest("a,button") || getSelection()?.toString()) return;
    void navigate(places.apiKey(key.id));
  };

  return (
    <Table className={classes["table"] ?? ""} aria-label="API keys" highlightOnHover highlightOnHoverColor="var(--lk-hover)">
      <Table.Thead>
        <Table.Tr>
          <SortHeader column="nickname" label="Nickname" first="nickname" sort={sort} onSort={onSort} />
          <Table.Th w="8.8rem">Key</Table.Th>
          <Table.Th w="9.2rem">Access type</Table.Th>
          <Table.Th w="8.5rem">Last used</Table.Th>
          <Table.Th w="5.5rem">Requests</Table.Th>
          <SortHeader column="created_at" label="Created" first="-created_at" width="7.6rem" sort={sort} onSort={onSort} />
          <Table.Th w="8.7rem">Status</Table.Th>
          <Table.Th w="2.9rem">
            <span className={classes["hidden"]}>Actions</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <Table.Tr key={key.id} className={classes["row"]} data-ended={key.status === "revoked" || key.status === "deleted" || undefined} onClick={(event) => open(event, key)}>
            <Table.Td>
              <Link to={places.apiKey(key.id)} className={classes["link"]}>
                {key.nickname}
              </Link>
              <Text size="xs" c="dimmed" truncate>
                {key.contact_email}
              </Text>
            </Table.Td>
            <Table.Td className={classes["hint"]}>{key.hint}</Table.Td>
            <Table.Td>
              <AccessTypeBadge id={key.access_type} catalog={catalog} />
              <Text size="xs" c="dimmed" mt={2} lh={1.35}>
                {restrictionCounts(key.restrictions)}
              </Text>
            </Table.Td>
            <Table.Td>
              <LastUsed apiKey={key} />
            </Table.Td>
            <Table.Td>
              <WeekOfRequests values={weekOf(key.id)} />
            </Table.Td>
            <Table.Td className={classes["created"]}>
              <Time at={key.created_at} />
              <Text size="xs" c="dimmed" truncate title={key.created_by.name}>
                by {key.created_by.name}
              </Text>
            </Table.Td>
            <Table.Td>
              <StatusBadge apiKey={key} stacked />
            </Table.Td>
            <Table.Td className={classes["menu"]}>
              <KeyMenu apiKey={key} onAction={onAction} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface SortHeaderProps {
  column: "nickname" | "created_at";
  label: string;
  /** The order of the first click. */
  first: KeySort;
  width?: string;
  sort: KeySort;
  onSort: (sort: KeySort) => void;
}

function SortHeader({ column, label, first, width, sort, onSort }: SortHeaderProps) {
  const direction = sort === column ? "ascending" : sort === `-${column}` ? "descending" : "none";
  const Icon = direction === "ascending" ? IconArrowUp : direction === "descending" ? IconArrowDown : IconArrowsSort;
  const opposite: KeySort = direction === "ascending" ? `-${column}` : column;
  return (
    <Table.Th aria-sort={direction} w={width}>
      <UnstyledButton
        className={classes["sort"]}
        data-active={direction !== "none" || undefined}
        onClick={() => onSort(direction === "none" ? first : opposite)}
      >
        {label}
        <Icon size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}
