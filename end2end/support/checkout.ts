import { Stripe } from "./stripe";
import { test as base } from "./test";

export { ORDER, expect } from "./test";

/** Tests with Stripe as the payment provider, whose checkout page buyers use. */
export const test = base.extend<{ readonly stripe: Stripe }>({
  stripe: async ({}, use) => {
    const stripe = await Stripe.start();
    await use(stripe);
    await stripe.stop();
  },

  settings: async ({ stripe }, use) => use(stripe.settings),

  server: async ({ server, stripe }, use) => {
    stripe.tell(server.url);
    await use(server);
  },

  watch: async ({ watch, stripe }, use) => {
    watch.expectAny(new RegExp(`^elsewhere: \\w+ ${stripe.pages}/`));
    await use(watch);
  },
});
