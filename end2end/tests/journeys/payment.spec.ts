import type { Page } from "@playwright/test";

import { CARDS, IN_DOUBT, REJECTED } from "../../support/cards";
import { holdRequests } from "../../support/interference";
import { ORDER, PAY, expect, test } from "../../support/test";

const TITLE = "Nils Frahm, Philharmonie, row 7";

/** The HTML of all forms of a page. The test cards are explained beside them, with their numbers. */
async function formsHtml(page: Page): Promise<string> {
  const forms = await page.locator("form").evaluateAll((all) => all.map((form) => form.outerHTML));
  return forms.join();
}

test("a ticket is reserved and paid, and its seller sees the sale", async ({ member, someone }) => {
  const [seller, buyer, visitor] = [await member("seller"), await member("buyer"), await someone("visitor")];
  const { id } = await seller.rest.list(TITLE, "64.5");
  await seller.open("/sales");
  await expect(seller.page.getByText("You haven't sold any tickets yet.")).toBeVisible();
  await buyer.open(`/tickets/${id}`);
  await expect(buyer.page.getByText("Refundable for 24 hours after purchase.")).toBeVisible();
  const order = await buyer.purchase();
  await buyer.startPayment();
  await expect(buyer.page.getByText("Test mode:")).toBeVisible();
  await expect(buyer.page.getByRole("table", { name: "Test cards" }).getByRole("row")).toHaveCount(7);
  await buyer.payWith(CARDS.succeeds);
  await buyer.arrive(order);
  await expect(buyer.page.getByRole("status").filter({ hasText: "Your payment went through." })).toBeVisible();
  await expect(buyer.page.getByText("Paid. This ticket is yours.")).toBeVisible();
  await expect(buyer.button("Continue to payment")).toHaveCount(0);
  await expect(buyer.history).toContainText([/^Reserved for you/, /^Payment started\. Reservation extended by 10 minutes\./, /^Paid: the ticket is yours/]);

  await buyer.link("Receipt").click();
  await buyer.arrive(`${order}/receipt`);
  for (const text of [TITLE, "$64.50", buyer.email]) {
    await expect(buyer.page.getByRole("article").getByText(text)).toBeVisible();
  }
  await buyer.link("Back to your order").click();
  await buyer.navigate("My orders");
  await expect(buyer.row(TITLE)).toContainText("Paid");

  await expect(async () => {
    await visitor.open(`/tickets/${id}`);
    await expect(visitor.page.getByText("This ticket has been sold.")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(visitor.button("Buy ticket")).toHaveCount(0);
  await seller.navigate("My tickets");
  await expect(seller.row(TITLE)).toContainText("Sold");
  await seller.link("Sales").click();
  await seller.arrive("/sales");
  await expect(seller.row(TITLE)).toContainText(/Sold on .* \d\d:\d\d/);
  await expect(seller.page.getByText("1 ticket sold · $64.50")).toBeVisible();
});

for (const [number, message, reason] of REJECTED) {
  test(`a declined card shows the reason beside its field, and another card pays: ${message}`, async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
    await buyer.open(`/orders/${order.id}`);
    await buyer.startPayment();
    await buyer.payWith(number);
    const field = buyer.field("Card number");
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(new RegExp(message));
    await buyer.arrive(PAY);
    expect(await formsHtml(buyer.page)).not.toMatch(new RegExp(number.replaceAll(" ", " ?")));
    await buyer.payWith(CARDS.succeeds);
    await buyer.arrive(ORDER);
    await expect(buyer.page.getByText("Paid. This ticket is yours.")).toBeVisible();
    await expect(buyer.history.filter({ hasText: `Payment failed: ${reason}` })).toHaveCount(1);
  });
}

test("a pending payment is awaited and cannot be made twice", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  await buyer.open(`/orders/${order.id}`);
  await buyer.startPayment();
  await buyer.payWith(CARDS.delayed);
  await buyer.arrive(`/orders/${order.id}`);
  await expect(buyer.page.getByText("Your payment is being processed.")).toBeVisible();
  await expect(buyer.button("Continue to payment")).toHaveCount(0);
  await expect(buyer.link("Check again")).toBeVisible();
  await buyer.open(`/orders/${order.id}/pay`);
  await buyer.arrive(`/orders/${order.id}`);
  await buyer.waitForText("Paid. This ticket is yours.");
});

test("a payment whose response is lost is reconciled", async ({ member, server }) => {
  server.expectWarning(IN_DOUBT);
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  await buyer.open(`/orders/${order.id}`);
  await buyer.startPayment();
  await buyer.payWith(CARDS.responseLost);
  await buyer.arrive(`/orders/${order.id}`);
  await buyer.waitForText("Paid. This ticket is yours.");
  await expect(buyer.history.filter({ hasText: "Paid" })).toHaveCount(1);
});

test("concurrent submissions pay once", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  await buyer.open(`/orders/${order.id}`);
  await buyer.startPayment();
  const form = { order_id: order.id, card_number: CARDS.succeeds, card_expiry: "12/30", card_code: "123" };
  const press = () =>
    buyer.page.request.post("/fn/payments/pay", { form, headers: { accept: "text/html" }, maxRedirects: 0 });
  const responses = await Promise.all([press(), press(), press()]);
  for (const response of responses) {
    expect(response.status()).toBe(303);
    expect(response.headers()["location"]).toBe(`/orders/${order.id}`);
    expect(JSON.stringify(response.headers()), "the number is in no response").not.toContain("4242");
  }
  await buyer.open(`/orders/${order.id}`);
  await buyer.waitForText("Paid. This ticket is yours.");
  await expect(buyer.history.filter({ hasText: /Paid|failed|Refunded/ })).toHaveCount(1);
});

test("the pay button is disabled until the response arrives", { tag: "@with-scripts" }, async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  await buyer.open(`/orders/${order.id}`);
  await buyer.startPayment();
  const held = await holdRequests(buyer.page, "/fn/payments/pay");
  await buyer.payWith(CARDS.succeeds);
  await expect(buyer.button("Paying…")).toHaveAttribute("aria-disabled", "true");
  await buyer.button("Paying…").click({ force: true });
  await buyer.field("Card number").press("Enter");
  held.release();
  await buyer.arrive(`/orders/${order.id}`);
  expect(held.count).toBe(1);
});

test("invalid card details show an error per field", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  await buyer.open(`/orders/${order.id}`);
  await buyer.startPayment();
  await buyer.page.getByRole("button", { name: "Pay $20.00" }).click();
  await expect(buyer.field("Card number")).toHaveAccessibleDescription(/Enter the card number/);
  await expect(buyer.field("Expiry date (MM/YY)")).toHaveAccessibleDescription(/Enter the month and year/);
  await expect(buyer.field("Security code")).toHaveAccessibleDescription(/Enter the 3 or 4 digits/);
  await buyer.ready();
  await buyer.payWith("4111 1111 1111 1111");
  await expect(buyer.field("Card number")).toHaveAccessibleDescription(/Check the card number/);
  await expect(buyer.field("Expiry date (MM/YY)")).not.toHaveAttribute("aria-invalid");
  expect((await buyer.rest.order(order.id)).status).toBe("awaiting:payment");
});

test("the payment page is for the buyer only, and only while the order is unpaid", async ({
  member,
  watch,
  javaScriptEnabled,
}) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  const [page, pay] = [`/orders/${order.id}`, `/orders/${order.id}/pay`];
  await buyer.open(pay);
  await buyer.arrive(page);
  await buyer.startPayment();
  for (const path of [pay, `${page}/receipt`, `${page}/refund`]) {
    watch.expectStatus(404, path);
    const response = await seller.open(path);
    expect(response.status(), path).toBe(404);
    await expect(seller.page.getByText(TITLE)).toHaveCount(0);
  }
  const form = { order_id: order.id, card_number: CARDS.succeeds, card_expiry: "12/30", card_code: "123" };
  const stolen = await seller.page.request.post("/fn/payments/pay", { form, headers: { accept: "application/json" } });
  expect(await stolen.text()).toContain("NotAuthorized");
  expect((await buyer.rest.order(order.id)).status).toBe("awaiting:payment");
  await buyer.rest.cancel(order);
  if (!javaScriptEnabled) await buyer.open(pay);
  await buyer.arrive(page);
  await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
});

test("the ticket page shows that the ticket is sold", { tag: "@with-scripts" }, async ({ member, someone }) => {
  const [seller, buyer, visitor] = [await member("seller"), await member("buyer"), await someone("visitor")];
  const ticket = await seller.rest.list(TITLE, 20);
  await visitor.open(`/tickets/${ticket.id}`);
  const order = await buyer.rest.reserve(ticket);
  await expect(visitor.page.getByText(/^Reserved until/)).toBeVisible();
  await visitor.ready();
  await buyer.rest.pay(order);
  await expect(visitor.page.getByText("This ticket has been sold.")).toBeVisible();
});
