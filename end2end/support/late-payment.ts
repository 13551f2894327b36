import { expect } from "@playwright/test";

import type { Person } from "./person";
import type { Order } from "./rest";

/** An order that was cancelled while its payment was pending, so that the payment succeeded too late. */
export async function latePayment(seller: Person, buyer: Person): Promise<Order> {
  let late: Order | undefined;
  await expect(async () => {
    const order = await buyer.rest.reserve(await seller.rest.list("The one", 20));
    if (await buyer.rest.payAndCancel(order)) late = order;
    expect(late).toBeDefined();
  }).toPass();
  if (!late) throw new Error("no payment was late");
  return late;
}
