import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "../ui/Logo.tsx";
import classes from "./CollectFrame.module.css";

/** A page for somebody without an account. */
export function CollectFrame({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <main className={classes["page"]}>
      <div className={classes["column"]} data-wide={wide || undefined}>
        <Logo />
        <div className={classes["card"]}>
          <Title order={1}>{title}</Title>
          {children}
        </div>
      </div>
      <div id="overlays" />
    </main>
  );
}
