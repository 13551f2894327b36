import { CARDS } from "../../support/cards";
import { latePayment } from "../../support/late-payment";
import { expect, test } from "../../support/test";

const LIMIT = 30_000;

test.describe("a reservation that expires while its buyer pays", () => {
  // Long enough to get as far as the form on a slow machine.
  test.use({ hold: "8s", paymentExtension: "0s", testPaymentDelay: "5m" });

  test("redirects the payment page to the order", async ({ member, javaScriptEnabled }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await buyer.open(`/orders/${order.id}`);
    await buyer.startPayment();
    if (!javaScriptEnabled) {
      await buyer.rest.waitUntilExpired(order);
      await buyer.payWith(CARDS.succeeds);
    }
    await expect(buyer.page.getByText(/^Your reservation expired at \d\d:\d\d/)).toBeVisible({ timeout: LIMIT });
    await buyer.arrive(`/orders/${order.id}`);
    await expect(buyer.page.getByText(/^You weren't charged/)).toBeVisible();
    await expect(buyer.history.last()).toContainText("Your reservation expired");
  });

  test("cancels a pending payment", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await buyer.open(`/orders/${order.id}`);
    await buyer.startPayment();
    await buyer.payWith(CARDS.delayed);
    await expect(buyer.page.getByText("Your payment is being processed.")).toBeVisible();
    await buyer.ready();
    await buyer.waitForText(/^You weren't charged/, LIMIT);
    await expect(buyer.page.getByText(/^Your reservation expired at/)).toBeVisible();
    await expect(buyer.history.filter({ hasText: "Payment failed: it wasn't completed" })).toHaveCount(1);
  });
});

test.describe("a payment that succeeds late", () => {
  test.describe("while the ticket is still free", () => {
    test.use({ hold: "8s", paymentExtension: "0s", testPaymentDelay: "9s" });

    test("completes the order", async ({ member, server, watch }) => {
      const [seller, buyer] = [await member("seller"), await member("buyer")];
      const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
      await buyer.rest.pay(order, "tok_delayed");
      const taken = Date.now() + 9_000;
      await buyer.open(`/orders/${order.id}`);
      await expect(buyer.page.getByText("Your payment is being processed.")).toBeVisible();
      // The provider charges the card while the server is down and after the reservation has expired.
      watch.expectAny(/^(failure|console): .*\/live|net::ERR_/);
      await server.stop();
      const late = Math.max(Date.parse(order.expiresAt), taken) + 500;
      await expect.poll(() => Date.now() > late, { timeout: LIMIT }).toBe(true);
      await server.restart();
      await buyer.waitForText("Paid. This ticket is yours.", LIMIT);
      await expect(buyer.history.last()).toContainText("Paid: the ticket is yours");
    });
  });

  test("is refunded automatically when the order was cancelled, with a notice to the buyer", async ({ member }) => {
    const [seller, buyer, other] = [await member("seller"), await member("buyer"), await member("other")];
    const order = await latePayment(seller, buyer);
    const others = await other.rest.reserve(order.ticket);
    await buyer.open(`/orders/${order.id}`);
    await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
    await buyer.waitForText("$20.00 refunded to your card.");
    await expect(buyer.page.getByText(/^Your payment went through after you cancelled\./)).toBeVisible();
    await expect(buyer.history).toContainText([
      /^Reserved/,
      /^You cancelled/,
      /^Payment arrived too late/,
      /^Refunded \$20\.00/,
    ]);
    expect((await other.rest.order(others.id)).status).toBe("created");
  });
});
