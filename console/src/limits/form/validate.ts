import type { Catalog } from "../../api/types.ts";
import { grouped } from "../../ui/words.ts";
import { givenFor, wholeNumber, type LimitRow, type LimitValues } from "./values.ts";

const most = 1_000_000_000;
const longest = 86_400;

export interface RowErrors {
  name?: string;
  requests?: string;
  window?: string;
}

function requestsError(text: string): string | undefined {
  const requests = wholeNumber(text);
  return requests === null || requests < 1 || requests > most ? `Enter a whole number from 1 to ${grouped(most)}.` : undefined;
}

/** What is wrong with one rate limit among the others. */
export function rowErrors(row: LimitRow, values: LimitValues, catalog: Catalog): RowErrors {
  const given = givenFor(row, catalog);
  const errors: RowErrors = {};
  const requests = requestsError(row.requests);
  if (requests !== undefined) errors.requests = requests;
  else if (given && (wholeNumber(row.requests) ?? 0) > given.most) {
    errors.requests = `The operator of this API permits at most ${grouped(given.most)}.`;
  }
  const seconds = (wholeNumber(row.window) ?? 0) * Number(row.unit);
  if (!given && (seconds < 1 || seconds > longest)) errors.window = "Choose a time from 1 second to 24 hours.";
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(row.name)) {
    errors.name = "Up to 32 small letters, digits and dashes, with a letter first.";
  } else if (nameTaken(row, values)) errors.name = `Another limit or quota is called ${row.name}.`;
  return errors;
}

function nameTaken(row: LimitRow, { rates, names, day, month }: LimitValues): boolean {
  const others = rates.filter(({ id }) => id !== row.id).map(({ name }) => name);
  if (day !== "") others.push(names.day);
  if (month !== "") others.push(names.month);
  return others.includes(row.name);
}

/** "" means no quota, which is no mistake. */
export function quotaError(text: string): string | undefined {
  return text.trim() === "" ? undefined : requestsError(text);
}

/** One sentence for the whole part of the form, or null. */
export function limitsError(values: LimitValues, catalog: Catalog): string | null {
  const wrong =
    values.rates.some((row) => Object.keys(rowErrors(row, values, catalog)).length > 0) ||
    quotaError(values.day) !== undefined ||
    quotaError(values.month) !== undefined;
  return wrong ? "Correct or remove the limits marked below." : null;
}
