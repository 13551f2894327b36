import { isFocusVisible, tabTo } from "../../support/keyboard";
import { ORDER, TICKET, expect, test } from "../../support/test";

test("the first tab stop skips to the content", async ({ someone }) => {
  const visitor = await someone("visitor");
  await visitor.open("/");
  const skip = visitor.link("Skip to content");
  await tabTo(visitor.page, skip);
  await expect(skip).toBeInViewport();
  await visitor.page.keyboard.press("Enter");
  await expect(visitor.page).toHaveURL(/#main$/);
  // The next stop is in the content, after the page header.
  await tabTo(visitor.page, visitor.field("Search events"));
});

test("the whole journey works by keyboard with visible focus", async ({ member, someone }) => {
  test.slow();
  const seller = await member("seller");
  await seller.rest.list("The one", 20);
  const buyer = await someone("buyer");
  const { page } = buyer;
  const press = async (wanted: ReturnType<typeof buyer.link>) => {
    await tabTo(page, wanted);
    await page.keyboard.press("Enter");
  };

  await buyer.open("/");
  await press(buyer.page.getByRole("banner").getByRole("link", { name: "Sign up" }));
  await buyer.arrive("/auth/signup");
  // The page opens with the cursor where one types first.
  await expect(buyer.field("Email")).toBeFocused();
  await page.keyboard.type(buyer.email);
  await tabTo(page, buyer.field("Password"));
  await page.keyboard.type(buyer.password);
  await page.keyboard.press("Enter");
  await buyer.arrive("/");

  await press(buyer.link("The one"));
  await buyer.arrive(TICKET);
  await press(buyer.button("Buy ticket"));
  await buyer.arrive(ORDER);
  await tabTo(page, buyer.button("Cancel order"));
  await page.keyboard.press("Space");
  await expect(page.getByText("You cancelled this order.")).toBeVisible();
  await buyer.ready();

  await press(buyer.link("Sell tickets"));
  await buyer.arrive("/tickets/new");
  await tabTo(page, buyer.field("Title"));
  await page.keyboard.type("Chess");
  await tabTo(page, buyer.field("Price"));
  await page.keyboard.type("25");
  await press(buyer.button("List ticket"));
  await buyer.arrive(TICKET);
  await press(buyer.link("Edit"));
  await buyer.arrive(/\/edit$/);
  await tabTo(page, buyer.field("Price"));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("26");
  await press(buyer.button("Save changes"));
  await buyer.arrive(TICKET);
  await expect(page.getByText("$26.00")).toBeVisible();
  await press(buyer.button("Sign out"));
  await expect(page.getByText("You've been signed out.")).toBeVisible();
});

test("focus moves to the first invalid field", async ({ member }) => {
  const ada = await member("ada");
  await ada.open("/tickets/new");
  await ada.field("Title").fill("A concert");
  await ada.field("Price").fill("free");
  await ada.button("List ticket").click();
  await expect(ada.field("Price")).toHaveAttribute("aria-invalid", "true");
  await expect(ada.field("Price")).toBeFocused();
  expect(await isFocusVisible(ada.page)).toBe(true);
});
