import type { ApiKey } from "../api/types.ts";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import classes from "./RotationTab.module.css";

/** Secrets that ended in the last days. Callers that still send one are told so. */
export function EndedSecrets({ apiKey }: { apiKey: ApiKey }) {
  const ended = apiKey.secrets.filter(({ state }) => state === "ended").reverse();
  if (ended.length === 0) return null;
  return (
    <Section title="Ended lately">
      <p className={`${classes["lead"] ?? ""} ${classes["quiet"] ?? ""}`}>
        Callers that still send one of these are refused, and told that it was replaced. A week after its end a secret is forgotten.
      </p>
      <ul className={classes["list"]} aria-label="Ended secrets">
        {ended.map((secret) => (
          <li key={secret.id} className={classes["item"]}>
            <div>
              <code>{secret.id}</code>
              <div className={classes["meta"]}>
                <span>
                  made <Time at={secret.created_at} />
                </span>
                <span>{secret.last_used === null ? "never used" : <>last used <Time at={secret.last_used.at} /> from <span className="mono">{secret.last_used.address}</span></>}</span>
              </div>
            </div>
            <span className={classes["quiet"]}>{secret.valid_until !== null && <>ended <Time at={secret.valid_until} /></>}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
