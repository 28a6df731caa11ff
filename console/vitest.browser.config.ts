import { defineConfig } from "vitest/config";

// Drives the built console (dist/) in Chromium against the mock server; run `npm run build` first.
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/**/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
