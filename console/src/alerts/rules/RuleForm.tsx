import { Button, Checkbox, Switch, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useId, useState, type SubmitEvent } from "react";
import { useUpdateAlertRules } from "../../api/alerts.ts";
import { ApiProblem, describeError } from "../../api/problem.ts";
import type { AlertRule } from "../../api/types.ts";
import { useAccount } from "../../session/context.ts";
import { Section } from "../../ui/Section.tsx";
import { changeOf, draftErrors, draftOf, sameSettings, settingWords } from "./settings.ts";
import classes from "./RuleForm.module.css";

/** One rule: whether it watches, how strict it is, and who is told. */
export function RuleForm({ rule }: { rule: AlertRule }) {
  const { tenant, mayWrite } = useAccount();
  const update = useUpdateAlertRules(tenant.id);
  const [draft, setDraft] = useState(() => draftOf(rule));
  const [refused, setRefused] = useState<Record<string, string>>({});
  const unitId = useId();
  const change = changeOf(rule, draft);
  const errors = { ...draftErrors(draft), ...refused };
  const dirty = change !== null || Object.keys(errors).length > 0;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (change === null || Object.keys(draftErrors(draft)).length > 0) return;
    setRefused({});
    update.mutate(
      { rules: [change] },
      {
        onSuccess: () => notifications.show({ message: `“${rule.title}” is saved.` }),
        onError: (error) => {
          const found = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
          setRefused(Object.fromEntries(found.map(({ pointer, detail }) => [pointer.split("/").at(-1) ?? "", detail])));
        },
      },
    );
  };
  const failure = update.isError && Object.keys(refused).length === 0 ? describeError(update.error) : null;

  return (
    <Section
      title={rule.title}
      actions={
        <Switch
          label={draft.enabled ? "On" : "Off"}
          aria-label={`Watch for: ${rule.title}`}
          labelPosition="left"
          checked={draft.enabled}
          disabled={!mayWrite}
          onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
        />
      }
    >
      <form onSubmit={submit} noValidate>
        <p className={classes["description"]}>{rule.description}</p>
        <div className={`${classes["fields"] ?? ""} ${draft.enabled ? "" : (classes["off"] ?? "")}`}>
          {Object.entries(draft.settings).map(([name, text]) => {
            const { label, unit } = settingWords(rule.rule, name);
            return (
              <div key={name} className={classes["setting"]}>
                <TextInput
                  size="xs"
                  label={label}
                  classNames={{ input: classes["input"] ?? "" }}
                  inputMode="numeric"
                  autoComplete="off"
                  aria-describedby={`${unitId}-${name}`}
                  disabled={!mayWrite}
                  value={text}
                  error={errors[name]}
                  onChange={(event) => {
                    setDraft({ ...draft, settings: { ...draft.settings, [name]: event.currentTarget.value } });
                    setRefused({});
                  }}
                />
                <span id={`${unitId}-${name}`} className={classes["unit"]}>
                  {unit}
                </span>
              </div>
            );
          })}
        </div>
        <div className={classes["foot"]}>
          <Checkbox size="xs" label="Email to the key's contact" checked={draft.email} disabled={!mayWrite} onChange={(event) => setDraft({ ...draft, email: event.currentTarget.checked })} />
          <Checkbox size="xs" label="Webhooks" checked={draft.webhook} disabled={!mayWrite} onChange={(event) => setDraft({ ...draft, webhook: event.currentTarget.checked })} />
          {mayWrite && (
            <div className={classes["buttons"]}>
              {!sameSettings(draft.settings, rule.defaults) && (
                <Button variant="subtle" size="xs" onClick={() => setDraft({ ...draft, settings: draftOf(rule, rule.defaults).settings })}>
                  Use defaults
                </Button>
              )}
              <Button type="submit" size="xs" variant={dirty ? "filled" : "default"} disabled={!dirty} loading={update.isPending} aria-label={`Save: ${rule.title}`}>
                Save
              </Button>
            </div>
          )}
        </div>
        {failure && (
          <Text c="var(--mantine-color-error)" size="sm" mt="xs" role="alert">
            {failure.detail} {failure.requestId !== "" && <code>{failure.requestId}</code>}
          </Text>
        )}
      </form>
    </Section>
  );
}
