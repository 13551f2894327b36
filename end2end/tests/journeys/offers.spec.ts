import { expect, test } from "../../support/test";
import { isLiveFeed, withoutSharedWorker } from "../../support/interference";

test("the buy button reserves only the offer that its page shows", async ({ member, watch }) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const { id } = await seller.rest.list("Giselle", 10);
  // The page is not updated: the live feed is cut off before the ticket changes.
  watch.expectAny(/\/live/);
  await withoutSharedWorker(buyer.page);
  await buyer.page.route(isLiveFeed, (route) => route.abort());
  await buyer.open(`/tickets/${id}`);
  await seller.rest.edit(id, "Giselle", 900);

  await buyer.button("Buy ticket").click();
  await expect(buyer.page.getByRole("alert").filter({ hasText: "The seller has changed this ticket" })).toBeVisible();
  await buyer.arrive(`/tickets/${id}`);
  await expect(buyer.page.getByText("$900.00")).toBeVisible();

  await buyer.purchase();
  await expect(buyer.page.getByText("$900.00").first()).toBeVisible();
});
