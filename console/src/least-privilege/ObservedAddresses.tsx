import type { LeastPrivilege } from "../api/types.ts";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import { counted, listed } from "../ui/words.ts";
import classes from "./Observed.module.css";

const first = 10;

/** Where the key was used from, and the networks that hold it all. */
export function ObservedAddresses({ least, permitted }: { least: LeastPrivilege; permitted: readonly string[] }) {
  const { addresses, networks } = least;
  return (
    <Section title="Addresses" actions={<span className={classes["tally"]}>{counted(addresses.length, "address", "addresses")}</span>}>
      <p className={classes["note"]}>
        It may be used from {permitted.length === 0 ? "any network" : `${listed(permitted)} only`}.
        {networks.length > 0 && ` All of its addresses lie in ${listed(networks, 6)}.`}
        {networks.length === 0 && addresses.length > 0 && " Its addresses lie too far apart for a short list of networks."}
      </p>
      {addresses.length > 0 && (
        <ul className={classes["used"]} aria-label="Addresses that it was used from">
          {addresses.slice(0, first).map((each) => (
            <li key={each.address}>
              <span className="mono">{each.address}</span>
              <span>{counted(each.requests, "request")}</span>
              <span>
                <Time at={each.last_used_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {addresses.length > first && <p className={classes["note"]}>and {counted(addresses.length - first, "more address", "more addresses")}.</p>}
    </Section>
  );
}
