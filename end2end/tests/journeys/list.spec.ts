import { type Person, expect, test } from "../../support/test";

/** The titles in the list at hand, in its order. */
async function titles({ page }: Person): Promise<string[]> {
  return page.getByRole("main").getByRole("heading", { level: 2 }).allTextContents();
}

test("an empty marketplace invites to sell", async ({ someone }) => {
  const visitor = await someone("visitor");
  await visitor.open("/");
  await expect(visitor.page.getByText("No tickets on sale right now.")).toBeVisible();
  await visitor.link("Sell a ticket").click();
  await visitor.arrive("/auth/signin?next=/tickets/new");
});

test("empty account lists say what to do", async ({ member }) => {
  const ada = await member("ada");
  await ada.open("/tickets/mine");
  await expect(ada.page.getByText("You haven't listed any tickets yet.")).toBeVisible();
  await expect(ada.link("Sell a ticket")).toHaveAttribute("href", "/tickets/new");
  await ada.open("/orders");
  await expect(ada.page.getByText("You haven't ordered any tickets yet.")).toBeVisible();
  await expect(ada.link("See the tickets on sale")).toHaveAttribute("href", "/");
});

test("the list is searched by title", async ({ member }) => {
  const ada = await member("ada");
  for (const title of ["Opera: Giselle", "Rock & Roll 100%", "Chess"]) await ada.rest.list(title, 20);
  await ada.open("/");
  await ada.field("Search events").fill("gISELLE");
  await ada.button("Search").click();
  await ada.arrive(/^\/\?q=gISELLE/);
  expect(await titles(ada)).toEqual(["Opera: Giselle"]);
  await expect(ada.field("Search events")).toHaveValue("gISELLE");
  await ada.field("Search events").fill("& Roll 100%");
  await ada.page.keyboard.press("Enter");
  await ada.arrive(/^\/\?q=%26/);
  expect(await titles(ada)).toEqual(["Rock & Roll 100%"]);
  // These are wildcards in SQL, and literal characters in a title.
  for (const text of ["_", "%_", "*"]) {
    await ada.open(`/?q=${encodeURIComponent(text)}`);
    await expect(ada.page.getByText(/^No tickets found for/)).toContainText(text);
  }
  await ada.link("Show all tickets").click();
  await ada.arrive("/");
  expect(await titles(ada)).toHaveLength(3);
});

test("the list is sorted by age and by price", async ({ member }) => {
  const ada = await member("ada");
  for (const [title, price] of [["a", 30], ["b", 9.5], ["c", 200]] as const) await ada.rest.list(title, price);
  await ada.open("/");
  for (const [order, expected] of [
    ["Oldest", "abc"],
    ["Newest", "cba"],
    ["Lowest price", "bac"],
    ["Highest price", "cab"],
  ] as const) {
    await ada.field("Sort by").selectOption(order);
    await ada.button("Search").click();
    await expect(ada.page.locator("#sort option:checked")).toHaveText(order);
    await ada.ready();
    await expect.poll(async () => (await titles(ada)).join("")).toBe(expected);
  }
});

test("a long list is paginated, each ticket on exactly one page", async ({ member }) => {
  const ada = await member("ada");
  const all = Array.from({ length: 50 }, (_, index) => `Ticket ${index + 1}`);
  // Equal prices, so that the order among them must come from somewhere else.
  for (const title of all) await ada.rest.list(title, 20);
  for (const sort of ["oldest", "price-lowest"]) {
    await ada.open(`/?sort=${sort}`);
    await expect(ada.page.getByText("50 tickets", { exact: true })).toBeVisible();
    const seen = await titles(ada);
    while (await ada.link("Next page").count()) {
      const before = ada.page.url();
      await ada.link("Next page").click();
      await expect(ada.page).not.toHaveURL(before);
      await ada.ready();
      seen.push(...(await titles(ada)));
    }
    expect(seen.toSorted()).toEqual(all.toSorted());
    if (sort === "oldest") expect(seen).toEqual(all);
    await ada.link("First page").click();
    await expect(ada.link("First page")).toHaveCount(0);
    await ada.ready();
  }
});

test("invalid query parameters are ignored", async ({ member }) => {
  const ada = await member("ada");
  await ada.rest.list("A concert", 20);
  for (const query of ["after=x", "sort=random", "q=%20%20", "q=a%00b&sort=%20", "page=-1&after=&sort="]) {
    const response = await ada.open(`/?${query}`);
    expect(response.status(), query).toBe(200);
    await expect(ada.heading("Tickets on sale")).toBeVisible();
  }
});

test("unknown addresses get the 404 page", async ({
  someone,
  watch,
}) => {
  const visitor = await someone("visitor");
  const unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
  for (const path of ["/nowhere", "/tickets/x", `/tickets/${unknown}`, "/fonts/none.woff2"]) {
    watch.expectStatus(404, path);
    const response = await visitor.open(path);
    expect(response.status(), path).toBe(404);
    await expect(visitor.heading("Page not found")).toBeVisible();
    await expect(visitor.page).toHaveTitle("Page not found · Ticketing");
  }
  await visitor.link("See the tickets on sale").click();
  await visitor.arrive("/");
});
