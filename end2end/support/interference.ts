import type { Page } from "@playwright/test";

/** Makes the windows of a page subscribe to the live feed by themselves, so that a test can intercept their requests. */
export async function withoutSharedWorker(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedWorker"));
}

/** Matches the live feed, at any position. */
export const isLiveFeed = ({ pathname }: URL): boolean => pathname === "/live";

/** Matches the WASM of a page. */
export const WASM = /\/pkg\/.*\.wasm$/;

/** Requests that are held back until they are released. */
export interface HeldRequests {
  /** How many there were so far. */
  readonly count: number;
  readonly release: () => void;
}

/** Holds back a page's requests to an address. */
export async function holdRequests(page: Page, url: Parameters<Page["route"]>[0]): Promise<HeldRequests> {
  let [count, release] = [0, () => {}];
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    count += 1;
    await released;
    await route.continue();
  });
  return {
    get count() {
      return count;
    },
    release,
  };
}

/** Translates a page once. */
export async function translate(page: Page): Promise<void> {
  await page.evaluate(replaceTexts);
}

/** Translates a page as soon as it is hydrated, and every later change at once. */
export async function translateContinuously(page: Page): Promise<void> {
  await page.addInitScript({ content: `(${translateChanges})(${replaceTexts});` });
}

/** Does what a translation extension does: replaces every text node by an element. Runs in the page. */
function replaceTexts(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (texts.nextNode()) found.push(texts.currentNode as Text);
  for (const text of found) {
    const isExcluded = text.parentElement?.closest("script, style, font, [translate=no]");
    if (isExcluded || !text.data.trim()) continue;
    const font = document.createElement("font");
    font.textContent = `«${text.data}»`;
    text.replaceWith(font);
  }
}

/** Runs in the page. */
function translateChanges(translate: () => void): void {
  const translateHydrated = () => {
    if (document.documentElement.dataset["hydrated"] !== undefined) translate();
  };
  const changes = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(translateHydrated).observe(document, changes);
}
