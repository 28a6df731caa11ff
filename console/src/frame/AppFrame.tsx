import { AppShell, Burger } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, useEffect } from "react";
import { Link, Outlet, useLocation, useNavigate } from "react-router";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { Logo } from "../ui/Logo.tsx";
import { useShortcut } from "../ui/shortcuts.ts";
import { KeyboardMap } from "./KeyboardMap.tsx";
import { Navigation } from "./Navigation.tsx";
import { PageSkeleton } from "./PageSkeleton.tsx";
import { TenantSwitcher } from "./TenantSwitcher.tsx";
import { UserMenu } from "./UserMenu.tsx";
import classes from "./AppFrame.module.css";

export function AppFrame() {
  const [navOpen, nav] = useDisclosure(false);
  const [mapOpen, map] = useDisclosure(false);
  const { mayWrite } = useAccount();
  const { pathname } = useLocation();
  const navigate = useNavigate();

  const closeNav = nav.close;
  useEffect(() => closeNav(), [pathname, closeNav]);
  useShortcut("?", map.open);
  // Not from a form: what is half filled in would be gone.
  const onForm = pathname === places.newApiKey || pathname.endsWith("/edit");
  useShortcut("n", () => void navigate(places.newApiKey), mayWrite && !onForm);

  return (
    <AppShell
      header={{ height: 52, collapsed: false }}
      navbar={{ width: 236, breakpoint: "sm", collapsed: { mobile: !navOpen } }}
      layout="alt"
      withBorder={false}
      transitionDuration={0}
    >
      <a className={classes["skip"]} href="#main">
        Skip to the content
      </a>
      <AppShell.Header className={classes["topBar"]} hiddenFrom="sm">
        <Burger opened={navOpen} onClick={nav.toggle} size="sm" aria-label="Navigation" aria-expanded={navOpen} />
        <Link to={places.apiKeys} className={classes["home"]} aria-label="Latchkey">
          <Logo />
        </Link>
      </AppShell.Header>
      <AppShell.Navbar className={classes["navbar"]}>
        <div className={classes["brand"]}>
          <Link to={places.apiKeys} className={classes["home"]} aria-label="Latchkey">
            <Logo />
          </Link>
          <Burger hiddenFrom="sm" opened onClick={nav.close} size="sm" aria-label="Close navigation" />
        </div>
        <TenantSwitcher />
        <Navigation />
        <UserMenu onKeyboardMap={map.open} />
      </AppShell.Navbar>
      <AppShell.Main id="main" className={classes["main"]} tabIndex={-1}>
        <div className={classes["page"]}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </div>
        <div id="overlays" />
      </AppShell.Main>
      <KeyboardMap opened={mapOpen} onClose={map.close} />
    </AppShell>
  );
}
