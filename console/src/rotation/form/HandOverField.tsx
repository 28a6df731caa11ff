import { NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { useHandOverPlaces } from "../../api/rotation.ts";
import type { HandOverKind, HandOverPlaces } from "../../api/types.ts";
import { ChoiceCards, type Choice } from "../../ui/ChoiceCards.tsx";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { pathOf, withManager, type HandOverValues } from "./values.ts";
import classes from "./HandOverField.module.css";

interface Props {
  tenant: string;
  nickname: string;
  contact: string;
  value: HandOverValues;
  error: string | undefined;
  onChange: (value: HandOverValues) => void;
}

const managerKinds = { vault: "Vault or OpenBao", aws: "AWS Secrets Manager" } as const;

function choicesOf(places: HandOverPlaces, contact: string): Choice<HandOverKind>[] {
  const managers = places.secret_managers.length > 0;
  return [
    { value: "show", title: "Show it once", text: "You see it on the next page, and bring it to the application yourself." },
    {
      value: "link",
      title: "Mail a one-time link",
      text: places.link ? `${contact || "The contact"} opens it once, within three days, in a browser. You never see the key.` : "This server sends no mail.",
      disabled: !places.link,
    },
    {
      value: "secret_manager",
      title: "Write it to a secret manager",
      text: managers ? "The application reads it there. No human ever sees it." : "The operator of this server has set up none.",
      disabled: !managers,
    },
  ];
}

/** How a secret gets to its application. */
export function HandOverField({ tenant, nickname, contact, value, error, onChange }: Props) {
  const places = useHandOverPlaces(tenant);
  if (places.isError && !places.data) return <ErrorPanel error={places.error} onRetry={() => void places.refetch()} />;
  if (!places.data) return <Skeleton h={112} radius="md" />;
  const { data } = places;
  const manager = data.secret_managers.find(({ name }) => name === value.manager) ?? data.secret_managers[0];
  return (
    <div className={classes["field"]}>
      <ChoiceCards
        label="How the application gets it"
        choices={choicesOf(data, contact)}
        value={value.kind}
        error={value.kind === "secret_manager" ? undefined : error}
        onChange={(kind) => onChange(withManager({ ...value, kind }, data))}
      />
      {value.kind === "secret_manager" && manager && (
        <div className={classes["place"]}>
          <NativeSelect
            label="Secret manager"
            value={manager.name}
            data={data.secret_managers.map(({ name, kind }) => ({ value: name, label: `${name} (${managerKinds[kind]})` }))}
            onChange={(event) => onChange({ ...value, manager: event.currentTarget.value })}
          />
          <TextInput
            label="Path"
            placeholder={pathOf({ ...value, path: "" }, nickname)}
            maxLength={250}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: "mono" }}
            value={value.path}
            error={error}
            description={
              <>
                Stored at <span className="mono">{manager.path_prefix + pathOf(value, nickname)}</span>
              </>
            }
            inputWrapperOrder={["label", "input", "description", "error"]}
            onChange={(event) => onChange({ ...value, path: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  );
}
