import { ORDER, TICKET, expect, test } from "../../support/test";

// With scripts the second press does nothing. Without, the browser sends the form again and ignores the first response.
test.beforeEach(({ watch }) => watch.expectAny(/net::ERR_ABORTED/));

test("submitting twice lists one ticket", async ({ member }) => {
  const seller = await member("seller");
  await seller.open("/tickets/new");
  await seller.field("Title").fill("Only one");
  await seller.field("Price").fill("20");
  await seller.button("List ticket").dblclick();
  await seller.arrive(TICKET);
  await expect(seller.heading("Only one")).toBeVisible();
  expect(await seller.rest.tickets()).toHaveLength(1);
});

test("a form that was changed after its response was lost lists no second ticket", { tag: "@with-scripts" }, async ({
  member,
  watch,
}) => {
  const seller = await member("seller");
  await seller.open("/tickets/new");
  await seller.field("Title").fill("Only one");
  await seller.field("Price").fill("4");
  watch.expectFailure("/fn/tickets/create");
  await seller.page.route("/fn/tickets/create", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await seller.button("List ticket").click();
  await expect(seller.page.getByText("We couldn't reach the site.")).toBeVisible();
  await seller.page.unroute("/fn/tickets/create");
  await seller.field("Price").fill("5");
  await seller.button("List ticket").click();
  await seller.arrive(TICKET);
  await expect(seller.page.getByRole("status").filter({ hasText: "already listed" })).toBeVisible();
  await expect(seller.page.getByText("$4.00")).toBeVisible();
  expect(await seller.rest.tickets()).toHaveLength(1);
});

test("submitting twice reserves once and opens the order", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const ticket = await seller.rest.list("The one", 20);
  await buyer.open(`/tickets/${ticket.id}`);
  await buyer.button("Buy ticket").dblclick();
  await buyer.arrive(ORDER);
  await expect(buyer.button("Cancel order")).toBeVisible();
});

test("a stale buy button opens the existing order", { tag: "@without-scripts" }, async ({
  member,
}) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const ticket = await seller.rest.list("The one", 20);
  await buyer.open(`/tickets/${ticket.id}`);
  const order = await buyer.rest.reserve(ticket);
  await buyer.button("Buy ticket").click();
  await buyer.arrive(`/orders/${order.id}`);
});

test("submitting twice creates one account and signs in", async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/auth/signup");
  await ada.field("Email").fill(ada.email);
  await ada.field("Password").fill(ada.password);
  await ada.button("Sign up").dblclick();
  await ada.arrive("/");
  await expect(ada.button("Sign out")).toBeVisible();
});
