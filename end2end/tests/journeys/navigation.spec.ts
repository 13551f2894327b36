import { type Person, expect, test } from "../../support/test";

/** Records the requests other than GET; each call returns and clears them. */
function recordPosts({ page }: Person): () => string[] {
  const paths: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") paths.push(new URL(request.url()).pathname);
  });
  return () => paths.splice(0);
}

test("going back or reloading never sends a form again", async ({ someone, member }) => {
  const seller = await member("seller");
  const { id } = await seller.rest.list("Giselle", 20);
  const ada = await someone("ada");
  const posts = recordPosts(ada);

  await ada.signUp();
  expect(posts()).toEqual(["/fn/auth/signup"]);
  await ada.page.reload();
  await ada.ready();
  // Signed-in users have no use for the form and are redirected.
  await ada.page.goBack();
  await ada.arrive("/");
  await expect(ada.button("Sign out")).toBeVisible();

  const ticket = await ada.listTicket("Chess", "25");
  expect(posts()).toEqual(["/fn/tickets/create"]);
  await ada.page.reload();
  await ada.ready();
  await expect(ada.heading("Chess")).toBeVisible();
  await ada.page.goBack();
  await ada.arrive("/tickets/new");
  await ada.page.goForward();
  await ada.arrive(ticket);

  await ada.open(`${ticket}/edit`);
  await ada.field("Price").fill("26");
  await ada.button("Save changes").click();
  await ada.arrive(ticket);
  expect(posts()).toEqual(["/fn/tickets/edit"]);
  await ada.page.goBack();
  await ada.arrive(`${ticket}/edit`);
  await expect(ada.field("Price")).toHaveValue("26.00");

  await ada.open(`/tickets/${id}`);
  const order = await ada.purchase();
  expect(posts()).toEqual(["/fn/orders/reserve"]);
  await ada.page.reload();
  await ada.ready();
  await ada.page.goBack();
  await ada.arrive(`/tickets/${id}`);
  await expect(ada.link("Go to your order")).toBeVisible();
  await ada.page.goForward();
  await ada.arrive(order);

  await ada.button("Cancel order").click();
  await expect(ada.page.getByText("You cancelled this order.")).toBeVisible();
  await ada.ready();
  expect(posts()).toEqual(["/fn/orders/cancel"]);
  await ada.page.reload();
  await ada.ready();
  await ada.page.goBack();
  await ada.ready();
  await expect(ada.button("Cancel order")).toHaveCount(0);

  await ada.open("/");
  await ada.signOut();
  expect(posts()).toEqual(["/fn/auth/signout"]);
  await ada.page.goBack();
  await ada.ready();
  await expect(ada.button("Sign out")).toHaveCount(0);
  expect(posts()).toEqual([]);
  expect(await seller.rest.tickets()).toHaveLength(2);
});

test("going back to a rejected form does not send it again", async ({ someone }) => {
  const ada = await someone("ada");
  const posts = recordPosts(ada);
  await ada.open("/");
  await ada.navigate("Sign in");
  await ada.field("Email").fill(ada.email);
  await ada.field("Password").fill("not the password");
  await ada.button("Sign in").click();
  await expect(ada.page.getByText("Wrong email or password.")).toBeVisible();
  await ada.ready();
  expect(posts()).toEqual(["/fn/auth/signin"]);
  await ada.page.reload();
  await ada.ready();
  await expect(ada.page.getByText("Wrong email or password.")).toHaveCount(0);
  await ada.page.goBack();
  await ada.ready();
  expect(posts()).toEqual([]);
});

test("account pages are not shown from history after signing out", async ({ member }) => {
  const ada = await member("ada");
  await ada.rest.list("My secret ticket", 20);
  await ada.open("/tickets/mine");
  await expect(ada.row("My secret ticket")).toBeVisible();
  await ada.signOut();
  await ada.page.goBack();
  await ada.arrive("/auth/signin?next=/tickets/mine");
  await expect(ada.page.getByText("My secret ticket")).toHaveCount(0);
});

test("coming back to a page keeps input that was not sent", { tag: "@with-scripts" }, async ({ member }) => {
  const seller = await member("seller");
  await seller.open("/tickets/new");
  const isSamePage = seller.page.locator("body[data-same-page]");
  // As from the browser's memory, which is off under test.
  const comeBack = async () => {
    await seller.page.evaluate(() => document.body.setAttribute("data-same-page", ""));
    const asked = seller.page.waitForResponse((response) => new URL(response.url()).pathname === "/tickets/new");
    await seller.page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await asked;
    await seller.ready();
  };
  await comeBack();
  await expect(isSamePage).toHaveCount(0);
  await seller.field("Title").fill("Half a title");
  await comeBack();
  await expect(isSamePage).toBeAttached();
  await expect(seller.field("Title")).toHaveValue("Half a title");
  // A form that has left the page goes.
  await seller.context.clearCookies();
  await seller.page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await seller.arrive("/auth/signin?next=/tickets/new");
});

test("a transition that the browser skips is not an error", { tag: "@with-scripts" }, async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/");
  await ada.page.evaluate(() => document.startViewTransition(() => {}).skipTransition());
  await ada.page.reload();
  await ada.ready();
});
