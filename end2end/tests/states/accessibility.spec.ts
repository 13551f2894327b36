import { violations } from "../../support/axe";
import { EXPIRED, STATES, type State } from "../../support/states";
import { expect, test } from "../../support/test";

function check(states: Record<string, State>): void {
  for (const [name, state] of Object.entries(states)) {
    test(`${name} hinders nobody, in light and in dark`, async ({ someone, member, watch, server }) => {
      const { page } = await state({ someone, member, watch, server });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        expect.soft(await violations(page), colorScheme).toEqual([]);
      }
    });
  }
}

check(STATES);

test.describe("short holds", () => {
  test.use({ hold: "1s" });
  check(EXPIRED);
});
