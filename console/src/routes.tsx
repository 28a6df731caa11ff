import { createBrowserRouter, Navigate } from "react-router";
import { AppFrame } from "./frame/AppFrame.tsx";
import { CrashPage } from "./frame/CrashPage.tsx";
import { NotFoundPage } from "./frame/NotFoundPage.tsx";
import { EditKeyPage } from "./keys/edit/EditKeyPage.tsx";
import { KeyListPage } from "./keys/list/KeyListPage.tsx";
import { NewKeyPage } from "./keys/new/NewKeyPage.tsx";
import { KeyPage } from "./keys/one/KeyPage.tsx";
import { places } from "./places.ts";
import { LoginPage } from "./session/LoginPage.tsx";
import { RequireSession } from "./session/RequireSession.tsx";

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
                { path: places.apiKey(":id").replace("%3A", ":"), element: <KeyPage /> },
                { path: places.editApiKey(":id").replace("%3A", ":"), element: <EditKeyPage /> },
                { path: "*", element: <NotFoundPage /> },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
