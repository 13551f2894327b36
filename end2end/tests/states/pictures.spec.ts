import { resolve } from "node:path";

import { EXPIRED, STATES, type State } from "../../support/states";
import { expect, test } from "../../support/test";
import { overflowing } from "../../support/width";

const FOLDER = resolve(__dirname, "../../../test-output/screenshots");

// Pictures are for people to look at; what a program can see in them is whether something sticks out.
function take(states: Record<string, State>): void {
  for (const [name, state] of Object.entries(states)) {
    test(`${name} fits every width from 320 px on, and has its picture taken`, async ({ someone, member, watch, server }) => {
      const { page } = await state({ someone, member, watch, server });
      for (const width of [1280, 768, 360, 320]) {
        await page.setViewportSize({ width, height: 800 });
        expect.soft(await overflowing(page), `${width} px`).toEqual([]);
        if (width !== 1280 && width !== 360) continue;
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          const path = resolve(FOLDER, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true, animations: "disabled" });
        }
      }
    });
  }
}

take(STATES);

test.describe("short holds", () => {
  test.use({ hold: "1s" });
  take(EXPIRED);
});
