import { animated } from "../../support/motion";
import { expect, test } from "../../support/test";

test("nothing moves with reduced motion", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list("Held", 20));
  await seller.rest.list("Free", 20);
  const paths = ["/", "/tickets/new", "/orders", `/orders/${order.id}`, `/tickets/${order.ticket.id}`];
  let count = 0;
  for (const path of paths) {
    await buyer.open(path);
    await buyer.page.emulateMedia({ reducedMotion: "no-preference" });
    count += (await animated(buyer.page)).length;
    await buyer.page.emulateMedia({ reducedMotion: "reduce" });
    expect(await animated(buyer.page), path).toEqual([]);
  }
  expect(count, "something moves without reduced motion").toBeGreaterThan(0);
});
