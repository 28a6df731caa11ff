import { Checkbox, Input, Stack, TextInput } from "@mantine/core";
import type { WebhookEvent } from "../api/types.ts";
import { events } from "./words.ts";

export interface WebhookValues {
  url: string;
  description: string;
  events: WebhookEvent[];
}

interface Props {
  values: WebhookValues;
  errors: { url?: string | undefined; description?: string | undefined };
  onChange: (values: WebhookValues) => void;
}

export function WebhookFields({ values, errors, onChange }: Props) {
  const toggle = (event: WebhookEvent, on: boolean) => {
    onChange({ ...values, events: on ? [...values.events, event] : values.events.filter((each) => each !== event) });
  };
  return (
    <Stack gap="md">
      <TextInput
        label="Address"
        description="Where messages are sent, by https and over the internet."
        placeholder="https://hooks.example.com/latchkey"
        required
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        value={values.url}
        error={errors.url}
        onChange={(event) => onChange({ ...values, url: event.currentTarget.value })}
      />
      <TextInput
        label="Description"
        description="What receives them, for whoever looks here next."
        placeholder="Security channel"
        maxLength={100}
        autoComplete="off"
        value={values.description}
        error={errors.description}
        onChange={(event) => onChange({ ...values, description: event.currentTarget.value })}
      />
      <fieldset style={{ margin: 0, padding: 0, border: 0 }}>
        <Input.Label labelElement="div">Send when</Input.Label>
        <Input.Description mb={8}>Nothing chosen: on every event, also those to come.</Input.Description>
        <Stack gap={8}>
          {events.map(({ value, label }) => (
            <Checkbox key={value} size="xs" label={label} checked={values.events.includes(value)} onChange={(event) => toggle(value, event.currentTarget.checked)} />
          ))}
        </Stack>
      </fieldset>
    </Stack>
  );
}
