import type { AlertRule } from "../../api/types.ts";
import { wholeNumber } from "../../limits/form/values.ts";

interface Words {
  label: string;
  /** What the number counts. */
  unit: string;
}

const words: Record<string, Words> = {
  after_days: { label: "Networks of its first days count as known", unit: "days" },
  sensitivity: { label: "Sensitivity, from 1 to 5", unit: "higher asks earlier" },
  at_least: { label: "Never unusual below", unit: "requests per hour" },
  refusals: { label: "From", unit: "refusals" },
  within_minutes: { label: "Within", unit: "minutes" },
  share_percent: { label: "And at least", unit: "percent of its requests" },
  percent: { label: "From", unit: "percent of the quota" },
};

const days: Partial<Record<AlertRule["rule"], Words>> = {
  unused: { label: "After", unit: "days without use" },
  old_key: { label: "After", unit: "days with one secret" },
};

/** What a setting of a rule is called. One that this console does not know stands for itself. */
export function settingWords(rule: AlertRule["rule"], name: string): Words {
  return (name === "days" ? days[rule] : undefined) ?? words[name] ?? { label: name.replaceAll("_", " "), unit: "" };
}

/** A rule as its form holds it. */
export interface RuleDraft {
  enabled: boolean;
  email: boolean;
  webhook: boolean;
  settings: Record<string, string>;
}

export function draftOf(rule: AlertRule, settings = rule.settings): RuleDraft {
  const { enabled, email, webhook } = rule;
  return { enabled, email, webhook, settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])) };
}

export function draftErrors({ settings }: RuleDraft): Record<string, string> {
  const wrong = Object.entries(settings).filter(([, text]) => wholeNumber(text) === null);
  return Object.fromEntries(wrong.map(([name]) => [name, "Enter a whole number."]));
}

/** What to send: only what differs from the rule as it is; null for nothing. */
export function changeOf(rule: AlertRule, draft: RuleDraft): { rule: AlertRule["rule"] } | null {
  const settings = Object.fromEntries(
    Object.entries(draft.settings).flatMap(([name, text]) => {
      const value = wholeNumber(text);
      return value === null || value === rule.settings[name] ? [] : [[name, value]];
    }),
  );
  const change = {
    ...(draft.enabled === rule.enabled ? {} : { enabled: draft.enabled }),
    ...(draft.email === rule.email ? {} : { email: draft.email }),
    ...(draft.webhook === rule.webhook ? {} : { webhook: draft.webhook }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
  return Object.keys(change).length === 0 ? null : { rule: rule.rule, ...change };
}

export function sameSettings(a: Record<string, string>, b: Record<string, number>): boolean {
  return Object.entries(b).every(([name, value]) => a[name] === String(value));
}
