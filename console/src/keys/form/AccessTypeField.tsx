import type { AccessType } from "../../api/types.ts";
import { ChoiceCards } from "../../ui/ChoiceCards.tsx";
import { counted } from "../../ui/words.ts";

interface Props {
  types: AccessType[];
  /** How many operations the API has. */
  total: number;
  value: string;
  /** An existing key keeps its access type. */
  fixed: boolean;
  error: string | undefined;
  onChange: (id: string) => void;
}

function reachOf(type: AccessType, total: number): string {
  const count = type.operation_count === total ? `All ${counted(total, "operation")}` : counted(type.operation_count, "operation");
  const limits = (["channels", "attributes"] as const).filter((kind) => type.restrictions.includes(kind));
  return limits.length === 0 ? count : `${count}, limited to the ${limits.join(" and ")} you choose`;
}

export function AccessTypeField({ types, total, value, fixed, error, onChange }: Props) {
  return (
    <ChoiceCards
      label="Access Type"
      required={!fixed}
      note={fixed ? "A key keeps its access type. For another one, make another key." : undefined}
      choices={types.map((type) => ({ value: type.id, title: type.title, text: type.description, foot: reachOf(type, total) }))}
      value={value}
      error={error}
      fixed={fixed}
      onChange={onChange}
    />
  );
}
