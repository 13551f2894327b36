import { type BrowserContext, type Locator, type Page, type Response, expect } from "@playwright/test";

import { Rest } from "./rest";

/** A user with their own browser context. */
export class Person {
  readonly email: string;
  readonly password: string;
  /** The REST API, with the cookies of this browser. */
  readonly rest: Rest;

  constructor(
    readonly page: Page,
    name: string,
    private readonly hasScripts: boolean,
  ) {
    this.email = `${name}@example.com`;
    this.password = `a fine password of ${name}`;
    this.rest = new Rest(page.request);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Opens a page and waits until it is hydrated. */
  async open(path: string): Promise<Response> {
    const response = await this.goto(path);
    await this.ready();
    if (!response) throw new Error(`${path} was not requested`);
    return response;
  }

  /**
   * A page may reload, or go on to another one by itself, while it is being left: the browser gives up one of the two
   * navigations, and says so in one of two ways. Then ours is repeated.
   */
  private async goto(path: string): Promise<Response | null> {
    const attempts = 10;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await this.page.goto(path);
        if (response || attempt === attempts) return response;
      } catch (error) {
        const isInterrupted = error instanceof Error && /interrupted by another navigation|net::ERR_ABORTED/.test(error.message);
        if (!isInterrupted || attempt === attempts) throw error;
        await this.page.waitForLoadState();
      }
    }
  }

  /** Waits until the page is loaded and, with scripts, hydrated. */
  async ready(): Promise<void> {
    await this.page.waitForLoadState();
    if (this.hasScripts) await this.page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole("link", { name, exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { name, level: 1, exact: true });
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** A link or button in the main content. The header may have one of the same name. */
  inMain(role: "link" | "button", name: string): Locator {
    return this.page.getByRole("main").getByRole(role, { name, exact: true });
  }

  /** Follows a link in the header. */
  async navigate(name: string): Promise<void> {
    const link = this.page.getByRole("banner").getByRole("link", { name, exact: true });
    const path = (await link.getAttribute("href")) ?? "";
    await link.click();
    await this.arrive(path);
  }

  /** Waits until this path is loaded. */
  async arrive(path: string | RegExp): Promise<void> {
    // The address is polled, because `toHaveURL` with a function fails as soon as the browser cancels a navigation. It does
    // so when a form is sent again, and only the next navigation arrives.
    const current = () => {
      const { pathname, search } = new URL(this.page.url());
      return pathname + search;
    };
    const address = expect.poll(current, { message: "the address of the page", intervals: [50] });
    await (typeof path === "string" ? address.toBe(path) : address.toMatch(path));
    await this.ready();
  }

  /** Fills in the form for signing up or in, and sends it. */
  async fillAccount(button: "Sign up" | "Sign in"): Promise<void> {
    await this.field("Email").fill(this.email);
    await this.field("Password").fill(this.password);
    await this.button(button).click();
  }

  /** Signs up, starting from the landing page. */
  async signUp(): Promise<void> {
    await this.open("/");
    await this.navigate("Sign up");
    await this.fillAccount("Sign up");
    await this.arrive("/");
    await expect(this.button("Sign out")).toBeVisible();
  }

  async signIn(): Promise<void> {
    await this.open("/auth/signin");
    await this.fillAccount("Sign in");
    await this.arrive("/");
    await expect(this.button("Sign out")).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.button("Sign out").click();
    await expect(this.page.getByRole("status").filter({ hasText: "You've been signed out." })).toBeVisible();
    await this.arrive("/");
  }

  /** Lists a ticket and returns the path of its page. */
  async listTicket(title: string, price: string): Promise<string> {
    await this.navigate("Sell tickets");
    await this.field("Title").fill(title);
    await this.field("Price").fill(price);
    await this.button("List ticket").click();
    await this.arrive(TICKET);
    await expect(this.heading(title)).toBeVisible();
    return new URL(this.page.url()).pathname;
  }

  /** Buys on the page of a ticket, and returns the path of the order. */
  async purchase(): Promise<string> {
    await this.button("Buy ticket").click();
    await this.arrive(ORDER);
    return new URL(this.page.url()).pathname;
  }

  /** Continues from the page of an order to its payment page. */
  async startPayment(): Promise<void> {
    await this.button("Continue to payment").click();
    await this.arrive(PAY);
  }

  /** Fills in the card form and sends it. */
  async payWith(number: string): Promise<void> {
    await this.field("Card number").fill(number);
    await this.field("Expiry date (MM/YY)").fill("12/30");
    await this.field("Security code").fill("123");
    await this.page.getByRole("button", { name: /^Pay \$/ }).click();
  }

  /** Waits until the page shows a text. Without scripts it is reloaded. */
  async waitForText(text: string | RegExp, limitMs = 20_000): Promise<void> {
    const shown = this.page.getByText(text).first();
    if (this.hasScripts) {
      await expect(shown).toBeVisible({ timeout: limitMs });
      return this.ready();
    }
    await expect(async () => {
      if (!(await shown.isVisible())) await this.page.reload();
      await expect(shown).toBeVisible({ timeout: 200 });
    }).toPass({ timeout: limitMs });
  }

  /** The entries in the history of an order. */
  get history(): Locator {
    return this.page.getByRole("region", { name: "History" }).getByRole("listitem");
  }

  /** The row of a ticket in a list. */
  row(title: string): Locator {
    const link = this.page.getByRole("link", { name: title, exact: true });
    return this.page.getByRole("listitem").filter({ has: link });
  }
}

/** The path of a ticket's page. */
export const TICKET = /^\/tickets\/[0-9a-f-]{36}$/;
/** The path of an order's page. */
export const ORDER = /^\/orders\/[0-9a-f-]{36}$/;
/** The path of an order's payment page. */
export const PAY = /^\/orders\/[0-9a-f-]{36}\/pay$/;
