import { expect, test } from "../../support/test";

test("a user signs up, signs out and signs in again", async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/");
  await expect(ada.heading("Tickets on sale")).toBeVisible();
  for (const name of ["Sell tickets", "My tickets", "My orders"]) await expect(ada.link(name)).toHaveCount(0);
  await ada.signUp();
  for (const name of ["Sign up", "Sign in"]) await expect(ada.link(name)).toHaveCount(0);
  for (const name of ["Sell tickets", "My tickets", "My orders"]) {
    await ada.navigate(name);
    await expect(ada.link(name)).toHaveAttribute("aria-current", "page");
  }
  await ada.signOut();
  await expect(ada.link("Sign in")).toBeVisible();
  await ada.signIn();
  await ada.signOut();
});

test("the sign-out page asks for confirmation", async ({ member }) => {
  const ada = await member("ada");
  await ada.open("/auth/signout");
  await expect(ada.page.getByRole("main")).toContainText(ada.email);
  expect(await ada.rest.currentUser()).not.toBeNull();
  await ada.inMain("button", "Sign out").click();
  await ada.arrive("/");
  expect(await ada.rest.currentUser()).toBeNull();
  await ada.open("/auth/signout");
  await ada.arrive("/");
});

test("signed-in users are redirected away from the sign-in and sign-up pages", async ({ member }) => {
  const ada = await member("ada");
  for (const page of ["/auth/signin", "/auth/signup"]) {
    await ada.open(page);
    await ada.arrive("/");
  }
  await ada.open("/auth/signin?next=/orders");
  await ada.arrive("/orders");
});

test("account pages redirect to sign-in and back", async ({ someone, member }) => {
  await (await member("ada")).context.close();
  for (const path of ["/tickets/new", "/tickets/mine", "/orders"]) {
    const ada = await someone("ada");
    await ada.open(path);
    await ada.arrive(`/auth/signin?next=${path}`);
    await ada.fillAccount("Sign in");
    await ada.arrive(path);
  }
});

test("signing out invalidates a copied session cookie", async ({ member, someone }) => {
  const ada = await member("ada");
  const thief = await someone("thief");
  await thief.context.addCookies(await ada.context.cookies());
  await thief.open("/orders");
  await expect(thief.heading("My orders")).toBeVisible();
  expect(await thief.rest.currentUser()).toMatchObject({ email: ada.email });
  await ada.open("/");
  await ada.signOut();
  expect(await thief.rest.currentUser()).toBeNull();
  await thief.open("/orders");
  await thief.arrive("/auth/signin?next=/orders");
});

test("the session cookie is HttpOnly and SameSite", async ({ member }) => {
  const ada = await member("ada");
  const cookies = await ada.context.cookies();
  expect(cookies.map(({ name }) => name)).toEqual(["ticketing-session"]);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
});

// Browsers drop the tab, which leaves two slashes, and take a backslash for a slash.
const ELSEWHERE = ["//evil.example", "https://evil.example", "/%09/evil.example", "/\\evil.example", "/%5Cevil.example"];

test("the next parameter never redirects to another site after signing in", async ({ member, server }) => {
  const ada = await member("ada");
  for (const next of ELSEWHERE) {
    await ada.context.clearCookies();
    await ada.page.goto(`/auth/signin?next=${next}`);
    await ada.ready();
    await ada.fillAccount("Sign in");
    await expect(ada.button("Sign out"), next).toBeVisible();
    expect(ada.page.url(), next).toBe(`${server.url}/`);
  }
});

test("the next parameter never redirects to another site after signing up", async ({ someone, server }) => {
  for (const [index, next] of ELSEWHERE.entries()) {
    const ada = await someone(`ada${index}`);
    await ada.page.goto(`/auth/signup?next=${next}`);
    await ada.ready();
    await ada.fillAccount("Sign up");
    await expect(ada.button("Sign out"), next).toBeVisible();
    expect(ada.page.url(), next).toBe(`${server.url}/`);
  }
});
