import type { Page } from "@playwright/test";

/** The elements that stick out of a page to the side, and the page itself where it scrolls to the side. */
export async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.className}`;
    const isHidden = (element: Element) => !element.checkVisibility() || element.closest(".visually-hidden, .skip-link");
    const isOut = ({ left, right }: DOMRect) => right > width + 0.5 || left < -0.5;
    const out = [...document.body.querySelectorAll("*")].filter((element) => {
      return !isHidden(element) && isOut(element.getBoundingClientRect());
    });
    const scrolls = document.documentElement.scrollWidth > width ? ["the page scrolls to the side"] : [];
    return [...scrolls, ...out.map(name)];
  });
}
