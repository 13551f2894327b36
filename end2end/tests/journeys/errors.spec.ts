import { expect, test } from "../../support/test";

const INSIDE = /sql|column|table|zzz|panick|thread|\.rs\b/i;

test("error pages reveal no internals", async ({ member, server, watch }) => {
  const ada = await member("ada");
  const { id } = await ada.rest.list("A concert", 20);
  const order = await (await member("buyer")).rest.reserve({ id });
  await server.stop();
  await server.corrupt("orders", "seller_id");
  await server.corrupt("orders", "buyer_id");
  await server.restart();
  for (const path of ["/orders", "/sales", `/orders/${order.id}`]) {
    watch.expectStatus(500, path);
    const response = await ada.open(path);
    expect(response.status(), path).toBe(500);
    await expect(ada.heading("Something went wrong")).toBeVisible();
    expect(await response.text()).not.toMatch(INSIDE);
    // The user is still signed in, and the navigation works.
    await expect(ada.button("Sign out")).toBeVisible();
  }
});

test("a form that fails shows an error and keeps its input", async ({
  member,
  server,
  watch,
  javaScriptEnabled,
}) => {
  const ada = await member("ada");
  await server.stop();
  // Listing a ticket keeps its reply.
  await server.corrupt("tickets", "kept_at_age");
  await server.restart();
  await ada.open("/tickets/new");
  if (javaScriptEnabled) watch.expectStatus(500, "/fn/tickets/create");
  await ada.field("Title").fill("A concert");
  await ada.field("Price").fill("20");
  await ada.button("List ticket").click();
  await expect(ada.page.getByRole("alert").filter({ hasText: "Something went wrong" })).toBeVisible();
  await ada.ready();
  await expect(ada.field("Title")).toHaveValue("A concert");
  await expect(ada.field("Price")).toHaveValue(/^20(\.00)?$/);
  await expect(ada.button("List ticket")).toBeEnabled();
  expect(await ada.page.content()).not.toMatch(INSIDE);
});
