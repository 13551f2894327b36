import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { defineConfig } from "@playwright/test";

import type { Options } from "./support/test";

const output = resolve(__dirname, "../test-output");
const systemChromium = "/usr/bin/chromium";

/** `PLAYWRIGHT_CHROMIUM` if it is set, the system's Chromium if there is one, and otherwise Playwright's own. */
function chromium(): { executablePath: string } | Record<string, never> {
  const configured = process.env["PLAYWRIGHT_CHROMIUM"];
  if (configured) return { executablePath: configured };
  return existsSync(systemChromium) ? { executablePath: systemChromium } : {};
}

export default defineConfig<Options>({
  testDir: "tests",
  outputDir: resolve(output, "playwright"),
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  // A flaky test is a failure.
  retries: 0,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: resolve(output, "e2e.json") }]],
  use: {
    browserName: "chromium",
    launchOptions: {
      ...chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    screenshot: "only-on-failure",
  },
  projects: [
    // Every journey with scripts.
    { name: "scripts", testMatch: "journeys/*.spec.ts", grepInvert: /@without-scripts/ },
    // The same journeys without scripts, except those about what only scripts can do.
    {
      name: "no-scripts",
      testMatch: "journeys/*.spec.ts",
      grepInvert: /@with-scripts/,
      use: { javaScriptEnabled: false },
    },
    // Every page in each of its states: accessibility, narrow screens, screenshots.
    { name: "states", testMatch: "states/*.spec.ts" },
    // Tests of the fixtures: they detect planted faults.
    { name: "harness", testMatch: "harness/*.spec.ts" },
  ],
});
