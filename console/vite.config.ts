import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { fontLicenses } from "./build/font-licenses.ts";

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  plugins: [react(), fontLicenses()],
  build: {
    // The server's policy allows no data: URLs, so nothing is inlined.
    assetsInlineLimit: 0,
    target: "es2023",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: page("index.html"), docs: page("docs.html") },
    },
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: {
      "/v1": "http://127.0.0.1:8080",
      "/openapi.yaml": "http://127.0.0.1:8080",
    },
  },
});
