import { Anchor, Textarea } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Tenant } from "../../api/types.ts";
import { Disclosure } from "../../ui/Disclosure.tsx";
import { counted, sentence } from "../../ui/words.ts";
import { parseIpRange, splitRanges, type ParsedRange } from "../ip-range.ts";
import { anyNetwork } from "../summary.ts";
import classes from "./NetworksField.module.css";

interface Props {
  tenant: Pick<Tenant, "ip_ranges" | "name">;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

export function NetworksField({ tenant, value, error, onChange }: Props) {
  const [open, setOpen] = useState(value !== "");
  const ranges = splitRanges(value).map(parseIpRange);
  const wrong = ranges.filter((range) => !range.ok).length;
  const state =
    ranges.length === 0 ? sentence(anyNetwork(tenant)) : counted(ranges.length, "network") + (wrong > 0 ? `, ${String(wrong)} to correct` : "");

  return (
    <Disclosure title="Networks" state={state} open={open || error !== undefined} onToggle={setOpen}>
      <Textarea
        label="Addresses and CIDR ranges"
        description="Calls from anywhere else are refused. One per line; empty: no limit of its own."
        placeholder={"203.0.113.0/24\n2001:db8::/32"}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        classNames={{ input: classes["input"] ?? "" }}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {ranges.length > 0 && (
        <ul className={classes["list"]} aria-label="What was understood">
          {ranges.map((range, i) => (
            <RangeLine key={`${range.text} ${String(i)}`} range={range} onReplace={(by) => onChange(value.replace(range.text, by))} />
          ))}
        </ul>
      )}
    </Disclosure>
  );
}

function RangeLine({ range, onReplace }: { range: ParsedRange; onReplace: (by: string) => void }) {
  if (range.ok) {
    return (
      <li className={classes["line"]}>
        <IconCheck size={15} className={classes["good"]} role="img" aria-label="understood" />
        <span>
          <span className="mono">{range.canonical}</span> <span className={classes["size"]}>{range.size}</span>
        </span>
      </li>
    );
  }
  const { suggestion } = range;
  return (
    <li className={classes["line"]}>
      <IconX size={15} className={classes["bad"]} role="img" aria-label="to correct" />
      <span>
        <span className="mono">{range.text}</span> {range.why}.
        {suggestion !== undefined && (
          <>
            {" "}
            <Anchor component="button" type="button" underline="always" onClick={() => onReplace(suggestion)}>
              Use {suggestion}
            </Anchor>
          </>
        )}
      </span>
    </li>
  );
}
