import { holdRequests } from "../../support/interference";
import { type Person, expect, test } from "../../support/test";

const EMAIL_INVALID = "Enter an email address, like name@example.com";

/** The field is invalid, shows its error and is linked to it. */
async function expectFieldError(person: Person, label: string, message: string): Promise<void> {
  const field = person.field(label);
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(new RegExp(message));
  await expect(person.page.getByText(message)).toBeVisible();
}

test("a rejected sign-up shows an error per field and keeps the email, never the password", async ({
  someone,
}) => {
  const ada = await someone("ada");
  await ada.open("/auth/signup");
  await ada.field("Email").fill("ada at example");
  await ada.field("Password").fill("short");
  await ada.button("Sign up").click();
  await expectFieldError(ada, "Email", EMAIL_INVALID);
  await expectFieldError(ada, "Password", "Use between 8 and 128 characters");
  await expect(ada.field("Email")).toHaveValue("ada at example");
  expect(await ada.page.content()).not.toContain('value="short"');
  expect(ada.page.url()).not.toContain("short");

  await ada.fillAccount("Sign up");
  await ada.arrive("/");
});

test("form errors are gone after a new visit", async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/auth/signup");
  await ada.button("Sign up").click();
  await expectFieldError(ada, "Email", EMAIL_INVALID);
  await ada.open("/auth/signup");
  await expect(ada.field("Email")).not.toHaveAttribute("aria-invalid");
  await expect(ada.page.getByText(EMAIL_INVALID)).toHaveCount(0);
});

test("a rejected password is in no response", { tag: "@without-scripts" }, async ({ request }) => {
  const response = await request.post("/fn/auth/signup", {
    form: { email: "ada at example", password: "short" },
    headers: { accept: "text/html" },
    maxRedirects: 0,
  });
  expect(response.status()).toBe(303);
  const cookies = response.headersArray().filter(({ name }) => name.toLowerCase() === "set-cookie");
  const values = cookies.map(({ value }) => /=([^;]*)/.exec(value)?.[1] ?? "");
  const saved = values.map((value) => Buffer.from(value, "base64url").toString()).join();
  expect(saved, "the cookie has what was typed").toContain("ada at example");
  for (const text of [saved, ...values, await response.text(), JSON.stringify(response.headers())]) {
    expect(text).not.toContain("short");
  }
});

test("an email that has an account is rejected", async ({ member, someone }) => {
  await (await member("ada")).context.close();
  const other = await someone("ada");
  await other.open("/auth/signup");
  await other.field("Email").fill(other.email);
  await other.field("Password").fill("not the password of that account");
  await other.button("Sign up").click();
  await expect(other.page.getByRole("alert").filter({ hasText: "There is already an account with this email. Sign in instead." })).toBeVisible();
  await expect(other.field("Email")).toHaveValue(other.email);
});

test("a common password is rejected at its field", async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/auth/signup");
  await ada.field("Email").fill(ada.email);
  await ada.field("Password").fill("password");
  await ada.button("Sign up").click();
  await expectFieldError(ada, "Password", "This password is too easy to guess. Choose another.");
});

test("a form that a busy server refuses is sent again by itself", { tag: "@with-scripts" }, async ({ someone, watch }) => {
  const ada = await someone("ada");
  await ada.open("/auth/signup");
  const form = "/fn/auth/signup";
  const busy = { status: 503, contentType: "application/json", body: '"Busy"' };
  await ada.page.route(`**${form}`, (route) => route.fulfill(busy), { times: 1 });
  watch.expectStatus(503, form);
  await ada.fillAccount("Sign up");
  await expect(ada.page.getByRole("alert").filter({ hasText: "The site is busy. Trying again…" })).toBeVisible();
  await ada.arrive("/");
});

test("an unknown email and a wrong password get the same error", async ({ member, someone }) => {
  await (await member("ada")).context.close();
  for (const name of ["ada", "nobody"]) {
    const person = await someone(name);
    await person.open("/auth/signin");
    await person.field("Email").fill(person.email);
    await person.field("Password").fill("not the password");
    await person.button("Sign in").click();
    await expect(person.page.getByRole("alert").filter({ hasText: "Wrong email or password." })).toBeVisible();
    await expect(person.field("Email")).toHaveValue(person.email);
  }
});

test("a rejected ticket shows an error per field and keeps its input", async ({ member }) => {
  const ada = await member("ada");
  await ada.open("/tickets/new");
  await ada.field("Title").fill("   ");
  await ada.field("Price").fill("free");
  await ada.button("List ticket").click();
  await expectFieldError(ada, "Title", "Enter a title");
  await expectFieldError(ada, "Price", "Enter the price as a number, like 45 or 45.50");
  await expect(ada.field("Price")).toHaveValue("free");
  await ada.field("Title").fill("A concert");
  await ada.field("Price").fill("1.234");
  await ada.button("List ticket").click();
  await expectFieldError(ada, "Price", "Use at most two decimal places, like 45.50");
  await expect(ada.field("Title")).toHaveValue("A concert");
  await expect(ada.field("Title")).not.toHaveAttribute("aria-invalid");
  expect(await ada.rest.tickets()).toEqual([]);
});

test("a price with a decimal comma is accepted", async ({ member }) => {
  const ada = await member("ada");
  await ada.open("/tickets/new");
  await ada.field("Title").fill("A concert");
  await ada.field("Price").fill("12,50");
  await ada.button("List ticket").click();
  await expect(ada.heading("A concert")).toBeVisible();
  expect((await ada.rest.tickets())[0]).toMatchObject({ title: "A concert", price: 12.5 });
});

test("the page title starts with the error of a rejected form", { tag: "@without-scripts" }, async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/auth/signin");
  await expect(ada.page).toHaveTitle("Sign in · Ticketing");
  await ada.button("Sign in").click();
  await expect(ada.page).toHaveTitle("Error: Sign in · Ticketing");
});

test("fields are validated while typing after their first blur", { tag: "@with-scripts" }, async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/auth/signup");
  const posts: string[] = [];
  ada.page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await ada.field("Email").pressSequentially("ada@");
  await expect(ada.field("Email")).not.toHaveAttribute("aria-invalid");
  await ada.page.keyboard.press("Tab");
  await expectFieldError(ada, "Email", EMAIL_INVALID);
  await ada.field("Email").press("End");
  await ada.field("Email").pressSequentially("example.com");
  await expect(ada.field("Email")).not.toHaveAttribute("aria-invalid");
  await ada.field("Password").fill("short");
  await ada.button("Sign up").click();
  await expectFieldError(ada, "Password", "Use between 8 and 128 characters");
  await expect(ada.field("Password")).toBeFocused();
  expect(posts, "an invalid form is not sent").toEqual([]);
});

test("a price is formatted with two decimals on blur", { tag: "@with-scripts" }, async ({ member }) => {
  const ada = await member("ada");
  await ada.open("/tickets/new");
  const table = [
    ["20", "20.00"],
    ["4.5", "4.50"],
    ["0.29", "0.29"],
    ["12,50", "12.50"],
    ["$1,000.00", "1000.00"],
    ["1.234", "1.234"],
    ["x", "x"],
  ];
  for (const [typed, settled] of table) {
    await ada.field("Price").fill(typed ?? "");
    await ada.field("Price").blur();
    await expect(ada.field("Price")).toHaveValue(settled ?? "");
  }
});

test("a pressed button is disabled until the response arrives", { tag: "@with-scripts" }, async ({
  member,
}) => {
  const ada = await member("ada");
  await ada.open("/tickets/new");
  const held = await holdRequests(ada.page, "/fn/tickets/create");
  await ada.field("Title").fill("Only one");
  await ada.field("Price").fill("20");
  await ada.button("List ticket").dblclick();
  const pending = ada.page.getByRole("main").getByRole("button");
  await expect(pending).toHaveAttribute("aria-disabled", "true");
  await expect(pending).not.toHaveText("List ticket");
  await pending.click({ force: true });
  await ada.field("Title").press("Enter");
  expect(held.count).toBe(1);
  held.release();
  await ada.arrive(/^\/tickets\/[0-9a-f-]{36}$/);
  expect(held.count).toBe(1);
  expect(await ada.rest.tickets()).toHaveLength(1);
});

test("a network error is shown and the form can be sent again", { tag: "@with-scripts" }, async ({
  member,
  watch,
}) => {
  const ada = await member("ada");
  await ada.open("/tickets/new");
  await ada.field("Title").fill("A concert");
  await ada.field("Price").fill("20");
  watch.expectFailure("/fn/tickets/create");
  await ada.page.route("/fn/tickets/create", (route) => route.abort("connectionrefused"), { times: 1 });
  await ada.button("List ticket").click();
  await expect(ada.page.getByRole("alert").filter({ hasText: "We couldn't reach the site" })).toBeVisible();
  await expect(ada.field("Title")).toHaveValue("A concert");
  await ada.button("List ticket").click();
  await ada.arrive(/^\/tickets\/[0-9a-f-]{36}$/);
});
