import { createBrowserRouter, Navigate } from "react-router";
import { AppFrame } from "./frame/AppFrame.tsx";
import { CrashPage } from "./frame/CrashPage.tsx";
import { NotFoundPage } from "./frame/NotFoundPage.tsx";
import { EditKeyPage } from "./keys/edit/EditKeyPage.tsx";
import { KeyListPage } from "./keys/list/KeyListPage.tsx";
import { NewKeyPage } from "./keys/new/NewKeyPage.tsx";
import { KeyPage } from "./keys/one/KeyPage.tsx";
import { OverviewTab } from "./keys/one/OverviewTab.tsx";
import { LimitsTab } from "./limits/LimitsTab.tsx";
import { places } from "./places.ts";
import { LoginPage } from "./session/LoginPage.tsx";
import { RequireSession } from "./session/RequireSession.tsx";
import { KeyUsageTab } from "./usage/KeyUsageTab.tsx";
import { UsagePage } from "./usage/UsagePage.tsx";

const withId = (place: (id: string) => string) => place(":id").replace("%3A", ":");
const toKeys = <Navigate to={places.apiKeys} replace />;

export function newRouter() {
  return createBrowserRouter([
    {
      errorElement: <CrashPage />,
      children: [
        { path: places.login, element: <LoginPage /> },
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
                {
                  path: withId(places.apiKey),
                  element: <KeyPage />,
                  children: [
                    { index: true, element: <OverviewTab /> },
                    { path: withId(places.apiKeyUsage), element: <KeyUsageTab /> },
                    { path: withId(places.apiKeyLimits), element: <LimitsTab /> },
                  ],
                },
                { path: withId(places.editApiKey), element: <EditKeyPage /> },
                { path: places.integrations, element: <Navigate to={places.webhooks} replace /> },
                { path: places.usage, element: <UsagePage /> },
                { path: "*", element: <NotFoundPage /> },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
