import { Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./Section.module.css";

export function Section({ title, tone, children }: { title: string; tone?: "danger"; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes["section"]} data-tone={tone} aria-labelledby={id}>
      <Title order={2} id={id} className={classes["title"]}>
        {title}
      </Title>
      {children}
    </section>
  );
}
