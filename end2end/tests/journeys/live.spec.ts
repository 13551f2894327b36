import { expect, test } from "../../support/test";
import { WASM, holdRequests, isLiveFeed, translate, withoutSharedWorker } from "../../support/interference";

// Live updates need scripts.
test.describe("open pages update by themselves", { tag: "@with-scripts" }, () => {
  test("the list marks a ticket as reserved and as available again", async ({ member, someone }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const [held, free] = [await seller.rest.list("Held", 20), await seller.rest.list("Free", 30)];
    const visitor = await someone("visitor");
    await visitor.open("/");
    const [heldRow, freeRow] = [visitor.row(held.title), visitor.row(free.title)];
    for (const row of [heldRow, freeRow]) await expect(row.getByText("Available")).toBeVisible();
    const order = await buyer.rest.reserve(held);
    await expect(heldRow.getByText("Reserved")).toBeVisible();
    await expect(heldRow.getByText("Available")).toBeHidden();
    await expect(freeRow.getByText("Available")).toBeVisible();
    await expect(visitor.page.getByText("Held was just reserved.")).toBeAttached();
    await buyer.rest.cancel(order);
    await expect(heldRow.getByText("Available")).toBeVisible();
    await expect(heldRow.getByText("Reserved")).toBeHidden();
    await expect(visitor.page.getByText("Held is available again.")).toBeAttached();
  });

  test("the list offers to show new tickets", async ({ member, someone }) => {
    const seller = await member("seller");
    const visitor = await someone("visitor");
    await visitor.open("/");
    await expect(visitor.page.getByText("No tickets on sale right now.")).toBeVisible();
    await seller.rest.list("New", 20);
    await visitor.link("Show 1 new ticket").click();
    await expect(visitor.row("New")).toBeVisible();
  });

  test("the ticket page shows a reservation and its end", async ({ member, someone }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const ticket = await seller.rest.list("The one", 20);
    const visitor = await someone("visitor");
    await visitor.open(`/tickets/${ticket.id}`);
    await expect(visitor.button("Buy ticket")).toBeVisible();
    const order = await buyer.rest.reserve(ticket);
    await expect(visitor.page.getByText(/^Reserved until/)).toBeVisible();
    await expect(visitor.button("Buy ticket")).toHaveCount(0);
    await buyer.rest.cancel(order);
    await expect(visitor.button("Buy ticket")).toBeVisible();
  });

  test("the order page follows what its buyer does elsewhere", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    await buyer.open(`/orders/${order.id}`);
    await expect(buyer.button("Cancel order")).toBeVisible();
    await buyer.rest.cancel(order);
    await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
  });

  test("order events are sent to their buyer only", async ({ member, someone }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const ticket = await seller.rest.list("The one", 20);
    const visitor = await someone("visitor");
    await visitor.open("/");
    const events = visitor.page.evaluate(
      (id) =>
        new Promise<string[]>((resolve) => {
          const received: string[] = [];
          const feed = new EventSource("/live");
          for (const kind of ["listed", "ticket", "order"]) {
            feed.addEventListener(kind, ({ data }) => {
              received.push(`${kind} ${data}`);
              if (kind === "ticket" && data.includes(id) && data.includes("true")) resolve(received);
            });
          }
          feed.onopen = () => document.documentElement.setAttribute("data-subscribed", "");
        }),
      ticket.id,
    );
    await visitor.page.locator("html[data-subscribed]").waitFor();
    const order = await buyer.rest.reserve(ticket);
    await buyer.rest.cancel(order);
    const received = (await events).join("\n");
    expect(received).toContain(ticket.id);
    expect(received).not.toContain(order.id);
  });

  test("a page catches up after the server was gone", async ({ member, someone, server, watch }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const ticket = await seller.rest.list("The one", 20);
    const visitor = await someone("visitor");
    await withoutSharedWorker(visitor.page);
    await visitor.open(`/tickets/${ticket.id}`);
    await expect(visitor.button("Buy ticket")).toBeVisible();
    // It is disconnected during the change, and must catch up afterwards.
    watch.expectFailure("/live");
    await visitor.page.route(isLiveFeed, (route) => route.abort("connectionrefused"));
    const lost = visitor.page.waitForEvent("requestfailed", (request) => isLiveFeed(new URL(request.url())));
    await server.stop();
    await server.restart();
    await buyer.rest.reserve(ticket);
    await lost;
    await visitor.page.unroute(isLiveFeed);
    await expect(visitor.page.getByText(/^Reserved until/)).toBeVisible({ timeout: 20_000 });
  });
});

test.describe("where scripts fail", { tag: "@with-scripts" }, () => {
  for (const file of [".wasm", ".js"]) {
    test(`the whole journey works without the ${file} file`, async ({ someone, member, watch }) => {
      const seller = await member("seller");
      const { id } = await seller.rest.list("The one", 20);
      const buyer = await someone("buyer");
      const files = new RegExp(`^/pkg/.*\\${file}$`);
      watch.expectFailure(files);
      // Browsers report it in different ways.
      watch.expectAny(/^(console|exception): .*(Failed to fetch|import|NetworkError|preload)/);
      await buyer.page.route(({ pathname }) => files.test(pathname), (route) => route.abort());
      await buyer.page.goto(`/tickets/${id}`);
      await buyer.button("Buy ticket").click();
      await expect(buyer.heading("Sign in")).toBeVisible();
      await buyer.inMain("link", "Sign up").click();
      await buyer.fillAccount("Sign up");
      await expect(buyer.heading("The one")).toBeVisible();
      await buyer.button("Buy ticket").click();
      await expect(buyer.page.getByText(/^Reserved for you until/)).toBeVisible();
      await buyer.button("Cancel order").click();
      await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
    });
  }

  test("input typed before hydration is kept", async ({ someone }) => {
    const ada = await someone("ada");
    const wasm = await holdRequests(ada.page, WASM);
    await ada.page.goto("/auth/signup", { waitUntil: "domcontentloaded" });
    await ada.field("Email").fill(ada.email);
    await ada.field("Password").fill("short");
    wasm.release();
    await ada.ready();
    await expect(ada.field("Email")).toHaveValue(ada.email);
    await ada.button("Sign up").click();
    await expect(ada.page.getByText("Use between 8 and 128 characters")).toBeVisible();
    await expect(ada.field("Email")).not.toHaveAttribute("aria-invalid");
    await ada.field("Password").fill(ada.password);
    await ada.button("Sign up").click();
    await ada.arrive("/");
  });

  test("forms work under a translator that was faster than the scripts", async ({ someone, watch }) => {
    const ada = await someone("ada");
    watch.expectAny(/^(console|exception): [^]*unreachable/);
    const wasm = await holdRequests(ada.page, WASM);
    await ada.page.goto("/auth/signup", { waitUntil: "domcontentloaded" });
    await ada.field("Email").fill(ada.email);
    await translate(ada.page);
    wasm.release();
    await ada.page.locator("html[data-unhydrated]").waitFor({ state: "attached" });
    await expect(ada.page.locator("[name=email]")).toHaveValue(ada.email);
    await ada.page.locator("[name=password]").fill(ada.password);
    await ada.page.locator("main button").click();
    await ada.arrive("/");
    await expect(ada.button("Sign out")).toBeVisible();
  });

  test("changes are shown under a translator that was faster than the scripts", async ({ member, watch }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    watch.expectAny(/^(console|exception): [^]*unreachable/);
    const wasm = await holdRequests(buyer.page, WASM);
    await buyer.page.goto(`/orders/${order.id}`, { waitUntil: "domcontentloaded" });
    await translate(buyer.page);
    wasm.release();
    await buyer.page.locator("html[data-unhydrated]").waitFor({ state: "attached" });
    await expect(buyer.page.locator(".countdown")).toBeHidden();
    await buyer.rest.cancel(order);
    await expect(buyer.page.getByText("You cancelled this order.")).toBeVisible();
  });

  test("forms work after a panic, and keep their input", async ({ someone, watch }) => {
    const ada = await someone("ada");
    watch.expectAny(/^(console|exception): [^]*unreachable/);
    await ada.open("/auth/signup");
    await ada.field("Email").fill(ada.email);
    await ada.field("Password").fill(ada.password);
    await ada.page.evaluate(() => reportError(new WebAssembly.RuntimeError("unreachable")));
    await ada.page.locator("html[data-unhydrated]").waitFor({ state: "attached" });
    await expect(ada.field("Email")).toHaveValue(ada.email);
    await expect(ada.field("Password")).toBeFocused();
    const posted = ada.page.waitForRequest((request) => request.method() === "POST");
    await ada.button("Sign up").click();
    expect((await posted).isNavigationRequest()).toBe(true);
    await ada.arrive("/");
  });
});
