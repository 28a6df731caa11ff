import type { RotationStep } from "../api/rotation.ts";
import type { ApiKey, Secret } from "../api/types.ts";
import { relativeTime } from "../ui/time.ts";
import { secretIn } from "./words.ts";

export interface StepWords {
  title: string;
  button: string;
  /** "bad" when somebody is likely to be refused. */
  tone: "info" | "warn" | "bad";
  /** What it will break, from what is known. */
  consequence: string;
  after: string;
}

/** What a step of a rotation does, with the facts that speak for it or against it. */
export function stepWords(asked: RotationStep, key: ApiKey, now: number): StepWords {
  const old = secretIn(key, "old");
  const fresh = secretIn(key, "new");
  const endsOld = asked.step === "finish" || (asked.step === "revoke" && asked.secret === old?.id);
  const ending = endsOld ? old : fresh;
  const staying = endsOld ? fresh : old;
  return {
    ...headings(asked, endsOld),
    ...facts(ending, staying, endsOld, key, now),
  };
}

function headings(asked: RotationStep, endsOld: boolean): Pick<StepWords, "title" | "button"> {
  switch (asked.step) {
    case "finish":
      return { title: "Finish the rotation now?", button: "End the old secret" };
    case "cancel":
      return { title: "Cancel the rotation?", button: "End the new secret" };
    case "revoke":
      return endsOld ? { title: "Revoke the old secret?", button: "Revoke it" } : { title: "Revoke the new secret?", button: "Revoke it" };
  }
}

function facts(ending: Secret | undefined, staying: Secret | undefined, endsOld: boolean, key: ApiKey, now: number): Pick<StepWords, "tone" | "consequence" | "after"> {
  const name = endsOld ? "old" : "new";
  const use = ending?.last_used ?? null;
  const recent = use !== null && (!endsOld || Date.parse(use.at) >= Date.parse(key.rotation?.started_at ?? ""));
  const consequence =
    use === null
      ? `The ${name} secret has never been used, so nothing is known to depend on it.`
      : `The ${name} secret was used ${relativeTime(use.at, now)} from ${use.address}${use.user_agent === null ? "" : ` by “${use.user_agent}”`}; ${recent ? "calls like that one will be refused at once." : "that was before the rotation began."}`;
  const unused = endsOld && staying?.last_used === null ? " The new one has not been used yet." : "";
  return { tone: recent ? "bad" : unused === "" ? "info" : "warn", consequence: consequence + unused, after: afterwards(endsOld, key) };
}

function afterwards(endsOld: boolean, key: ApiKey): string {
  if (!endsOld) {
    const taken = key.hand_over.kind === "secret_manager" ? ` It is taken back out of ${key.hand_over.manager ?? "its secret manager"}.` : "";
    return `The old one goes on alone, without an end.${taken}`;
  }
  return key.rotation?.delivering
    ? "The new one goes on alone, although it has not reached its secret manager."
    : "The new one goes on alone.";
}
