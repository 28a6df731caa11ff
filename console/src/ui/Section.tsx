import { Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./Section.module.css";

interface Props {
  title: string;
  tone?: "danger";
  /** At the right of the title: what acts on this section alone. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Section({ title, tone, actions, children }: Props) {
  const id = useId();
  return (
    <section className={classes["section"]} data-tone={tone} aria-labelledby={id}>
      <div className={classes["head"]}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {actions}
      </div>
      {children}
    </section>
  );
}
