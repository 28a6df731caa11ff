import { lazy, Suspense } from "react";
import { createBrowserRouter, Navigate } from "react-router";
import { AppFrame } from "./frame/AppFrame.tsx";
import { CrashPage } from "./frame/CrashPage.tsx";
import { NotFoundPage } from "./frame/NotFoundPage.tsx";
import { EditKeyPage } from "./keys/edit/EditKeyPage.tsx";
import { KeyListPage } from "./keys/list/KeyListPage.tsx";
import { NewKeyPage } from "./keys/new/NewKeyPage.tsx";
import { KeyPage } from "./keys/one/KeyPage.tsx";
import { OverviewTab } from "./keys/one/OverviewTab.tsx";
import { places } from "./places.ts";
import { LoginPage } from "./session/LoginPage.tsx";
import { RequireSession } from "./session/RequireSession.tsx";

// What the first page does not need is loaded when it is asked for.
const AlertsPage = lazy(() => import("./alerts/AlertsPage.tsx").then((m) => ({ default: m.AlertsPage })));
const AlertRulesPage = lazy(() => import("./alerts/rules/AlertRulesPage.tsx").then((m) => ({ default: m.AlertRulesPage })));
const LeastPrivilegeTab = lazy(() => import("./least-privilege/LeastPrivilegeTab.tsx").then((m) => ({ default: m.LeastPrivilegeTab })));
const LimitsTab = lazy(() => import("./limits/LimitsTab.tsx").then((m) => ({ default: m.LimitsTab })));
const KeyUsageTab = lazy(() => import("./usage/KeyUsageTab.tsx").then((m) => ({ default: m.KeyUsageTab })));
const RotationTab = lazy(() => import("./rotation/RotationTab.tsx").then((m) => ({ default: m.RotationTab })));
const KeyPolicyPage = lazy(() => import("./policy/KeyPolicyPage.tsx").then((m) => ({ default: m.KeyPolicyPage })));
const CollectPage = lazy(() => import("./collect/CollectPage.tsx").then((m) => ({ default: m.CollectPage })));
const NodesPage = lazy(() => import("./nodes/NodesPage.tsx").then((m) => ({ default: m.NodesPage })));
const RequestLinksPage = lazy(() => import("./requests/RequestLinksPage.tsx").then((m) => ({ default: m.RequestLinksPage })));
const RequestLinkPage = lazy(() => import("./requests/RequestLinkPage.tsx").then((m) => ({ default: m.RequestLinkPage })));
const AskPage = lazy(() => import("./requests/form/AskPage.tsx").then((m) => ({ default: m.AskPage })));
const UsagePage = lazy(() => import("./usage/UsagePage.tsx").then((m) => ({ default: m.UsagePage })));
const WebhookPage = lazy(() => import("./webhooks/WebhookPage.tsx").then((m) => ({ default: m.WebhookPage })));
const WebhooksPage = lazy(() => import("./webhooks/WebhooksPage.tsx").then((m) => ({ default: m.WebhooksPage })));

const withId = (place: (id: string) => string) => place(":id").replace("%3A", ":");
const toKeys = <Navigate to={places.apiKeys} replace />;

export function newRouter() {
  return createBrowserRouter([
    {
      errorElement: <CrashPage />,
      children: [
        { path: places.login, element: <LoginPage /> },
        { path: withId(places.collect), element: <Suspense><CollectPage /></Suspense> },
        { path: withId(places.askForKey), element: <Suspense><AskPage /></Suspense> },
        {
          element: <RequireSession />,
          children: [
            {
              element: <AppFrame />,
              children: [
                { index: true, element: toKeys },
                { path: places.settings, element: toKeys },
                { path: places.general, element: toKeys },
                { path: places.apiKeys, element: <KeyListPage /> },
                { path: places.newApiKey, element: <NewKeyPage /> },
                { path: places.requestLinks, element: <RequestLinksPage /> },
                { path: withId(places.requestLink), element: <RequestLinkPage /> },
                {
                  path: withId(places.apiKey),
                  element: <KeyPage />,
                  children: [
                    { index: true, element: <OverviewTab /> },
                    { path: withId(places.apiKeyUsage), element: <KeyUsageTab /> },
                    { path: withId(places.apiKeyLimits), element: <LimitsTab /> },
                    { path: withId(places.apiKeyRotation), element: <RotationTab /> },
                    { path: withId(places.apiKeyLeastPrivilege), element: <LeastPrivilegeTab /> },
                  ],
                },
                { path: withId(places.editApiKey), element: <EditKeyPage /> },
                { path: places.security, element: <Navigate to={places.keyPolicy} replace /> },
                { path: places.keyPolicy, element: <KeyPolicyPage /> },
                { path: places.integrations, element: <Navigate to={places.webhooks} replace /> },
                { path: places.system, element: <Navigate to={places.nodes} replace /> },
                { path: places.nodes, element: <NodesPage /> },
                { path: places.usage, element: <UsagePage /> },
                { path: places.alerts, element: <AlertsPage /> },
                { path: places.alertRules, element: <AlertRulesPage /> },
                { path: places.webhooks, element: <WebhooksPage /> },
                { path: withId(places.webhook), element: <WebhookPage /> },
                { path: "*", element: <NotFoundPage /> },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
