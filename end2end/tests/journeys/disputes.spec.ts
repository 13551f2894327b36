import { expect, test } from "../../support/checkout";

const TITLE = "The one";

test("a dispute is shown to buyer and seller, and a lost one ends the order", async ({
  member,
  stripe,
  javaScriptEnabled,
}) => {
  const [seller, buyer] = [await member("seller"), await member("buyer")];
  const order = await buyer.rest.reserve(await seller.rest.list(TITLE, 20));
  const page = `/orders/${order.id}`;
  await buyer.open(page);
  await buyer.startPayment();
  await buyer.button("Pay with Stripe").click();
  if (!javaScriptEnabled) {
    await buyer.arrive(page);
    await buyer.link("Continue to payment").click();
  }
  await buyer.button("Pay").click();
  await buyer.arrive(page);
  await buyer.waitForText("Paid. This ticket is yours.");

  await stripe.dispute("needs_response");
  await buyer.waitForText(/^You disputed this payment with your bank\./);
  await expect(buyer.link("Request a refund")).toHaveCount(0);
  await expect(async () => {
    await seller.open("/sales");
    await expect(seller.row(TITLE)).toContainText("Disputed", { timeout: 1_000 });
  }).toPass();

  await stripe.dispute("lost");
  await buyer.waitForText(/^Your bank returned \$20\.00 to you after a dispute\./);
  await expect(async () => {
    await seller.open("/sales");
    await expect(seller.row(TITLE)).toContainText("Dispute lost", { timeout: 1_000 });
  }).toPass();
  await expect(seller.page.getByText("0 tickets sold · $0.00")).toBeVisible();
  expect(stripe.charges, "no refund was asked for").toBe(1);
});
