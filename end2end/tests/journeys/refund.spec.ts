import { expect, test } from "../../support/test";

const TITLE = "Giselle, second balcony";

test("a refund returns the money and puts the ticket back on sale", async ({ member }) => {
  const [seller, buyer, other] = [await member("seller"), await member("buyer"), await member("other")];
  const ticket = await seller.rest.list(TITLE, 89);
  const order = await buyer.rest.buy(ticket);
  const page = `/orders/${order.id}`;
  await buyer.open(page);
  await expect(buyer.page.getByText(/^You can request a refund until .* \d\d:\d\d/)).toBeVisible();
  await buyer.link("Request a refund").click();
  await buyer.arrive(`${page}/refund`);
  await expect(buyer.page.getByText("We'll refund $89.00 to the card you paid with.")).toBeVisible();
  await buyer.link("Keep ticket").click();
  await buyer.arrive(page);
  await buyer.link("Request a refund").click();
  await buyer.arrive(`${page}/refund`);
  await buyer.button("Request refund").click();
  await buyer.arrive(page);
  await expect(buyer.page.getByRole("status").filter({ hasText: "Ticket returned. Your refund is on its way." })).toBeVisible();
  await expect(buyer.page.getByText("You returned this ticket.")).toBeVisible();
  await buyer.waitForText(/\$89\.00 refunded to your card\./);
  await expect(buyer.history.last()).toContainText("Refunded $89.00");
  await buyer.link("Receipt").click();
  await buyer.arrive(`${page}/receipt`);
  await expect(buyer.page.getByText("Refunded $89.00")).toBeVisible();
  await buyer.navigate("My orders");
  await expect(buyer.row(TITLE)).toContainText("Refunded");

  await seller.open("/sales");
  await expect(seller.row(TITLE)).toContainText(/Refunded on .* \d\d:\d\d/);
  await expect(seller.page.getByText("0 tickets sold · $0.00")).toBeVisible();

  await expect(async () => {
    await other.open(`/tickets/${ticket.id}`);
    await expect(other.button("Buy ticket")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await other.purchase();
});

test("a ticket without refunds says so before the purchase", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  await seller.open("/tickets/new");
  await expect(seller.field("Refunds")).toHaveValue("24");
  await seller.field("Title").fill(TITLE);
  await seller.field("Price").fill("89");
  await seller.field("Refunds").selectOption("No refunds");
  await seller.button("List ticket").click();
  await seller.arrive(/^\/tickets\/[0-9a-f-]{36}$/);
  const id = new URL(seller.page.url()).pathname.slice("/tickets/".length);
  await seller.link("Edit").click();
  await seller.arrive(`/tickets/${id}/edit`);
  await expect(seller.field("Refunds")).toHaveValue("0");

  await buyer.open(`/tickets/${id}`);
  await expect(buyer.page.getByText("No refunds.")).toBeVisible();
  const order = await buyer.rest.buy({ id });
  await buyer.open(`/orders/${order.id}`);
  await expect(buyer.page.getByText("This ticket is non-refundable.")).toBeVisible();
  await expect(buyer.link("Request a refund")).toHaveCount(0);
  await buyer.open(`/orders/${order.id}/refund`);
  await expect(buyer.heading("This ticket can't be refunded")).toBeVisible();
  const answer = await buyer.page.request.post("/fn/orders/refund", {
    form: { order_id: order.id },
    headers: { accept: "application/json" },
  });
  expect(await answer.text()).toContain("RefundTooLate");
  expect((await buyer.rest.order(order.id)).status).toBe("complete");
});

test("a rejected ticket keeps the chosen refund window", async ({ member }) => {
  const seller = await member("seller");
  await seller.open("/tickets/new");
  await seller.field("Title").fill(TITLE);
  await seller.field("Price").fill("free");
  await seller.field("Refunds").selectOption("Within 7 days of purchase");
  await seller.button("List ticket").click();
  await expect(seller.field("Price")).toHaveAttribute("aria-invalid", "true");
  await seller.ready();
  await expect(seller.field("Refunds")).toHaveValue("168");
  await seller.field("Price").fill("89");
  await seller.button("List ticket").click();
  await seller.arrive(/^\/tickets\/[0-9a-f-]{36}$/);
  await expect(seller.page.getByText("Refundable for 7 days after purchase.")).toBeVisible();
});
