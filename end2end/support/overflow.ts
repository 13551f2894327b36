import type { Page } from "@playwright/test";

/** The matching elements that extend beyond the left or right edge of a page. */
export async function beyondEdges(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) => {
    const width = document.documentElement.clientWidth;
    const isHidden = (element: Element) => !element.checkVisibility() || element.closest(".visually-hidden, .skip-link");
    const isBeyond = ({ left, right }: DOMRect) => right > width + 0.5 || left < -0.5;
    const beyond = elements.filter((element) => !isHidden(element) && isBeyond(element.getBoundingClientRect()));
    return beyond.map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  });
}

/** All elements that extend beyond an edge, and the page itself where it scrolls sideways. */
export async function overflowing(page: Page): Promise<string[]> {
  const scrolls = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
  const elements = await beyondEdges(page, "body *");
  return [...(scrolls ? ["the page scrolls to the side"] : []), ...elements];
}
