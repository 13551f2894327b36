import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { violations } from "../../support/axe";
import { test as atStripe } from "../../support/checkout";
import type { State } from "../../support/stage";
import { AT_STRIPE, EXPIRED, PAYING, STATES } from "../../support/states";
import { expect, test } from "../../support/test";
import { overflowing } from "../../support/overflow";

const SCREENSHOTS = resolve(__dirname, "../../../test-output/screenshots");
const SCHEMES = ["light", "dark"] as const;

function check(states: Record<string, State>, on: typeof test = test): void {
  for (const [name, state] of Object.entries(states)) {
    on(`${name} is accessible in light and dark mode, from 320 px on`, async ({ someone, member, watch, server }) => {
      const { page } = await state({ someone, member, watch, server });
      await page.emulateMedia({ reducedMotion: "reduce" });
      for (const width of [1280, 768, 360, 320]) {
        await page.setViewportSize({ width, height: 800 });
        expect.soft(await overflowing(page), `${width} px`).toEqual([]);
        if (width === 1280 || width === 360) await takeScreenshots(page, `${name}-${width}`);
        if (width === 1280) await expectNoViolations(page);
      }
    });
  }
}

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await violations(page), colorScheme).toEqual([]);
  }
}

/** Screenshots for visual review. */
async function takeScreenshots(page: Page, name: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const path = resolve(SCREENSHOTS, `${name}-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
  }
}

check(STATES);
check(AT_STRIPE, atStripe as typeof test);

test.describe("pending payments", () => {
  test.use({ testPaymentDelay: "10m" });
  check(PAYING);
});

test.describe("short reservations", () => {
  test.use({ hold: "1s" });
  check(EXPIRED);
});
