import type { Catalog, KeyLimits, Limits, RateClass } from "../../api/types.ts";

export const units = [
  { value: "1", label: "seconds" },
  { value: "60", label: "minutes" },
  { value: "3600", label: "hours" },
] as const;

/** A rate limit as the form holds it: numbers as they were typed. */
export interface LimitRow {
  /** Tells the rows apart while they change. */
  id: string;
  name: string;
  requests: string;
  window: string;
  /** Seconds to the unit, as text. */
  unit: string;
  /** A class of the catalog; "" where it has none. */
  rateClass: string;
}

export interface LimitValues {
  rates: LimitRow[];
  /** Requests per day and per calendar month; "" for no quota. */
  day: string;
  month: string;
  /** What the quotas are called; kept as they were. */
  names: { day: string; month: string };
}

export const noLimits: LimitValues = { rates: [], day: "", month: "", names: { day: "daily", month: "monthly" } };

export const mostRates = 8;

export type GivenLimit = RateClass["limits"][number];

/** The catalog's limit that a row stands in the place of. */
export function givenFor(row: Pick<LimitRow, "name" | "rateClass">, catalog: Catalog): GivenLimit | undefined {
  return catalog.rate_classes.find(({ id }) => id === row.rateClass)?.limits.find(({ name }) => name === row.name);
}

export function defaultClass(catalog: Catalog): string {
  return (catalog.rate_classes.find((each) => each.is_default) ?? catalog.rate_classes[0])?.id ?? "";
}

/** The classes that a key of this access type can reach; the one for the rest is always among them. */
export function classesFor(catalog: Catalog, accessType: string): RateClass[] {
  const reachable = new Set(catalog.groups.flatMap((group) => group.operations).filter((op) => op.access_types.includes(accessType)).map((op) => op.id));
  return catalog.rate_classes.filter((each) => each.is_default || each.operations.some((id) => reachable.has(id)));
}

function splitWindow(seconds: number): { window: string; unit: string } {
  const unit = [3600, 60].find((size) => seconds % size === 0) ?? 1;
  return { window: String(seconds / unit), unit: String(unit) };
}

export function limitValuesOf(limits: Limits, catalog: Catalog): LimitValues {
  const quota = (period: "day" | "month") => limits.quotas.find((each) => each.period === period);
  return {
    rates: limits.rate_limits.map((limit, i) => ({
      id: `kept-${String(i)}`,
      name: limit.name,
      requests: String(limit.requests),
      ...splitWindow(limit.window_seconds),
      rateClass: limit.rate_class ?? defaultClass(catalog),
    })),
    day: String(quota("day")?.requests ?? ""),
    month: String(quota("month")?.requests ?? ""),
    names: { day: quota("day")?.name ?? noLimits.names.day, month: quota("month")?.name ?? noLimits.names.month },
  };
}

/** A row for a limit of its own, under a name that no other has. */
export function newRow(values: LimitValues, catalog: Catalog): LimitRow {
  return { id: uniqueId(values), name: uniqueName("hourly", values), requests: "", window: "1", unit: "3600", rateClass: defaultClass(catalog) };
}

/** A row that stands in the place of a limit of the catalog. */
export function rowFor(values: LimitValues, rateClass: string, given: GivenLimit): LimitRow {
  return { id: uniqueId(values), name: given.name, requests: String(given.requests), ...splitWindow(given.window_seconds), rateClass };
}

function uniqueId({ rates }: LimitValues): string {
  return `new-${String(1 + rates.reduce((most, { id }) => Math.max(most, Number(id.split("-")[1])), 0))}`;
}

function uniqueName(wish: string, { rates, names }: LimitValues): string {
  const taken = new Set([...rates.map(({ name }) => name), names.day, names.month]);
  let name = wish;
  for (let i = 2; taken.has(name); i++) name = `${wish}-${String(i)}`;
  return name;
}

/** A whole number from text as people type it, "2,000" included; null for anything else. */
export function wholeNumber(text: string): number | null {
  const plain = text.trim().replace(/(?<=\d)[, ](?=\d{3}(\D|$))/g, "");
  return /^\d{1,10}$/.test(plain) ? Number(plain) : null;
}

/** What to send. Rows that can't be read yet are left out; the form does not send while there are any. */
export function limitsBody(values: LimitValues, catalog: Catalog): KeyLimits {
  const quotas = (["day", "month"] as const).flatMap((period) => {
    const requests = wholeNumber(values[period]);
    return requests === null ? [] : [{ name: values.names[period], period, requests }];
  });
  const rates = values.rates.flatMap((row) => {
    const requests = wholeNumber(row.requests);
    const window = wholeNumber(row.window);
    if (requests === null) return [];
    const given = givenFor(row, catalog);
    if (!given && window === null) return [];
    return [
      {
        name: row.name.trim(),
        requests,
        ...(given ? {} : { window_seconds: (window ?? 0) * Number(row.unit) }),
        ...(row.rateClass === "" ? {} : { rate_class: row.rateClass }),
      },
    ];
  });
  return { rate_limits: rates, quotas };
}
