import { type Person, expect, test } from "../../support/test";

/** The titles on all pages of a list, and the size of each page. */
async function pages(person: Person, path: string): Promise<{ titles: string[]; sizes: number[] }> {
  const [titles, sizes]: [string[], number[]] = [[], []];
  await person.open(path);
  for (;;) {
    const shown = await person.page.getByRole("main").getByRole("heading", { level: 2 }).allTextContents();
    titles.push(...shown);
    sizes.push(shown.length);
    if (!(await person.link("Next page").count())) return { titles, sizes };
    const before = person.page.url();
    await person.link("Next page").click();
    await expect(person.page).not.toHaveURL(before);
    await person.ready();
  }
}

const NEWEST_FIRST = Array.from({ length: 27 }, (_, index) => `Ticket ${27 - index}`);

test("my tickets are paginated, newest first", async ({ member }) => {
  const seller = await member("seller");
  for (const title of NEWEST_FIRST.toReversed()) await seller.rest.list(title, 20);
  const { titles, sizes } = await pages(seller, "/tickets/mine");
  expect(titles).toEqual(NEWEST_FIRST);
  expect(sizes).toEqual([24, 3]);
  await seller.link("First page").click();
  await seller.arrive("/tickets/mine");
  await expect(seller.link("First page")).toHaveCount(0);
});

test.describe("a buyer of many tickets", () => {
  test.use({ settings: ["--holds-per-buyer", "0"] });

  test("orders and sales are paginated, and sales show total earnings", async ({ member }) => {
    const [seller, buyer] = [await member("seller"), await member("buyer")];
    for (const title of NEWEST_FIRST.toReversed()) await buyer.rest.buy(await seller.rest.list(title, 20));
    for (const [person, path] of [
      [buyer, "/orders"],
      [seller, "/sales"],
    ] as const) {
      const { titles, sizes } = await pages(person, path);
      expect(titles).toEqual(NEWEST_FIRST);
      expect(sizes).toEqual([24, 3]);
    }
    await expect(seller.page.getByText("27 tickets sold · $540.00")).toBeVisible();
  });
});

test("pages past the end link back to the first page", async ({ member }) => {
  const ada = await member("ada");
  await ada.rest.list("A concert", 20);
  const first = "00000000-0000-7000-8000-000000000000";
  for (const [path, after] of [
    ["/tickets/mine", first],
    ["/orders", first],
    ["/sales", `0.${first}`],
  ] as const) {
    await ada.open(`${path}?after=${after}`);
    await expect(ada.page.getByText("No more items.")).toBeVisible();
    await ada.link("First page").click();
    await ada.arrive(path);
    // A malformed parameter counts as absent.
    const response = await ada.open(`${path}?after=x%00`);
    expect(response.status()).toBe(200);
    await expect(ada.link("First page")).toHaveCount(0);
  }
});
