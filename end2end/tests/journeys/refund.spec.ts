import { expect, test } from "../../support/test";

const TITLE = "Giselle, second balcony";

test("a ticket is given back: the money returns, and it is on sale again", async ({ member }) => {
  const [seller, buyer, other] = [await member("seller"), await member("buyer"), await member("other")];
  const ticket = await seller.rest.list(TITLE, 89);
  const order = await buyer.rest.buy(ticket);
  const page = `/orders/${order.id}`;
  await buyer.open(page);
  await expect(buyer.page.getByText(/^You can give it back until .* \d\d:\d\d/)).toBeVisible();
  await buyer.link("Give it back").click();
  await buyer.arrive(`${page}/refund`);
  await expect(buyer.page.getByText("$89.00 goes back to the card that you paid with.")).toBeVisible();
  await buyer.link("Keep the ticket").click();
  await buyer.arrive(page);
  await buyer.link("Give it back").click();
  await buyer.arrive(`${page}/refund`);
  await buyer.button("Give it back").click();
  await buyer.arrive(page);
  await expect(buyer.page.getByRole("status").filter({ hasText: "You gave your ticket back." })).toBeVisible();
  await expect(buyer.page.getByText("This ticket was given back.")).toBeVisible();
  await buyer.sees(/\$89\.00 went back to your card\./);
  await expect(buyer.moments.last()).toContainText("Refunded: $89.00 went back");
  await buyer.link("Receipt").click();
  await buyer.arrive(`${page}/receipt`);
  await expect(buyer.page.getByText("$89.00, returned")).toBeVisible();
  await buyer.navigate("My orders");
  await expect(buyer.row(TITLE)).toContainText("Given back");

  await seller.open("/sales");
  await expect(seller.row(TITLE)).toContainText(/Given back on .* \d\d:\d\d/);
  await expect(seller.page.getByText("$0.00 earned with 0 tickets")).toBeVisible();

  await expect(async () => {
    await other.open(`/tickets/${ticket.id}`);
    await expect(other.button("Purchase")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await other.purchase();
});

test("a seller may take nothing back, which is said before the purchase", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  await seller.open("/tickets/new");
  await expect(seller.field("Can be given back")).toHaveValue("24");
  await seller.field("Title").fill(TITLE);
  await seller.field("Price").fill("89");
  await seller.field("Can be given back").selectOption("Never");
  await seller.button("List ticket").click();
  await seller.arrive(/^\/tickets\/[0-9a-f-]{36}$/);
  const id = new URL(seller.page.url()).pathname.slice("/tickets/".length);
  await seller.link("Edit").click();
  await seller.arrive(`/tickets/${id}/edit`);
  await expect(seller.field("Can be given back")).toHaveValue("0");

  await buyer.open(`/tickets/${id}`);
  await expect(buyer.page.getByText("Cannot be given back after the purchase.")).toBeVisible();
  const order = await buyer.rest.buy({ id });
  await buyer.open(`/orders/${order.id}`);
  await expect(buyer.page.getByText("Its seller does not take it back.")).toBeVisible();
  await expect(buyer.link("Give it back")).toHaveCount(0);
  await buyer.open(`/orders/${order.id}/refund`);
  await expect(buyer.heading("This ticket cannot be given back")).toBeVisible();
  const answer = await buyer.page.request.post("/fn/orders/refund", {
    form: { order_id: order.id },
    headers: { accept: "application/json" },
  });
  expect(await answer.text()).toContain("RefundTooLate");
  expect((await buyer.rest.order(order.id)).status).toBe("complete");
});

test("a refused ticket keeps the time that was chosen", async ({ member }) => {
  const seller = await member("seller");
  await seller.open("/tickets/new");
  await seller.field("Title").fill(TITLE);
  await seller.field("Price").fill("free");
  await seller.field("Can be given back").selectOption("Until 7 days after the purchase");
  await seller.button("List ticket").click();
  await expect(seller.field("Price")).toHaveAttribute("aria-invalid", "true");
  await seller.ready();
  await expect(seller.field("Can be given back")).toHaveValue("168");
  await seller.field("Price").fill("89");
  await seller.button("List ticket").click();
  await seller.arrive(/^\/tickets\/[0-9a-f-]{36}$/);
  await expect(seller.page.getByText("Can be given back until 7 days after the purchase.")).toBeVisible();
});
