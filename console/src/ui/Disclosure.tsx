import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import classes from "./Disclosure.module.css";

interface Props {
  title: string;
  /** What holds while it is folded, such as "Any network". */
  state: ReactNode;
  open: boolean;
  onToggle: (open: boolean) => void;
  children: ReactNode;
}

export function Disclosure({ title, state, open, onToggle, children }: Props) {
  const id = useId();
  return (
    <div className={classes["root"]}>
      <UnstyledButton
        className={classes["button"]}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onToggle(!open)}
      >
        <IconChevronRight className={classes["chevron"]} data-open={open || undefined} size={16} aria-hidden />
        <span className={classes["title"]}>{title}</span>
        <span className={classes["state"]}>{state}</span>
      </UnstyledButton>
      <div id={id} hidden={!open} className={classes["body"]}>
        {children}
      </div>
    </div>
  );
}
