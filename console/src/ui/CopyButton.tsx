import { Button, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";

interface Props {
  value: string;
  /** What is copied, for those who can't see what the button stands beside. */
  what: string;
  primary?: boolean;
}

type State = "idle" | "copied" | "failed";
const shows: Record<State, string> = { idle: "Copy", copied: "Copied", failed: "Not copied" };

export function CopyButton({ value, what, primary = false }: Props) {
  const [state, setState] = useState<State>("idle");

  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2500);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
    } catch {
      setState("failed");
    }
  };

  const Icon = state === "copied" ? IconCheck : state === "failed" ? IconAlertTriangle : IconCopy;
  return (
    <>
      <Button
        variant={primary ? "filled" : "default"}
        size={primary ? "md" : "xs"}
        miw={primary ? 132 : 96}
        leftSection={<Icon size={primary ? 18 : 14} aria-hidden />}
        onClick={() => void copy()}
        aria-label={`Copy ${what}`}
      >
        {shows[state]}
      </Button>
      <VisuallyHidden role="status">
        {state === "copied" && `Copied ${what}.`}
        {state === "failed" && `The browser did not let the console copy ${what}. Select the text and copy it yourself.`}
      </VisuallyHidden>
    </>
  );
}
