import { expect, test } from "../../support/checkout";
import type { Person } from "../../support/person";
import type { Stripe } from "../../support/stripe";

const LIMIT = 30_000;

/** From the page of an order to Stripe's. */
async function toCheckout(buyer: Person, stripe: Stripe, orderId: string, hasScripts: boolean): Promise<void> {
  await buyer.open(`/orders/${orderId}`);
  await buyer.startPayment();
  await buyer.button("Pay with Stripe").click();
  if (!hasScripts) {
    // A form may not lead elsewhere: the page of the order has a link.
    await buyer.arrive(`/orders/${orderId}`);
    await buyer.link("Continue to payment").click();
  }
  await expect(buyer.page).toHaveURL(`${stripe.pages}/c/pay/cs_test_1`);
}

test("an order is paid on Stripe's page, which returns to the order", async ({ member, stripe, javaScriptEnabled }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
  await toCheckout(buyer, stripe, order.id, javaScriptEnabled);
  await expect(buyer.page.getByText("20.00 usd")).toBeVisible();
  await buyer.button("Pay").click();
  await buyer.arrive(`/orders/${order.id}`);
  await buyer.waitForText("Paid. This ticket is yours.");
  expect(stripe.charges).toBe(1);

  await buyer.link("Request a refund").click();
  await buyer.button("Request refund").click();
  await buyer.arrive(`/orders/${order.id}`);
  await buyer.waitForText("$20.00 refunded to your card.");
  expect(stripe.charges).toBe(0);
});

test("a buyer who returns without paying can continue or cancel", async ({
  member,
  stripe,
  javaScriptEnabled,
}) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
  await toCheckout(buyer, stripe, order.id, javaScriptEnabled);
  await buyer.link("Back").click();
  await buyer.arrive(`/orders/${order.id}`);
  await expect(buyer.link("Continue to payment")).toHaveAttribute("href", `${stripe.pages}/c/pay/cs_test_1`);
  await buyer.button("Cancel order").click();
  await buyer.waitForText("You cancelled this order.");
  await buyer.waitForText(/^You weren't charged/);
  expect(stripe.charges).toBe(0);
});

test.describe("a reservation that expires while its buyer is at Stripe", () => {
  // Long enough to get there on a slow machine.
  test.use({ hold: "12s", paymentExtension: "0s" });

  test("closes the payment page", async ({ member, stripe, javaScriptEnabled }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await toCheckout(buyer, stripe, order.id, javaScriptEnabled);
    await buyer.rest.waitUntilExpired(order);
    await buyer.link("Back").click();
    await buyer.waitForText(/^You weren't charged/, LIMIT);
    await expect(buyer.page.getByText(/^Your reservation expired at/)).toBeVisible();
  });

  for (const isSold of [false, true]) {
    const end = isSold ? "goes back, as the ticket is sold to somebody else" : "buys the ticket, which is still free";
    test(`and whose money then comes: it ${end}`, async ({ member, server, stripe, javaScriptEnabled }) => {
      const [seller, buyer, other] = [await member("seller"), await member("buyer"), await member("other")];
      const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
      await toCheckout(buyer, stripe, order.id, javaScriptEnabled);
      await buyer.button("Pay, and wait for the bank").click();
      await buyer.arrive(`/orders/${order.id}`);
      await buyer.rest.waitUntilExpired(order);
      const others = isSold ? await other.rest.reserve(order.ticket) : undefined;
      await stripe.completeAtBank();
      if (others) {
        await buyer.waitForText("$20.00 refunded to your card.", LIMIT);
        await expect(buyer.page.getByText(/^Your payment arrived too late to get the ticket\./)).toBeVisible();
        expect((await other.rest.order(others.id)).status).toBe("created");
        expect(stripe.charges).toBe(0);
      } else {
        await buyer.waitForText("Paid. This ticket is yours.", LIMIT);
        await expect(buyer.history.last()).toContainText("Paid: the ticket is yours");
        expect(stripe.charges).toBe(1);
      }
      expect(server.unexpectedLogLines).toEqual([]);
    });
  }
});
