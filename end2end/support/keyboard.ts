import { type Locator, type Page, expect } from "@playwright/test";

const MAX_STOPS = 40;
// The focus outline has an offset from the element.
const MARGIN = 16;

/** Presses Tab until the element has focus. Focus must be visible at every stop. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    if (await focused.count()) {
      expect(await isFocusVisible(page), `focus is visible on ${await focused.evaluate(describe)}`).toBe(true);
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
  }
  throw new Error(`${MAX_STOPS} presses of Tab did not reach ${wanted}`);
}

/** Whether the focused element looks different with focus than without. */
export async function isFocusVisible(page: Page): Promise<boolean> {
  const element = await page.evaluateHandle(() => document.activeElement as HTMLElement);
  const box = await element.boundingBox();
  const view = page.viewportSize();
  if (!box || !view) return false;
  const [left, top] = [Math.max(0, box.x - MARGIN), Math.max(0, box.y - MARGIN)];
  const width = Math.min(view.width, box.x + box.width + MARGIN) - left;
  const height = Math.min(view.height, box.y + box.height + MARGIN) - top;
  if (width <= 0 || height <= 0) return false;
  const capture = () => page.screenshot({ animations: "disabled", clip: { x: left, y: top, width, height } });
  const focused = await capture();
  await element.evaluate((focus) => focus.blur());
  const blurred = await capture();
  await element.evaluate((focus) => focus.focus({ preventScroll: true }));
  return !focused.equals(blurred);
}

function describe(element: Element): string {
  return element.outerHTML.slice(0, 120);
}
