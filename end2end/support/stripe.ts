import { createHmac } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

const SECRET_KEY = "sk_test_0123456789abcdef";
const WEBHOOK_SECRET = "whsec_0123456789abcdef";

/** The part of a Checkout Session that matters here. */
interface Session {
  readonly id: string;
  readonly form: URLSearchParams;
  readonly created: number;
  status: "open" | "complete" | "expired";
  /** The bank is processing the payment, and it can no longer be cancelled. */
  isAtBank: boolean;
  isRefunded: boolean;
}

/**
 * A fake Stripe for browsers: localstripe has no hosted Checkout. It responds as Stripe documents, serves a checkout
 * page, and signs its webhooks.
 */
export class Stripe {
  private readonly sessions = new Map<string, Session>();
  private events = 0;
  private webhookOrigin = "";

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Stripe> {
    const server = createServer();
    const stripe = new Stripe(server);
    server.on("request", (request, response) => {
      stripe.handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    return stripe;
  }

  /** The origin of its pages. For a browser it is another site than the server. */
  get pages(): string {
    return `http://localhost:${this.port}`;
  }

  /** The settings of a server that charges here. */
  get settings(): string[] {
    const keys = ["--stripe-secret-key", SECRET_KEY, "--stripe-webhook-secret", WEBHOOK_SECRET];
    return ["--payment-provider", "stripe", "--stripe-api-base", `http://127.0.0.1:${this.port}`, ...keys];
  }

  /** Sends webhooks to this server. */
  sendWebhooksTo(origin: string): void {
    this.webhookOrigin = origin;
  }

  /** Completes the session whose payment the bank is processing. */
  async completeAtBank(): Promise<void> {
    const session = [...this.sessions.values()].find(({ isAtBank }) => isAtBank);
    if (!session) throw new Error("no session is at the bank");
    await this.complete(session);
  }

  /** Creates a dispute about the paid session, or closes it. */
  async dispute(status: "needs_response" | "won" | "lost"): Promise<void> {
    const session = [...this.sessions.values()].find((known) => known.status === "complete");
    if (!session) throw new Error("no session was paid");
    await this.send(`charge.dispute.${status === "needs_response" ? "created" : "closed"}`, {
      id: "du_1",
      object: "dispute",
      status,
      amount: cents(session),
      currency: "usd",
      reason: "fraudulent",
      is_charge_refundable: false,
      charge: "ch_1",
      payment_intent: intentOf(session),
      metadata: {},
    });
  }

  /** The number of sessions that are paid and not refunded. */
  get charges(): number {
    return [...this.sessions.values()].filter(({ status, isRefunded }) => status === "complete" && !isRefunded).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.pages);
    const [, version, ...path] = pathname.split("/");
    if (version === "c") return this.checkoutPage(request, response, path[1] ?? "");
    if (version !== "v1") return void response.writeHead(204).end();
    const json = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${SECRET_KEY}`) return void json(401, errorBody("Invalid API Key"));
    const form = await readForm(request);
    const [status, body] = this.api(request, path, form);
    json(status, body);
  }

  private api(request: IncomingMessage, path: string[], form: URLSearchParams): [number, object] {
    const [kind, ...rest] = path[0] === "checkout" ? path.slice(1) : path;
    if (kind === "refunds" && request.method === "GET") return [200, { data: [], has_more: false }];
    if (kind === "refunds") return [200, this.refund(form.get("payment_intent"))];
    const [id, action] = rest;
    if (kind === "payment_intents") {
      const paid = [...this.sessions.values()].find((known) => id === intentOf(known));
      return paid ? [200, this.intent(paid)] : [404, errorBody(`No such payment_intent: '${id}'`)];
    }
    if (!id && request.method === "POST") return [200, this.show(this.open(form, request.headers["idempotency-key"]))];
    if (!id) return [200, { data: [...this.sessions.values()].map((session) => this.show(session)), has_more: false }];
    const session = [...this.sessions.values()].find((known) => known.id === id);
    if (!session) return [404, errorBody(`No such checkout.session: '${id}'`)];
    if (action === "expire") {
      if (session.status !== "open" || session.isAtBank) return [400, errorBody("Only open Checkout Sessions can be expired.")];
      session.status = "expired";
    }
    return [200, this.show(session)];
  }

  /** Creates a session. The same idempotency key returns the same one. */
  private open(form: URLSearchParams, key: string | string[] | undefined): Session {
    const known = this.sessions.get(String(key));
    if (known) return known;
    const id = `cs_test_${this.sessions.size + 1}`;
    const created = Math.floor(Date.now() / 1000);
    const session: Session = { id, form, created, status: "open", isAtBank: false, isRefunded: false };
    this.sessions.set(String(key), session);
    return session;
  }

  private refund(intent: string | null): object {
    const session = [...this.sessions.values()].find((known) => intent === intentOf(known));
    if (session) session.isRefunded = true;
    return { id: "re_1", object: "refund", status: "succeeded", amount: session && cents(session), payment_intent: intent };
  }

  private intent(session: Session): object {
    const charge = { id: "ch_1", refunded: session.isRefunded };
    const metadata = { payment_id: session.form.get("payment_intent_data[metadata][payment_id]"), hosted: "true" };
    return { id: intentOf(session), status: "succeeded", created: session.created, latest_charge: charge, metadata };
  }

  private show(session: Session): object {
    const isPaid = session.status === "complete";
    return {
      id: session.id,
      object: "checkout.session",
      created: session.created,
      status: session.status,
      payment_status: isPaid ? "paid" : "unpaid",
      payment_intent: isPaid ? this.intent(session) : null,
      url: session.status === "open" ? `${this.pages}/c/pay/${session.id}` : null,
      metadata: { payment_id: session.form.get("metadata[payment_id]") },
    };
  }

  /** The page where the buyer pays. */
  private async checkoutPage(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const session = [...this.sessions.values()].find((known) => known.id === id);
    if (!session) return void response.writeHead(404).end();
    if (request.method === "POST") {
      if ((await readForm(request)).has("bank")) session.isAtBank = true;
      else await this.complete(session);
      return void response.writeHead(303, { location: session.form.get("success_url") ?? "" }).end();
    }
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html>
      <html lang="en"><head><title>Checkout</title><link rel="icon" href="data:,"></head><body>
        <h1>Checkout</h1>
        <p>${(cents(session) / 100).toFixed(2)} ${session.form.get("line_items[0][price_data][currency]")}</p>
        <form method="post"><button>Pay</button> <button name="bank">Pay, and wait for the bank</button></form>
        <a href="${session.form.get("cancel_url")}">Back</a>
      </body></html>`);
  }

  private async complete(session: Session): Promise<void> {
    [session.status, session.isAtBank] = ["complete", false];
    const intent = { payment_intent: intentOf(session) };
    await this.send("checkout.session.completed", { ...this.show(session), ...intent });
  }

  /** <https://docs.stripe.com/webhooks/signature> */
  private async send(type: string, object: object): Promise<void> {
    this.events += 1;
    const body = JSON.stringify({ id: `evt_${this.events}`, object: "event", type, data: { object } });
    const time = Math.floor(Date.now() / 1000);
    const signature = createHmac("sha256", WEBHOOK_SECRET).update(`${time}.${body}`).digest("hex");
    const headers = { "content-type": "application/json", "stripe-signature": `t=${time},v1=${signature}` };
    const response = await fetch(`${this.webhookOrigin}/api/payments/webhook`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`the webhook was rejected: ${response.status} ${await response.text()}`);
  }
}

function intentOf({ id }: Session): string {
  return id.replace("cs_", "pi_");
}

function cents({ form }: Session): number {
  return Number(form.get("line_items[0][price_data][unit_amount]"));
}

function errorBody(message: string): object {
  return { error: { type: "invalid_request_error", message } };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const part of request) body += String(part);
  return new URLSearchParams(body);
}
