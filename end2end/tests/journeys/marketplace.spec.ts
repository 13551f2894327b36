import { expect, test } from "../../support/test";

const TITLE = "Nils Frahm, Philharmonie, row 7";

test("a ticket is listed, reserved, unavailable to others, cancelled and back on sale", async ({
  someone,
  javaScriptEnabled,
}) => {
  const [seller, buyer, late] = [await someone("seller"), await someone("buyer"), await someone("late")];
  await seller.signUp();
  const ticket = await seller.listTicket(TITLE, "64.5");
  await expect(seller.page.getByText("Your ticket is on sale.")).toBeVisible();
  await expect(seller.page.getByText("$64.50")).toBeVisible();

  await buyer.signUp();
  await late.signUp();
  await expect(buyer.row(TITLE)).toContainText("$64.50");
  await buyer.link(TITLE).click();
  await buyer.arrive(ticket);
  await late.open(ticket);
  await expect(late.button("Buy ticket")).toBeVisible();

  const order = await buyer.purchase();
  await expect(buyer.heading(TITLE)).toBeVisible();
  await expect(buyer.page.getByText("$64.50")).toBeVisible();
  await expect(buyer.page.getByText(/^Reserved for you until \d\d:\d\d/)).toBeVisible();
  const clock = buyer.page.locator(".countdown__clock");
  await expect(clock).toHaveText(/^1[45]:\d\d$/);
  if (javaScriptEnabled) {
    const before = await clock.textContent();
    await expect(clock).not.toHaveText(before ?? "");
  }

  if (!javaScriptEnabled) {
    // This page is not updated, so its button is still there.
    await late.button("Buy ticket").click();
    await expect(late.page.getByText("Someone else reserved this ticket first.")).toBeVisible();
  }
  await expect(late.page.getByText(/^Reserved until \d\d:\d\d/)).toBeVisible();
  await expect(late.button("Buy ticket")).toHaveCount(0);
  await late.open("/");
  await expect(late.row(TITLE)).toHaveCount(0);
  await seller.open("/tickets/mine");
  await expect(seller.row(TITLE)).toContainText(/Reserved until \d\d:\d\d/);

  await buyer.button("Cancel order").click();
  await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
  await buyer.arrive(order);
  await expect(buyer.button("Cancel order")).toHaveCount(0);
  await buyer.navigate("My orders");
  await expect(buyer.row(TITLE)).toContainText("Cancelled");

  await expect(async () => {
    await late.open("/");
    await expect(late.row(TITLE)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await late.open(ticket);
  await late.purchase();
  await late.navigate("My orders");
  await expect(late.row(TITLE)).toContainText("Reserved for you");
});

test("the ticket page links its buyer to the order", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const ticket = await seller.rest.list(TITLE, 20);
  const order = await buyer.rest.reserve(ticket);
  await buyer.open(`/tickets/${ticket.id}`);
  await expect(buyer.page.getByText("You've reserved this ticket.")).toBeVisible();
  await buyer.link("Go to your order").click();
  await buyer.arrive(`/orders/${order.id}`);
});

test("sellers can't buy their own ticket from its page", async ({ member }) => {
  const seller = await member("seller");
  const ticket = await seller.rest.list(TITLE, 20);
  await seller.open(`/tickets/${ticket.id}`);
  await expect(seller.link("Edit")).toBeVisible();
  await expect(seller.button("Buy ticket")).toHaveCount(0);
});

test("an order is visible to its buyer only", async ({ member, watch }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  watch.expectStatus(404, `/orders/${order.id}`);
  const response = await seller.open(`/orders/${order.id}`);
  expect(response.status()).toBe(404);
  await expect(seller.heading("Page not found")).toBeVisible();
  await expect(seller.page.getByText(TITLE)).toHaveCount(0);
});

test("the price of an order stays as it was when it was reserved", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, "4.35"));
  await buyer.rest.cancel(order);
  await seller.open(`/tickets/${order.ticket.id}/edit`);
  await seller.field("Price").fill("999");
  await seller.button("Save changes").click();
  await seller.arrive(`/tickets/${order.ticket.id}`);
  await expect(seller.page.getByText("$999.00")).toBeVisible();
  await buyer.open(`/orders/${order.id}`);
  await expect(buyer.page.getByText("$4.35")).toBeVisible();
});
