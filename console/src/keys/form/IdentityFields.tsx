import { Anchor, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link } from "react-router";
import { useNicknameTwins } from "../../api/keys.ts";
import { places } from "../../places.ts";
import { sharedName } from "../spread.ts";
import { nicknameError } from "../validate.ts";
import type { FormErrors, KeyFormValues } from "./values.ts";
import classes from "./IdentityFields.module.css";

interface Props {
  tenant: string;
  /** The key that is edited, which is no duplicate of itself. */
  self: string | undefined;
  nickname: string;
  contactEmail: string;
  errors: FormErrors;
  onChange: (part: Partial<KeyFormValues>) => void;
}

export function IdentityFields({ tenant, self, nickname, contactEmail, errors, onChange }: Props) {
  return (
    <div className={classes["fields"]}>
      <div data-field-error={errors.nickname && "nickname"}>
        <TextInput
          label="Nickname"
          description="One key per application, named after it."
          placeholder="Acme SMS Partner"
          required
          maxLength={200}
          autoComplete="off"
          data-1p-ignore
          value={nickname}
          error={errors.nickname}
          onChange={(event) => onChange({ nickname: event.currentTarget.value })}
        />
        <Twins tenant={tenant} self={self} nickname={nickname.trim()} />
      </div>
      <div data-field-error={errors.contactEmail && "contactEmail"}>
        <TextInput
          label="Contact Email"
          description="Who hears when it expires, leaks or must change."
          placeholder="integrations@acme.example"
          required
          type="email"
          autoComplete="email"
          value={contactEmail}
          error={errors.contactEmail}
          onChange={(event) => onChange({ contactEmail: event.currentTarget.value })}
        />
      </div>
    </div>
  );
}

/** Two keys of one name are allowed, but seldom meant. */
function Twins({ tenant, self, nickname }: { tenant: string; self: string | undefined; nickname: string }) {
  const [settled] = useDebouncedValue(nickname, 300);
  const found = useNicknameTwins(tenant, nicknameError(settled) === null ? settled : "");
  const twin = settled === nickname ? found.data?.find((key) => key.id !== self && key.status !== "revoked" && key.status !== "deleted") : undefined;
  return (
    <Text size="xs" role="status" className={classes["twin"]}>
      {!twin && self === undefined && sharedName(nickname)}
      {twin && (
        <>
          You already have a key with this nickname:{" "}
          <Anchor component={Link} to={places.apiKey(twin.id)} target="_blank" size="xs" underline="always">
            {twin.nickname} ({twin.hint})
          </Anchor>
          . Two are hard to tell apart.
        </>
      )}
    </Text>
  );
}
