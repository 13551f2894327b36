import { type Locator, type Page, expect } from "@playwright/test";

const MOST_STOPS = 40;

/** Presses Tab until the element has the focus. Every stop on the way must be seen. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    if (await focused.count()) {
      expect(await isFocusVisible(page), `focus is visible on ${await focused.evaluate(describe)}`).toBe(true);
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
  }
  throw new Error(`${MOST_STOPS} presses of Tab did not lead to ${wanted}`);
}

/** Whether the page looks different with the focus where it is than without. */
export async function isFocusVisible(page: Page): Promise<boolean> {
  const focused = await page.screenshot({ animations: "disabled" });
  const element = await page.evaluateHandle(() => document.activeElement as HTMLElement);
  await element.evaluate((focus) => focus.blur());
  const blurred = await page.screenshot({ animations: "disabled" });
  await element.evaluate((focus) => focus.focus({ preventScroll: true }));
  return !focused.equals(blurred);
}

function describe(element: Element): string {
  return element.outerHTML.slice(0, 120);
}
