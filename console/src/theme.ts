import { createTheme, localStorageColorSchemeManager, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#eef9f7", "#d8f0ec", "#b0e0d9", "#83cdc3", "#58b5aa", "#36978d", "#217c74", "#17655f", "#12504c", "#0c3a38",
];

// Cooler and a little deeper than the stock palette, so that the one accent stands out.
const dark: MantineColorsTuple = [
  "#dde1e6", "#b9c0c8", "#98a1ac", "#6f7883", "#49515b", "#353c44", "#2a3037", "#1a1e23", "#14171b", "#0e1114",
];

export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.375rem", lineHeight: "1.3" }, h2: { fontSize: "1rem", lineHeight: "1.4" } },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    // Overlays open within the page's main landmark, so that no content is outside of one.
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 0 },
        overlayProps: { backgroundOpacity: 0.5 },
        portalProps: { target: "#overlays" },
      },
      // Fixed, but laid out from where it stands: over the whole window, not over the main column.
      styles: { inner: { insetInline: 0 }, title: { fontSize: "1rem", fontWeight: 600 } },
    },
    // The placeholder would take the focus before the first item does, and is no item itself.
    Menu: {
      defaultProps: {
        shadow: "md",
        transitionProps: { duration: 0 },
        portalProps: { target: "#overlays" },
        withInitialFocusPlaceholder: false,
      },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } },
    Tooltip: { defaultProps: { openDelay: 250, transitionProps: { duration: 80 }, events: { hover: true, focus: true, touch: true } } },
  },
});

/** After Okabe and Ito: told apart whatever colors one sees, and clear on either surface (`theme.test.ts`). */
export const chartColors = {
  light: { surface: "#ffffff", blue: "#0a6aa8", orange: "#c65a00" },
  dark: { surface: "#1a1e23", blue: "#56b4e9", orange: "#f0a030" },
} as const;

// The stock dimmed, placeholder and error colors don't reach the contrast of 4.5 to 1 on every surface they appear on.
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#59626c",
    "--mantine-color-placeholder": "#68717b",
    "--mantine-color-error": "#c02626",
    "--mantine-color-anchor": "var(--mantine-color-petrol-7)",
    "--lk-surface": chartColors.light.surface,
    "--lk-canvas": "#f7f8f9",
    "--lk-line": "#e3e6e9",
    "--lk-line-strong": "#c9ced4",
    "--lk-hover": "#f2f4f6",
    "--lk-good": "#1a7f4b",
    "--lk-warn": "#93590a",
    "--lk-warn-surface": "#fff7e8",
    "--lk-warn-line": "#ecd3a1",
    "--lk-bad": "#b42323",
    "--lk-bad-surface": "#fdf3f2",
    "--lk-bad-line": "#efc7c3",
    "--lk-brass": "#8a5c0f",
    "--lk-chart-blue": chartColors.light.blue,
    "--lk-chart-orange": chartColors.light.orange,
  },
  dark: {
    "--mantine-color-dimmed": "#9ba4af",
    "--mantine-color-placeholder": "#8b95a0",
    "--mantine-color-error": "#ff8f88",
    "--mantine-color-anchor": "var(--mantine-color-petrol-3)",
    "--lk-surface": chartColors.dark.surface,
    "--lk-canvas": "#14171b",
    "--lk-line": "#2b3138",
    "--lk-line-strong": "#454d57",
    "--lk-hover": "#21262c",
    "--lk-good": "#5cc98f",
    "--lk-warn": "#e5b25d",
    "--lk-warn-surface": "#2a2317",
    "--lk-warn-line": "#574623",
    "--lk-bad": "#ff8f88",
    "--lk-bad-surface": "#2b1c1c",
    "--lk-bad-line": "#5e3231",
    "--lk-brass": "#dba94a",
    "--lk-chart-blue": chartColors.dark.blue,
    "--lk-chart-orange": chartColors.dark.orange,
  },
});

export const colorSchemeManager = localStorageColorSchemeManager({ key: "latchkey-color-scheme" });
