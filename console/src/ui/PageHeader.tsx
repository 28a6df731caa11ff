import { Anchor, Breadcrumbs, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "react-router";
import classes from "./PageHeader.module.css";

interface Crumb {
  label: string;
  to: string;
}

interface Props {
  title: string;
  /** One line that says what the page is for. */
  purpose?: ReactNode;
  /** The pages above this one; none for a page of the main navigation. */
  crumbs: Crumb[];
  actions?: ReactNode;
  /** Beside the title: a status. */
  aside?: ReactNode;
  documentTitle?: string;
}

export function PageHeader({ title, purpose, crumbs, actions, aside, documentTitle }: Props) {
  useDocumentTitle(`${documentTitle ?? title} · Latchkey`);
  const heading = useRef<HTMLHeadingElement>(null);
  // A change of page moves the focus to its title, as a page load would; otherwise it would be left on a gone link.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className={classes["header"]}>
      {crumbs.length > 0 && <nav aria-label="Breadcrumbs">
        <Breadcrumbs separator="/" separatorMargin={6} className={classes["crumbs"]}>
          {crumbs.map((crumb) => (
            <Anchor key={crumb.label} component={Link} to={crumb.to} c="dimmed" size="xs">
              {crumb.label}
            </Anchor>
          ))}
          <Text size="xs" c="dimmed" aria-current="page" truncate maw={240}>
            {title}
          </Text>
        </Breadcrumbs>
      </nav>}
      <div className={classes["row"]}>
        <div className={classes["words"]}>
          <div className={classes["titleRow"]}>
            <Title order={1} ref={heading} tabIndex={-1} className={classes["title"]}>
              {title}
            </Title>
            {aside}
          </div>
          {purpose && <Text c="dimmed">{purpose}</Text>}
        </div>
        {actions && <div className={classes["actions"]}>{actions}</div>}
      </div>
    </header>
  );
}
