import { useCatalog } from "../api/catalog.ts";
import type { LimitStandings } from "../api/types.ts";
import { useAccount } from "../session/context.ts";
import { Time } from "../ui/Time.tsx";
import { StandingBar } from "./StandingBar.tsx";
import { countsWords, quotaWords, rateWords, sourceWords, windowWords } from "./words.ts";
import classes from "./Standings.module.css";

/** Every limit and quota with what is left of it. */
export function Standings({ standings }: { standings: LimitStandings }) {
  const { tenant } = useAccount();
  const catalog = useCatalog().data;
  return (
    <ul className={classes["list"]} aria-label="Limits and what is left">
      {standings.rate_limits.map((limit) => (
        <StandingBar
          key={`${limit.scope} ${limit.rate_class ?? ""} ${limit.name}`}
          name={limit.name}
          what={rateWords(limit.requests, limit.window_seconds)}
          counts={countsWords(limit, catalog, standings.rate_limits)}
          source={sourceWords(limit, tenant.name)}
          used={limit.used}
          requests={limit.requests}
          remaining={limit.remaining}
          note={limit.more_after_seconds > 0 && `; more after ${afterWords(limit.more_after_seconds)}`}
        />
      ))}
      {standings.quotas.map((quota) => (
        <StandingBar
          key={`${quota.scope} ${quota.name}`}
          name={quota.name}
          what={quotaWords(quota.requests, quota.period)}
          counts=""
          source={sourceWords(quota, tenant.name)}
          used={quota.used}
          requests={quota.requests}
          remaining={quota.remaining}
          note={
            <>
              ; starts anew <Time at={quota.resets_at} />
            </>
          }
        />
      ))}
    </ul>
  );
}

/** "4 s", "1 minute": a wait, not a rate. */
function afterWords(seconds: number): string {
  const words = windowWords(seconds);
  return /\d/.test(words) ? words : `1 ${words}`;
}
