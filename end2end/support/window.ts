import type { Page } from "@playwright/test";

/** Makes the windows of a page follow changes automatically, so that a test can intercept their requests. */
export async function withoutSharedWorker(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedWorker"));
}

/** The event stream, at any position. */
export const isStream = ({ pathname }: URL): boolean => pathname === "/live";

/** Translates a page as soon as its scripts are ready, and whatever changes later at once. */
export async function translateAtOnce(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const translate = () => {
      if (document.documentElement.dataset["hydrated"] === undefined) return;
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: Text[] = [];
      while (texts.nextNode()) found.push(texts.currentNode as Text);
      for (const text of found) {
        const isKept = text.parentElement?.closest("script, style, font, [translate=no]");
        if (isKept || !text.data.trim()) continue;
        const font = document.createElement("font");
        font.textContent = `«${text.data}»`;
        text.replaceWith(font);
      }
    };
    const changes = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(translate).observe(document, changes);
  });
}

/** Keeps the WASM of a page back until it may come. */
export async function holdWasm(page: Page): Promise<() => void> {
  let come = () => {};
  const mayCome = new Promise<void>((resolve) => (come = resolve));
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => {
    await mayCome;
    await route.continue();
  });
  return come;
}

/** Imitates a translation extension: replaces every text node by new elements. */
export async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      const isKept = text.parentElement?.closest("script, style, [translate=no]");
      if (isKept || !text.data.trim()) continue;
      const font = document.createElement("font");
      font.textContent = `«${text.data}»`;
      text.replaceWith(font);
    }
  });
}
