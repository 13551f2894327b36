import { expect, test } from "../../support/test";

test("sellers edit their own tickets", async ({ member }) => {
  const seller = await member("seller");
  const { id } = await seller.rest.list("Gisele", 20);
  await seller.open(`/tickets/${id}`);
  await seller.link("Edit").click();
  await seller.arrive(`/tickets/${id}/edit`);
  await expect(seller.field("Title")).toHaveValue("Gisele");
  await expect(seller.field("Price")).toHaveValue("20.00");
  await seller.field("Title").fill("Giselle");
  await seller.field("Price").fill("89");
  await seller.button("Save changes").click();
  await seller.arrive(`/tickets/${id}`);
  await expect(seller.page.getByRole("status").filter({ hasText: "Your changes have been saved." })).toBeVisible();
  await expect(seller.heading("Giselle")).toBeVisible();
  await expect(seller.page.getByText("$89.00")).toBeVisible();
  await seller.open(`/tickets/${id}`);
  await expect(seller.page.getByText("Your changes have been saved.")).toHaveCount(0);
});

test("a rejected edit shows the error and keeps its input", async ({ member }) => {
  const seller = await member("seller");
  const { id } = await seller.rest.list("Giselle", 20);
  await seller.open(`/tickets/${id}/edit`);
  await seller.field("Title").fill("Giselle, second balcony");
  await seller.field("Price").fill("0");
  await seller.button("Save changes").click();
  await expect(seller.field("Price")).toHaveAccessibleDescription(/The lowest price is \$0\.01/);
  await expect(seller.field("Title")).toHaveValue("Giselle, second balcony");
  expect((await seller.rest.tickets())[0]).toMatchObject({ title: "Giselle", price: 20, version: 0 });
});

test("a reserved ticket cannot be edited", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const ticket = await seller.rest.list("Giselle", 20);
  await seller.open(`/tickets/${ticket.id}/edit`);
  await buyer.rest.reserve(ticket);
  // The page was opened while the ticket was free.
  await seller.field("Price").fill("999");
  await seller.button("Save changes").click();
  const reasons = seller.page.getByText(/Someone has reserved or bought this ticket|You can't edit this ticket/);
  await expect(reasons.first()).toBeVisible();
  await seller.open(`/tickets/${ticket.id}`);
  await expect(seller.page.getByText("If it isn't bought by then, you can edit it again.")).toBeVisible();
  await expect(seller.link("Edit")).toHaveCount(0);
  await seller.open(`/tickets/${ticket.id}/edit`);
  await expect(seller.heading("You can't edit this ticket")).toBeVisible();
  await expect(seller.page.getByRole("main").getByRole("textbox")).toHaveCount(0);
  await expect(seller.page.getByText("$20.00")).toHaveCount(0);
  await seller.link("Back to the ticket").click();
  await expect(seller.page.getByText("$20.00")).toBeVisible();
});

test("other sellers' tickets cannot be edited", async ({ member, watch }) => {
  const [seller, other] = [await member("seller"), await member("other")];
  const { id } = await seller.rest.list("Giselle", 20);
  watch.expectStatus(404, `/tickets/${id}/edit`);
  const response = await other.open(`/tickets/${id}/edit`);
  expect(response.status()).toBe(404);
  await expect(other.heading("Page not found")).toBeVisible();
  await other.open(`/tickets/${id}`);
  await expect(other.link("Edit")).toHaveCount(0);
});

test("sellers see the state of each of their tickets", async ({ member }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  await seller.rest.list("Free", 10);
  await buyer.rest.reserve(await seller.rest.list("Held", 20));
  await buyer.rest.list("Of somebody else", 30);
  await seller.open("/tickets/mine");
  await expect(seller.row("Free")).toContainText("On sale");
  await expect(seller.row("Held")).toContainText(/Reserved until \d\d:\d\d/);
  await expect(seller.row("Of somebody else")).toHaveCount(0);
});

test("titles are escaped everywhere", async ({ member, someone }) => {
  const titles = [
    `<script>document.title = "taken over"</script>`,
    `</title><meta http-equiv="refresh" content="0;url=https://evil.example"><script>alert(1)</script>`,
    `</textarea></form><form action="/fn/auth/signout"><base href="//evil.example">`,
    `<img src=x onerror="console.error('taken over')"> & <b>bold</b>`,
    `'; DROP TABLE tickets; --`,
    `"><svg onload=alert(1)>`,
    `{{7*7}} \${7*7} &lt;i&gt; &amp;`,
    "コンサート 🎟 عربى",
  ];
  const seller = await member("seller");
  const visitor = await someone("visitor");
  const paths: string[] = [];
  await seller.open("/");
  for (const title of titles) paths.push(await seller.listTicket(title, "20"));
  for (const page of ["/tickets/mine", "/"]) {
    await seller.open(page);
    for (const title of titles) await expect(seller.link(title)).toBeVisible();
  }
  for (const [index, title] of titles.entries()) {
    await visitor.open(paths[index] ?? "");
    await expect(visitor.heading(title)).toBeVisible();
    await expect(visitor.page).toHaveTitle(`${title} · Ticketing`);
  }
  await seller.open(`${paths[0]}/edit`);
  await expect(seller.field("Title")).toHaveValue(titles[0] ?? "");
  await seller.open(`/?q=${encodeURIComponent("'; DROP")}`);
  await expect(seller.page.getByRole("main").getByRole("listitem")).toHaveCount(1);
});
