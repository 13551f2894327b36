import { type BrowserContext, expect, test as base } from "@playwright/test";

import { Person } from "./person";
import { Server, type ServerOptions } from "./server";
import { Watch } from "./watch";

export { ORDER, PAY, Person, TICKET } from "./person";
export type { Order, Ticket } from "./rest";
export { expect };

/** The options of the server of a test. */
export interface Options extends ServerOptions {}

interface Fixtures {
  /** A server for this test alone, with no data but what the test creates. */
  readonly server: Server;
  /** Fails the test on errors in a page. */
  readonly watch: Watch;
  /** A visitor with their own browser context. */
  readonly someone: (name: string) => Promise<Person>;
  /** A signed-in user with their own browser context. */
  readonly member: (name: string) => Promise<Person>;
}

export const test = base.extend<Options & Fixtures>({
  hold: ["15m", { option: true }],
  paymentExtension: ["10m", { option: true }],
  testPaymentDelay: ["5s", { option: true }],
  demo: [false, { option: true }],
  settings: [[], { option: true }],

  server: async ({ hold, paymentExtension, testPaymentDelay, demo, settings }, use, testInfo) => {
    const server = await Server.start({ hold, paymentExtension, testPaymentDelay, demo, settings });
    try {
      await use(server);
    } finally {
      await server.remove();
      await testInfo.attach("server.log", { body: server.output, contentType: "text/plain" });
    }
    expect(server.unexpectedLogLines, "unexpected warnings and errors in the log of the server").toEqual([]);
  },

  baseURL: async ({ server }, use) => use(server.url),

  watch: async ({ server, javaScriptEnabled }, use) => {
    const watch = new Watch(server.url, javaScriptEnabled);
    await use(watch);
    expect(watch.takeProblems(), "unexpected errors in a page").toEqual([]);
  },

  someone: async ({ browser, server, watch, javaScriptEnabled }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (name) => {
      // The context has the options of the project, but the address of this test's server.
      const context = await browser.newContext({ baseURL: server.url });
      contexts.push(context);
      watch.follow(context);
      return new Person(await context.newPage(), name, javaScriptEnabled);
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  member: async ({ someone }, use) => {
    await use(async (name) => {
      const person = await someone(name);
      await person.rest.signUp(person.email, person.password);
      return person;
    });
  },
});
