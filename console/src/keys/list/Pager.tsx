import { Button, Group, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { counted, grouped } from "../../ui/words.ts";
import { pageSize, type ListState } from "./list-state.ts";

interface Props {
  list: ListState;
  shown: number;
  total: number;
  next: string | null;
}

export function Pager({ list, shown, total, next }: Props) {
  const { page } = list;
  const first = page === null ? null : (page - 1) * pageSize + 1;
  const single = page === 1 && next === null;
  return (
    <Group component="nav" justify="space-between" mt="sm" aria-label="Pages" mih={36}>
      <Text size="xs" c="dimmed" role="status">
        {single
          ? counted(total, "key")
          : first === null
            ? `${grouped(shown)} of ${counted(total, "key")}`
            : `${grouped(first)}–${grouped(first + shown - 1)} of ${counted(total, "key")}`}
      </Text>
      {!single && (
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconChevronLeft size={14} aria-hidden />}
            disabled={page === 1}
            onClick={list.previous}
          >
            {page === 1 || list.knowsPrevious ? "Previous" : "First page"}
          </Button>
          <Button
            variant="default"
            size="xs"
            rightSection={<IconChevronRight size={14} aria-hidden />}
            disabled={next === null}
            onClick={() => next !== null && list.next(next)}
          >
            Next
          </Button>
        </Group>
      )}
    </Group>
  );
}
