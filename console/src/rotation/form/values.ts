import type { ApiKey, HandOver, HandOverInput, HandOverKind, HandOverPlaces, KeyPolicy, Rotate } from "../../api/types.ts";
import { secretName } from "../../keys/snippets.ts";
import { wholeNumber } from "../../limits/form/values.ts";

/** Where a secret goes, as the form holds it: what was typed for a secret manager stays while another choice is looked at. */
export interface HandOverValues {
  kind: HandOverKind;
  manager: string;
  path: string;
}

export const shown: HandOverValues = { kind: "show", manager: "", path: "" };

export function handOverValuesOf({ kind, manager, path }: HandOver): HandOverValues {
  return { kind, manager: manager ?? "", path: path ?? "" };
}

/** With a manager to begin with, where none was chosen. */
export function withManager(values: HandOverValues, places: HandOverPlaces): HandOverValues {
  if (values.kind !== "secret_manager") return values;
  return { ...values, manager: values.manager || (places.secret_managers[0]?.name ?? "") };
}

/** Where in a secret manager: what was typed, or a path of the nickname, which may still be changing. */
export function pathOf({ path }: HandOverValues, nickname: string): string {
  return path.trim() || secretName(nickname).replace("latchkey/", "apps/");
}

export function handOverBody(values: HandOverValues, nickname: string): HandOverInput {
  const { kind, manager } = values;
  return kind === "secret_manager" ? { kind, manager, path: pathOf(values, nickname) } : { kind };
}

export function handOverError({ kind, path }: HandOverValues): string | null {
  return kind === "secret_manager" && path.trim().length > 200 ? "A path has at most 200 characters." : null;
}

export const overlapPresets = [0, 3_600, 86_400, 604_800] as const;
export const maxOverlapSeconds = 7_776_000;

export const overlapUnits = [
  { value: "60", label: "minutes" },
  { value: "3600", label: "hours" },
  { value: "86400", label: "days" },
] as const;

export interface OverlapValues {
  /** A preset in seconds, or "custom". */
  choice: string;
  amount: string;
  /** Seconds to the unit, as text. */
  unit: string;
}

export function overlapValuesOf(seconds: number): OverlapValues {
  const unit = [...overlapUnits].reverse().find(({ value }) => seconds > 0 && seconds % Number(value) === 0)?.value ?? "60";
  const preset = overlapPresets.find((each) => each === seconds);
  return { choice: preset === undefined ? "custom" : String(preset), amount: String(Math.ceil(seconds / Number(unit))), unit };
}

/** Null for what is no length of time, or too long. */
export function overlapSeconds({ choice, amount, unit }: OverlapValues): number | null {
  if (choice !== "custom") return Number(choice);
  const count = wholeNumber(amount);
  if (count === null) return null;
  const seconds = count * Number(unit);
  return seconds <= maxOverlapSeconds ? seconds : null;
}

export interface RotateValues {
  overlap: OverlapValues;
  finish: NonNullable<Rotate["finish"]>;
  handOver: HandOverValues;
}

/** What a rotation of this key begins with: as the key policy and its last hand-over have it. */
export function rotateValuesOf(key: ApiKey, policy: KeyPolicy | undefined): RotateValues {
  return { overlap: overlapValuesOf(policy?.overlap_seconds ?? 86_400), finish: "at_end", handOver: handOverValuesOf(key.hand_over) };
}

/** Null while something is missing or wrong. */
export function rotateBody({ overlap, finish, handOver }: RotateValues, nickname: string): Required<Rotate> | null {
  const seconds = overlapSeconds(overlap);
  if (seconds === null || handOverError(handOver) !== null) return null;
  return { overlap_seconds: seconds, finish, hand_over: handOverBody(handOver, nickname) };
}
