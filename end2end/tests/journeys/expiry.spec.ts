import { expect, test } from "../../support/test";

// Long enough to see the hold before it ends, even on a slow machine.
test.use({ hold: "8s" });

const LIMIT = { timeout: 25_000 };

test("an order expires at its deadline and its ticket is back on sale", async ({
  member,
  someone,
  javaScriptEnabled,
}) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const { id, title } = await seller.rest.list("The one", 20);
  await buyer.open(`/tickets/${id}`);
  const order = await buyer.purchase();
  await expect(buyer.button("Cancel order")).toBeVisible();
  await expect(buyer.page.getByText(/^Reserved for you until/)).toBeVisible();

  const expired = buyer.page.getByText(/^Your reservation expired at \d\d:\d\d/);
  if (javaScriptEnabled) {
    await expect(expired).toBeVisible(LIMIT);
    await buyer.ready();
  } else {
    await expect(async () => {
      await buyer.page.reload();
      await expect(expired).toBeVisible({ timeout: 500 });
    }).toPass(LIMIT);
  }
  await expect(buyer.button("Cancel order")).toHaveCount(0);
  await buyer.navigate("My orders");
  await expect(buyer.row(title)).toContainText("Expired");
  await buyer.open(order);

  const other = await someone("other");
  await other.signUp();
  await expect(other.row(title)).toBeVisible();
  await buyer.link("See the ticket").click();
  await buyer.arrive(`/tickets/${id}`);
  await buyer.purchase();
});

test.describe("open pages update when a reservation expires", { tag: "@with-scripts" }, () => {
  test("the list and the ticket page offer the ticket again", async ({ member, someone }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const ticket = await seller.rest.list("The one", 20);
    const [visitor, other] = [await someone("visitor"), await someone("other")];
    await visitor.open("/");
    await other.open(`/tickets/${ticket.id}`);
    await buyer.rest.reserve(ticket);
    await expect(visitor.row(ticket.title).getByText("Reserved")).toBeVisible();
    await expect(other.button("Buy ticket")).toHaveCount(0);
    await expect(visitor.row(ticket.title).getByText("Available")).toBeVisible(LIMIT);
    await expect(other.button("Buy ticket")).toBeVisible(LIMIT);
  });

  test("the countdown follows the server's clock when the visitor's is wrong", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const ticket = await seller.rest.list("The one", 20);
    await buyer.page.addInitScript(() => {
      const [aheadMs, { now }, { timeOrigin }] = [3_600_000, Date, performance];
      Date.now = () => now() + aheadMs;
      Object.defineProperty(performance, "timeOrigin", { value: timeOrigin + aheadMs });
    });
    const order = await buyer.rest.reserve(ticket);
    await buyer.open(`/orders/${order.id}`);
    expect(await buyer.page.evaluate(() => Date.now())).toBeGreaterThan(Date.parse(order.expiresAt) + 3_000_000);
    await expect(buyer.page.locator(".countdown__clock")).toHaveText(/^0:0[1-8]$/);
    await expect(buyer.page.getByText(/^Your reservation expired at/)).toBeVisible(LIMIT);
  });
});
