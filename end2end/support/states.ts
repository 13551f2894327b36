import { CARDS } from "./cards";
import { latePayment } from "./late-payment";
import {
  filled, refunded, reserved, member, paged, pay, rejected, seller, show, showSold, sold, submit, ticketPath,
  visitor, type State,
} from "./stage";

/** The states of all pages, by the names of their screenshots. */
export const STATES: Record<string, State> = {
  "on-sale-empty": visitor("/"),
  "on-sale-empty-signed-in": member("/"),
  "on-sale": filled("/"),
  "on-sale-page-1": paged("/"),
  "on-sale-page-2": async (stage) => {
    const ada = await paged("/")(stage);
    await ada.link("Next page").click();
    await ada.link("First page").waitFor();
    await ada.ready();
    return ada;
  },
  "on-sale-search": filled("/?q=row"),
  "on-sale-search-nothing": visitor("/?q=nothing%20like%20this"),
  "on-sale-changed": async (stage) => {
    const { order, seller, buyer } = await reserved(stage);
    const ada = await show(await stage.someone("ada"), "/");
    await seller.rest.list("Listed a moment ago", 20);
    await ada.page.getByText("Show 1 new ticket").waitFor();
    const { id } = (await seller.rest.tickets())[0] ?? order.ticket;
    await buyer.rest.reserve({ id });
    await ada.page.getByText("Reserved").filter({ visible: true }).first().waitFor();
    return ada;
  },
  "sign-up": visitor("/auth/signup"),
  "sign-up-refused": rejected("/auth/signup", "Sign up", { Email: "ada at example", Password: "short" }),
  "sign-in": visitor("/auth/signin"),
  "sign-in-to-continue": visitor("/auth/signin?next=/orders"),
  "sign-in-refused": rejected("/auth/signin", "Sign in", { Email: "ada@example.com", Password: "not it" }),
  "sign-out": member("/auth/signout"),
  "signed-out": async (stage) => {
    const ada = await member("/")(stage);
    await ada.signOut();
    return ada;
  },
  "ticket-new": member("/tickets/new"),
  "ticket-new-refused": async ({ member }) => {
    const ada = await show(await member("ada"), "/tickets/new");
    return submit(ada, "List ticket", { Title: "   ", Price: "free" });
  },
  "ticket-listed": async (stage) => {
    const ada = await member("/")(stage);
    await ada.listTicket("Giselle · Opéra Garnier", "89");
    return ada;
  },
  "ticket-for-visitors": async (stage) => show(await stage.someone("ada"), await ticketPath(stage)),
  "ticket-for-members": async (stage) => show(await stage.member("ada"), await ticketPath(stage)),
  "ticket-with-long-title": async (stage) => show(await stage.someone("ada"), await ticketPath(stage, 4)),
  "ticket-own": async (stage) => {
    const ada = await seller(stage);
    return show(ada, `/tickets/${(await ada.rest.tickets())[0]?.id}`);
  },
  "ticket-reserved": async (stage) => show(await stage.someone("ada"), `/tickets/${(await reserved(stage)).order.ticket.id}`),
  "ticket-reserved-by-buyer": async (stage) => {
    const { order, buyer } = await reserved(stage);
    return show(buyer, `/tickets/${order.ticket.id}`);
  },
  "ticket-reserved-for-seller": async (stage) => {
    const { order, seller } = await reserved(stage);
    return show(seller, `/tickets/${order.ticket.id}`);
  },
  "ticket-edit": async (stage) => {
    const ada = await seller(stage);
    return show(ada, `/tickets/${(await ada.rest.tickets())[0]?.id}/edit`);
  },
  "ticket-edit-refused": async (stage) => {
    const ada = await seller(stage);
    await show(ada, `/tickets/${(await ada.rest.tickets())[0]?.id}/edit`);
    return submit(ada, "Save changes", { Title: "", Price: "1.234" });
  },
  "ticket-edit-reserved": async (stage) => {
    const { order, seller } = await reserved(stage);
    return show(seller, `/tickets/${order.ticket.id}/edit`);
  },
  "my-tickets-empty": member("/tickets/mine"),
  "my-tickets": async (stage) => show((await reserved(stage)).seller, "/tickets/mine"),
  "my-orders-empty": member("/orders"),
  "my-orders": async (stage) => {
    const { buyer, seller } = await reserved(stage);
    const [, other, another] = await seller.rest.tickets();
    for (const ticket of [other, another]) if (ticket) await buyer.rest.cancel(await buyer.rest.reserve(ticket));
    return show(buyer, "/orders");
  },
  "my-orders-of-all-kinds": async (stage) => {
    const { buyer, seller } = await reserved(stage);
    const [, other, another] = await seller.rest.tickets();
    if (other) await buyer.rest.buy(other);
    if (another) await buyer.rest.refund(await buyer.rest.buy(another));
    return show(buyer, "/orders");
  },
  "sales-empty": member("/sales"),
  sales: async (stage) => {
    const { seller } = await sold(stage);
    return show(seller, "/sales");
  },
  "sales-refunded": async (stage) => {
    const { buyer, order, seller } = await sold(stage);
    const [next] = await seller.rest.tickets();
    if (next) await buyer.rest.buy(next);
    await buyer.rest.refund(order);
    return show(seller, "/sales");
  },
  "ticket-sold": async (stage) => {
    const { order } = await sold(stage);
    return showSold(await stage.someone("ada"), order);
  },
  "ticket-sold-own": async (stage) => {
    const { order, seller } = await sold(stage);
    return showSold(seller, order);
  },
  "ticket-bought": async (stage) => {
    const { order, buyer } = await sold(stage);
    return showSold(buyer, order);
  },
  "order-created": async (stage) => {
    const { order, buyer } = await reserved(stage);
    return show(buyer, `/orders/${order.id}`);
  },
  "order-cancelled": async (stage) => {
    const { order, buyer } = await reserved(stage);
    await buyer.rest.cancel(order);
    return show(buyer, `/orders/${order.id}`);
  },
  pay,
  "pay-refused": async (stage) => {
    const buyer = await pay(stage);
    await buyer.payWith(CARDS.insufficientFunds);
    await buyer.page.locator("[aria-invalid=true]").waitFor();
    return buyer;
  },
  "pay-incomplete": async (stage) => {
    const buyer = await pay(stage);
    await buyer.page.getByRole("button", { name: /^Pay \$/ }).click();
    await buyer.page.locator("[aria-invalid=true]").first().waitFor();
    return buyer;
  },
  "order-payment-refused": async (stage) => {
    const buyer = await pay(stage);
    await buyer.payWith(CARDS.declined);
    await buyer.page.locator("[aria-invalid=true]").waitFor();
    return show(buyer, new URL(buyer.page.url()).pathname.replace(/\/pay$/, ""));
  },
  "order-paid-just-now": async (stage) => {
    const buyer = await pay(stage);
    await buyer.payWith(CARDS.succeeds);
    await buyer.page.getByText("Paid. This ticket is yours.").waitFor();
    await buyer.ready();
    return buyer;
  },
  "order-complete": async (stage) => {
    const { order, buyer } = await sold(stage);
    return show(buyer, `/orders/${order.id}`);
  },
  receipt: async (stage) => {
    const { order, buyer } = await sold(stage);
    return show(buyer, `/orders/${order.id}/receipt`);
  },
  "receipt-with-long-title": async (stage) => {
    const { order, buyer } = await sold(stage, 4);
    return show(buyer, `/orders/${order.id}/receipt`);
  },
  "receipt-refunded": async (stage) => {
    const buyer = await refunded(stage);
    await buyer.link("Receipt").click();
    await buyer.heading("Receipt").waitFor();
    await buyer.ready();
    return buyer;
  },
  refund: async (stage) => {
    const { order, buyer } = await sold(stage);
    return show(buyer, `/orders/${order.id}/refund`);
  },
  "refund-never": async (stage) => {
    const [person, buyer] = [await stage.member("seller"), await stage.member("buyer")];
    const order = await buyer.rest.buy(await person.rest.list("Giselle · Opéra Garnier", 89, 0));
    return show(buyer, `/orders/${order.id}/refund`);
  },
  "order-refunded": refunded,
  "order-late-payment": async (stage) => {
    const buyer = await stage.member("buyer");
    const order = await latePayment(await stage.member("seller"), buyer);
    await show(buyer, `/orders/${order.id}`);
    await buyer.waitForText(/refunded to your card\./);
    return buyer;
  },
  "not-found": async (stage) => {
    stage.watch.expectStatus(404, "/nowhere");
    return show(await stage.someone("ada"), "/nowhere");
  },
  "something-went-wrong": async ({ member, server, watch }) => {
    const ada = await member("ada");
    await server.stop();
    await server.corrupt("orders", "buyer_id");
    await server.restart();
    watch.expectStatus(500, "/orders");
    return show(ada, "/orders");
  },
};

/** The states while a payment is pending. */
export const PAYING: Record<string, State> = {
  "order-payment-processing": async (stage) => {
    const buyer = await pay(stage);
    await buyer.payWith(CARDS.delayed);
    await buyer.page.getByText("Your payment is being processed.").waitFor();
    await buyer.ready();
    return buyer;
  },
  "my-orders-payment-processing": async (stage) => {
    const { order, buyer } = await reserved(stage);
    await buyer.rest.pay(order, "tok_delayed");
    await buyer.rest.waitForStatus(order, "awaiting:payment");
    return show(buyer, "/orders");
  },
};

/** The states with Stripe as the payment provider. */
export const AT_STRIPE: Record<string, State> = {
  "pay-at-stripe": pay,
  "order-at-stripe": async (stage) => {
    const { order, buyer } = await reserved(stage);
    await buyer.open(`/orders/${order.id}`);
    await buyer.startPayment();
    await buyer.button("Pay with Stripe").click();
    await buyer.link("Back").click();
    await buyer.arrive(`/orders/${order.id}`);
    return buyer;
  },
};

/** The states after a reservation has expired. */
export const EXPIRED: Record<string, State> = {
  "order-expired": async (stage) => {
    const { order, buyer } = await reserved(stage);
    await buyer.rest.waitUntilExpired(order);
    return show(buyer, `/orders/${order.id}`);
  },
  "my-orders-expired": async (stage) => {
    const { order, buyer } = await reserved(stage);
    await buyer.rest.waitUntilExpired(order);
    return show(buyer, "/orders");
  },
};
