import "@mantine/core/styles.css";
import "./styles/global.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "./api/query-client.ts";
import { colorSchemeManager, cssVariables, theme } from "./theme.ts";

/** Puts an application on the page, with what the console and the API reference share. */
export function mount(app: ReactNode): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no #root");
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={newQueryClient()}>{app}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
