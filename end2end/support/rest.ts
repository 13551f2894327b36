import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";

/** A ticket, as the API shows it. */
export interface Ticket {
  readonly id: string;
  readonly title: string;
  readonly price: number;
  readonly userId: string;
  readonly version: number;
  readonly orderId?: string;
}

/** An order, as the API shows it. */
export interface Order {
  readonly id: string;
  readonly status: "created" | "awaiting:payment" | "complete" | "cancelled";
  readonly expiresAt: string;
  readonly ticket: Pick<Ticket, "id" | "title" | "price" | "version">;
}

/** The REST API, with the cookies of a browser context. Tests create their starting state with it. */
export class Rest {
  constructor(private readonly requests: APIRequestContext) {}

  async signUp(email: string, password: string): Promise<void> {
    await this.post("/api/users/signup", { email, password });
  }

  /** The user of the session; null when it has ended. */
  async currentUser(): Promise<{ email: string } | null> {
    const response = await this.requests.get("/api/users/currentuser");
    return ((await json(response)) as { currentUser: { email: string } | null }).currentUser;
  }

  async list(title: string, price: number | string, refundHours?: number): Promise<Ticket> {
    return (await this.post("/api/tickets", { title, price, refundHours })) as Ticket;
  }

  async edit(id: string, title: string, price: number): Promise<void> {
    await json(await this.requests.put(`/api/tickets/${id}`, { data: { title, price } }));
  }

  async tickets(): Promise<Ticket[]> {
    return (await json(await this.requests.get("/api/tickets"))) as Ticket[];
  }

  /** Reserves a ticket once it is replicated to the orders service, and waits until the tickets service has consumed the order. */
  async reserve({ id }: Pick<Ticket, "id">): Promise<Order> {
    const request = () => this.requests.post("/api/orders", { data: { ticketId: id } });
    let response = await request();
    await expect(async () => {
      if (response.status() === 404) response = await request();
      expect(response.status()).not.toBe(404);
    }).toPass();
    const order = (await json(response)) as Order;
    await expect.poll(async () => (await this.holder(id)) === order.id || isExpired(order)).toBe(true);
    return order;
  }

  async order(id: string): Promise<Order> {
    return (await json(await this.requests.get(`/api/orders/${id}`))) as Order;
  }

  async cancel({ id, ticket }: Order): Promise<void> {
    const response = await this.requests.delete(`/api/orders/${id}`);
    expect(response.status(), await response.text()).toBe(204);
    await expect.poll(() => this.holder(ticket.id)).toBe(undefined);
  }

  /** Pays for an order once it is replicated to the payments service. */
  async pay({ id }: Order, token = "tok_visa"): Promise<void> {
    await expect(async () => {
      const response = await this.requests.post("/api/payments", { data: { orderId: id, token } });
      expect(response.status(), await response.text()).toBe(201);
    }).toPass();
  }

  /**
   * Pays for an order and cancels it concurrently, so that the payment succeeds after the cancellation. Which of the two
   * comes first is a race; returns false if it was the payment.
   */
  async payAndCancel({ id }: Order): Promise<boolean> {
    const cancelling = this.requests.delete(`/api/orders/${id}`);
    const paying = this.requests.post("/api/payments", { data: { orderId: id, token: "tok_visa" } });
    const [cancelled, paid] = await Promise.all([cancelling, paying]);
    return cancelled.status() === 204 && paid.status() === 201;
  }

  /** Reserves a ticket, pays for it and waits until it is sold. */
  async buy(ticket: Pick<Ticket, "id">): Promise<Order> {
    const order = await this.reserve(ticket);
    await this.pay(order);
    await this.waitForStatus(order, "complete");
    return order;
  }

  /** Requests a refund of a paid order. */
  async refund({ id }: Order): Promise<void> {
    const response = await this.requests.post(`/api/orders/${id}/refund`);
    expect(response.ok(), await response.text()).toBe(true);
  }

  /** Waits until an order has expired. */
  async waitUntilExpired(order: Order): Promise<void> {
    await this.waitForStatus(order, "cancelled");
  }

  async waitForStatus({ id }: Order, status: Order["status"]): Promise<void> {
    await expect.poll(async () => (await this.order(id)).status, { timeout: 30_000 }).toBe(status);
  }

  private async holder(ticketId: string): Promise<string | undefined> {
    return ((await json(await this.requests.get(`/api/tickets/${ticketId}`))) as Ticket).orderId;
  }

  private async post(path: string, data: object): Promise<unknown> {
    return json(await this.requests.post(path, { data }));
  }
}

function isExpired({ expiresAt }: Order): boolean {
  return Date.parse(expiresAt) <= Date.now();
}

async function json(response: APIResponse): Promise<unknown> {
  expect(response.ok(), `${response.url()}: ${response.status()} ${await response.text()}`).toBe(true);
  return response.json();
}
