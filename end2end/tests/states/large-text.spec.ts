import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { beyondEdges } from "../../support/overflow";
import { filled, reserved, show, ticketPath } from "../../support/stage";
import { expect, test } from "../../support/test";

const SCREENSHOTS = resolve(__dirname, "../../../test-output/screenshots");

/** The index of the ticket with the highest allowed price. */
const HIGHEST = 4;

/** Sets the font size in percent, like the setting of the browser. */
async function enlarge(page: Page, percent: number): Promise<void> {
  await page.evaluate((size) => (document.documentElement.style.fontSize = `${size}%`), percent);
}

/** The page, ticket parts and panels whose content is wider than they are. */
async function scrollable(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [document.documentElement, ...document.querySelectorAll(".ticket__body, .ticket__stub, .panel")];
    const isWider = ({ scrollWidth, clientWidth }: Element) => scrollWidth > clientWidth + 1;
    return parts.filter(isWider).map((part) => `${part.tagName.toLowerCase()}.${part.className}`);
  });
}

/** The titles that are clipped. */
async function clippedTitles(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const titles = [...document.querySelectorAll(".card__title, .card__link")];
    const isClipped = (element: Element) =>
      element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).overflow !== "visible";
    return titles.filter(isClipped).map((element) => element.textContent ?? "");
  });
}

for (const percent of [100, 130, 200]) {
  test(`cards show all of their text at ${percent} %`, async ({ someone, member, watch, server }) => {
    const { page } = await filled("/")({ someone, member, watch, server });
    for (const width of [1280, 768, 375, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await enlarge(page, percent);
      expect.soft(await clippedTitles(page), `${width} px`).toEqual([]);
      expect.soft(await beyondEdges(page, ".cards, .cards *"), `${width} px`).toEqual([]);
      await page.screenshot({ path: resolve(SCREENSHOTS, `cards-${percent}-${width}.png`), fullPage: true });
    }
    // The stub moves below the body when there is no room for both side by side.
    const card = page.locator(".card").first();
    const [body, stub] = [card.locator(".card__body"), card.locator(".card__stub")];
    const [above, below] = [await body.boundingBox(), await stub.boundingBox()];
    if (!above || !below) throw new Error("there is no card");
    const isBelow = below.y >= above.y + above.height - 1;
    expect(isBelow, "the stub is below").toBe(percent > 100);
  });
}

test("the ticket page fits at 200 %", async ({ someone, member, watch, server }) => {
  const { order, buyer } = await reserved({ someone, member, watch, server });
  const { page } = await show(buyer, `/tickets/${order.ticket.id}`);
  for (const width of [1280, 800, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await enlarge(page, 200);
    expect.soft(await beyondEdges(page, ".ticket, .ticket *"), `${width} px`).toEqual([]);
  }
});

test("the pages of the highest price fit at 200 %", async ({ someone, member, watch, server }) => {
  const stage = { someone, member, watch, server };
  const path = await ticketPath(stage, HIGHEST);
  const buyer = await member("buyer");
  const fits = async (name: string) => {
    for (const percent of [100, 200]) {
      for (const width of [1280, 375, 320]) {
        await buyer.page.setViewportSize({ width, height: 800 });
        await enlarge(buyer.page, percent);
        const at = `${name} at ${width} px and ${percent} %`;
        expect.soft(await scrollable(buyer.page), at).toEqual([]);
        expect.soft(await beyondEdges(buyer.page, ".ticket, .ticket *"), at).toEqual([]);
      }
    }
    await buyer.page.screenshot({ path: resolve(SCREENSHOTS, `large-${name}.png`), fullPage: true });
  };
  await show(buyer, path);
  await fits("ticket");
  const order = await buyer.rest.reserve({ id: path.slice("/tickets/".length) });
  await show(buyer, `/orders/${order.id}`);
  await fits("order");
  await buyer.startPayment();
  await fits("pay");
});
