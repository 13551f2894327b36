import { expect, test } from "../../support/test";

test("a visitor who buys signs in and returns to the ticket", async ({ member, someone }) => {
  const seller = await member("seller");
  await (await member("buyer")).context.close();
  await seller.rest.list("Another", 10);
  const { id } = await seller.rest.list("The one", 20);
  const buyer = await someone("buyer");
  await buyer.open(`/tickets/${id}`);
  await buyer.button("Buy ticket").click();
  await buyer.arrive(`/auth/signin?next=/tickets/${id}`);
  await expect(buyer.page.getByText("Sign in to continue.")).toBeVisible();
  await buyer.fillAccount("Sign in");
  await buyer.arrive(`/tickets/${id}`);
  await expect(buyer.heading("The one")).toBeVisible();
  await buyer.purchase();
  await expect(buyer.heading("The one")).toBeVisible();
});

test("a visitor who buys signs up and returns to the ticket", async ({ member, someone }) => {
  const seller = await member("seller");
  const { id } = await seller.rest.list("The one", 20);
  const buyer = await someone("buyer");
  await buyer.open(`/tickets/${id}`);
  await buyer.button("Buy ticket").click();
  await buyer.arrive(`/auth/signin?next=/tickets/${id}`);
  await buyer.inMain("link", "Sign up").click();
  await buyer.arrive(`/auth/signup?next=/tickets/${id}`);
  await buyer.fillAccount("Sign up");
  await buyer.arrive(`/tickets/${id}`);
  await buyer.purchase();
});

test("a failed sign-in keeps the return path", async ({ member, someone }) => {
  const seller = await member("seller");
  await (await member("buyer")).context.close();
  const { id } = await seller.rest.list("The one", 20);
  const buyer = await someone("buyer");
  await buyer.open(`/tickets/${id}`);
  await buyer.button("Buy ticket").click();
  await buyer.arrive(`/auth/signin?next=/tickets/${id}`);
  await buyer.field("Email").fill(buyer.email);
  await buyer.field("Password").fill("the wrong password");
  await buyer.button("Sign in").click();
  await expect(buyer.page.getByText("Wrong email or password.")).toBeVisible();
  await buyer.fillAccount("Sign in");
  await buyer.arrive(`/tickets/${id}`);
});

test("visitors do not see who reserved or sells a ticket", async ({ member, someone }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const ticket = await seller.rest.list("The one", 20);
  const visitor = await someone("visitor");
  await visitor.open("/");
  await expect(visitor.row("The one")).toBeVisible();
  await buyer.rest.reserve(ticket);
  await visitor.open(`/tickets/${ticket.id}`);
  await expect(visitor.page.getByText(/^Reserved until/)).toBeVisible();
  const html = await visitor.page.content();
  for (const { email } of [seller, buyer]) expect(html).not.toContain(email);
});
