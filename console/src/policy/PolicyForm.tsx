import { Button, Radio, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type SubmitEvent } from "react";
import { ApiProblem, describeError } from "../api/problem.ts";
import { useSetKeyPolicy } from "../api/rotation.ts";
import type { KeyPolicy } from "../api/types.ts";
import { OverlapField } from "../rotation/form/OverlapField.tsx";
import { Section } from "../ui/Section.tsx";
import { fieldAt, policyBody, policyErrors, policyValuesOf, type PolicyErrors, type PolicyValues } from "./values.ts";
import { policySentences } from "./words.ts";
import classes from "./KeyPolicyPage.module.css";

interface Props {
  tenant: string;
  policy: KeyPolicy;
  mayChange: boolean;
}

interface Part {
  values: PolicyValues;
  errors: PolicyErrors;
  disabled: boolean;
  change: (part: Partial<PolicyValues>) => void;
}

export function PolicyForm({ tenant, policy, mayChange }: Props) {
  const save = useSetKeyPolicy(tenant);
  const [values, setValues] = useState(() => policyValuesOf(policy));
  const [refused, setRefused] = useState<PolicyErrors>({});
  const [saved, setSaved] = useState(policy);
  const body = policyBody(values);
  const dirty = body === null || JSON.stringify(body) !== JSON.stringify(policyBody(policyValuesOf(saved)));

  const change = (part: Partial<PolicyValues>) => {
    setValues({ ...values, ...part });
    setRefused({});
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (body === null) return;
    save.mutate(body, {
      onSuccess: (now) => {
        setSaved(now);
        setValues(policyValuesOf(now));
        notifications.show({ message: "The key policy is saved." });
      },
      onError: (error) => {
        const found = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
        const mistakes: PolicyErrors = {};
        for (const { pointer, detail } of found) {
          const field = fieldAt(pointer);
          if (field !== undefined) mistakes[field] = detail;
        }
        setRefused(mistakes);
      },
    });
  };

  const part: Part = { values, errors: { ...policyErrors(values), ...refused }, disabled: !mayChange, change };
  return (
    <form onSubmit={submit} noValidate className={classes["stack"]}>
      <ExchangePart {...part} />
      <EndPart {...part} />
      <ExposurePart {...part} />
      <div className={classes["bar"]}>
        <ul className={classes["sentences"]} aria-label="The policy in words">
          {policySentences(body ?? saved).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {mayChange && (
          <div className={classes["buttons"]}>
            <Button variant="default" disabled={!dirty} onClick={() => setValues(policyValuesOf(saved))}>
              Undo
            </Button>
            <Button type="submit" disabled={!dirty || body === null} loading={save.isPending}>
              Save policy
            </Button>
          </div>
        )}
      </div>
      {save.isError && Object.keys(refused).length === 0 && (
        <Text c="var(--mantine-color-error)" role="alert">
          {describeError(save.error).detail}
        </Text>
      )}
    </form>
  );
}

function ExchangePart({ values, errors, disabled, change }: Part) {
  return (
    <Section title="Exchange of secrets">
      <div className={classes["fields"]}>
        <TextInput
          label="Greatest age of a secret, in days"
          description="After so many days it must be exchanged. Empty: it may grow old."
          placeholder="None"
          inputMode="numeric"
          autoComplete="off"
          classNames={{ input: classes["days"] ?? "" }}
          disabled={disabled}
          value={values.secretAge}
          error={errors.secretAge}
          onChange={(event) => change({ secretAge: event.currentTarget.value })}
        />
        <Radio.Group label="When that day comes" value={values.onDue} onChange={(onDue) => change({ onDue })}>
          <Stack gap={8} mt={8}>
            <Radio value="report" label="Open an alert" disabled={disabled} />
            <Radio value="rotate" label="Rotate the key into its secret manager" description="Nobody has to do anything. A key without a secret manager is reported." disabled={disabled} />
            <Radio value="disable" label="Disable the key" description="Its calls are refused until somebody rotates and enables it." disabled={disabled} />
          </Stack>
        </Radio.Group>
        <OverlapField label="After a rotation, old and new both work for" none="No time" value={values.overlap} disabled={disabled} onChange={(overlap) => change({ overlap })} />
      </div>
    </Section>
  );
}

function EndPart({ values, errors, disabled, change }: Part) {
  return (
    <Section title="End of keys, and reminders">
      <div className={classes["fields"]}>
        <TextInput
          label="Longest life of a key, in days"
          description="It expires so many days after it was made, at the latest. Empty: it need not expire."
          placeholder="None"
          inputMode="numeric"
          autoComplete="off"
          classNames={{ input: classes["days"] ?? "" }}
          disabled={disabled}
          value={values.lifetime}
          error={errors.lifetime}
          onChange={(event) => change({ lifetime: event.currentTarget.value })}
        />
        <TextInput
          label="Reminders, in days before"
          description="The key's contact and the webhooks are told so long before an expiry or a due exchange. Empty: never."
          placeholder="14, 7, 1"
          autoComplete="off"
          classNames={{ input: classes["days"] ?? "" }}
          disabled={disabled}
          value={values.reminders}
          error={errors.reminders}
          onChange={(event) => change({ reminders: event.currentTarget.value })}
        />
      </div>
    </Section>
  );
}

function ExposurePart({ values, disabled, change }: Part) {
  return (
    <Section title="When others may have seen a key">
      <div className={classes["fields"]}>
        <Text c="dimmed">It came over plain HTTP or in an address, or was found in a repository or a leak report.</Text>
        <Radio.Group label="What happens to the key" value={values.onExposure} onChange={(onExposure) => change({ onExposure })}>
          <Stack gap={8} mt={8}>
            <Radio value="alert" label="Open an alert" description="The key goes on working until somebody acts." disabled={disabled} />
            <Radio value="rotate" label="Rotate it" description="The new secret goes where the key's secrets go; the old one ends soon." disabled={disabled} />
            <Radio value="revoke" label="Revoke it" description="Its calls are refused for good, also those of its rightful owner." disabled={disabled} />
          </Stack>
        </Radio.Group>
        {values.onExposure === "rotate" && (
          <OverlapField label="The exposed secret works on for" none="No time" value={values.exposureOverlap} disabled={disabled} onChange={(exposureOverlap) => change({ exposureOverlap })} />
        )}
      </div>
    </Section>
  );
}
