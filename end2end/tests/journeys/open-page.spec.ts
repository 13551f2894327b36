import { expect, test } from "../../support/test";
import { holdRequests, isLiveFeed, translate, translateContinuously, withoutSharedWorker } from "../../support/interference";

const HELD = "Someone else reserved this ticket first.";

// Live updates need scripts.
test.describe("an open page", { tag: "@with-scripts" }, () => {
  test("misses no event between rendering and subscribing", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await withoutSharedWorker(buyer.page);
    const feed = await holdRequests(buyer.page, isLiveFeed);
    await buyer.open(`/orders/${order.id}`);
    await expect(buyer.button("Cancel order")).toBeVisible();
    await buyer.rest.cancel(order);
    feed.release();
    await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
  });

  test("replaces what changed and keeps notices and focus", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    await seller.open("/");
    const path = await seller.listTicket("The one", "20");
    const notice = seller.page.getByRole("status").filter({ hasText: "Your ticket is on sale." });
    await expect(notice).toBeVisible();
    await seller.page.evaluate(() => document.body.setAttribute("data-same-page", ""));
    const elsewhere = seller.page.getByRole("banner").getByRole("link", { name: "My orders" });
    await elsewhere.focus();
    const order = await buyer.rest.reserve({ id: path.slice("/tickets/".length) });
    await expect(seller.page.getByText(/^Reserved until/)).toBeVisible();
    await expect(notice).toBeVisible();
    await expect(elsewhere).toBeFocused();

    // Focus on a removed element moves to the heading; islands in the new part are hydrated.
    await buyer.rest.cancel(order);
    await seller.link("Edit").focus();
    await buyer.rest.reserve({ id: path.slice("/tickets/".length) });
    await expect(seller.heading("The one")).toBeFocused();
    await expect(seller.page.getByText(/^Reserved until \d\d:\d\d$/)).toBeVisible();
    await expect(notice).toBeVisible();
    await expect(seller.page.locator("body[data-same-page]")).toBeAttached();
  });

  test("a button that appeared in an update works", async ({ member }) => {
    const [seller, first, second] = [await member("seller"), await member("first"), await member("second")];
    const ticket = await seller.rest.list("The one", 20);
    const order = await first.rest.reserve(ticket);
    await second.open(`/tickets/${ticket.id}`);
    await expect(second.page.getByText(/^Reserved until/)).toBeVisible();
    await first.rest.cancel(order);
    await expect(second.button("Buy ticket")).toBeVisible();
    await second.purchase();
  });

  test("never changes a price without asking", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const { id } = await seller.rest.list("Giselle", 10);
    await buyer.open(`/tickets/${id}`);
    await seller.rest.edit(id, "Giselle", 900);
    await expect(buyer.link("This page has changed. Refresh")).toBeVisible();
    await expect(buyer.page.getByText("$10.00")).toBeVisible();
    await buyer.button("Buy ticket").click();
    await expect(buyer.page.getByRole("alert").filter({ hasText: "The seller has changed this ticket" })).toBeVisible();
    await expect(buyer.page.getByText("$900.00")).toBeVisible();
  });

  test("keeps what the user is typing", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await buyer.open(`/orders/${order.id}`);
    await buyer.startPayment();
    await buyer.field("Card number").fill("4242 42");
    await buyer.rest.cancel(order);
    const link = buyer.link("This page has changed. Refresh");
    await expect(link).toBeVisible();
    await expect(buyer.field("Card number")).toHaveValue("4242 42");
    await link.click();
    await buyer.arrive(`/orders/${order.id}`);
    await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
  });

  test("keeps counting under a translator and a clock that is set back", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await buyer.open(`/orders/${order.id}`);
    const clock = buyer.page.locator(".countdown__clock");
    await expect(clock).toHaveText(/^1[45]:\d\d$/);
    await translate(buyer.page);
    await buyer.page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() - 30 * 60_000;
    });
    const before = await clock.textContent();
    await expect(clock).not.toHaveText(before ?? "");
    await expect(clock).toHaveText(/^1[45]:\d\d$/);
  });

  test("follows changes under a translator that translates at once", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await translateContinuously(buyer.page);
    await buyer.open(`/orders/${order.id}`);
    await expect(buyer.page.locator("h1 font")).toBeVisible();
    await buyer.page.evaluate(() => document.body.setAttribute("data-same-page", ""));
    await buyer.rest.pay(order);
    await expect(buyer.page.locator("[data-marker*='-complete-']")).toBeVisible();
    await expect(buyer.page.locator("html[data-hydrated] body[data-same-page]")).toBeAttached();
  });

  test("keeps why a purchase was refused when the ticket is shown as reserved", async ({ member }) => {
    const [seller, first, second] = [await member("seller"), await member("first"), await member("second")];
    const ticket = await seller.rest.list("The one", 20);
    await second.open(`/tickets/${ticket.id}`);
    await second.page.route("/fn/orders/reserve", async (route) => {
      await first.rest.reserve(ticket);
      await route.continue();
    });
    await second.button("Buy ticket").click();
    await expect(second.page.getByText(/^Reserved until/)).toBeVisible();
    await expect(second.page.getByRole("alert").filter({ hasText: HELD })).toBeVisible();
    await expect(second.button("Buy ticket")).toHaveCount(0);
  });

  test("a refusal makes the page look again, with the feed cut off too", async ({ member, watch }) => {
    const [seller, first, second] = [await member("seller"), await member("first"), await member("second")];
    const ticket = await seller.rest.list("The one", 20);
    await withoutSharedWorker(second.page);
    watch.expectFailure("/live");
    await second.page.route(isLiveFeed, (route) => route.abort("connectionrefused"));
    await second.open(`/tickets/${ticket.id}`);
    await first.rest.reserve(ticket);
    await second.button("Buy ticket").click();
    await expect(second.page.getByText(/^Reserved until/)).toBeVisible();
    await expect(second.page.getByRole("alert").filter({ hasText: HELD })).toBeVisible();
    await expect(second.button("Buy ticket")).toHaveCount(0);
  });

  test("works in more windows than the browser opens connections", async ({ member, someone }) => {
    const seller = await member("seller");
    const visitor = await someone("visitor");
    await visitor.open("/");
    const more = await Promise.all(Array.from({ length: 8 }, async () => visitor.context.newPage()));
    for (const page of more) {
      await page.goto("/");
      await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    }
    await seller.rest.list("New", 20);
    for (const page of [visitor.page, ...more]) {
      await expect(page.getByRole("link", { name: "Show 1 new ticket" })).toBeVisible();
    }
  });
});

test.describe("an open page when a reservation expires", { tag: "@with-scripts" }, () => {
  test.use({ hold: "12s" });

  test("stays and shows a message when offline", async ({ member, watch }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await buyer.open(`/orders/${order.id}`);
    watch.expectAny(/ERR_INTERNET_DISCONNECTED/);
    await buyer.context.setOffline(true);
    await expect(buyer.page.getByText(/^Connection lost\./)).toBeVisible({ timeout: 20_000 });
    await expect(buyer.heading("The one")).toBeVisible();
    await buyer.context.setOffline(false);
    await expect(buyer.page.getByText(/^Your reservation expired at/)).toBeVisible({ timeout: 20_000 });
    await expect(buyer.page.getByText(/^Connection lost\./)).toBeHidden();
  });
});
