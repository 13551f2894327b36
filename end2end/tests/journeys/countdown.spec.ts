import { expect, test } from "../../support/test";

test("the countdown ticks every second and is announced at a few marks only", { tag: "@with-scripts" }, async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const { page } = buyer;
  await page.clock.install();
  const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
  await buyer.open(`/orders/${order.id}`);
  const clock = page.locator(".countdown__clock");
  const status = page.locator(".countdown").getByRole("status");
  await expect(clock).toHaveAttribute("aria-hidden", "true");
  await status.evaluate((element) => {
    const texts: string[] = [];
    new MutationObserver(() => texts.push(element.textContent ?? "")).observe(element, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    Object.assign(window, { texts });
  });
  const texts = () => page.evaluate(() => (window as unknown as { texts: string[] }).texts);

  const before = (await clock.textContent()) ?? "";
  await page.clock.runFor(20_000);
  await expect(clock).not.toHaveText(before);
  expect(await texts()).toEqual([]);
  await page.clock.runFor("10:00");
  await expect(status).toHaveText("5 minutes left.");
  await page.clock.runFor("03:50");
  await expect(status).toHaveText("1 minute left.");
  await expect(clock).toHaveText(/^0:\d\d$/);
  await page.clock.runFor(30_000);
  await expect(status).toHaveText("30 seconds left.");
  expect(await texts()).toEqual(["5 minutes left.", "1 minute left.", "30 seconds left."]);
});
