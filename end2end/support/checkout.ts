import { Stripe } from "./stripe";
import { test as base } from "./test";

export { ORDER, expect } from "./test";

/** Tests with a fake Stripe as the payment provider. */
export const test = base.extend<{ readonly stripe: Stripe }>({
  stripe: async ({}, use) => {
    const stripe = await Stripe.start();
    await use(stripe);
    await stripe.stop();
  },

  settings: async ({ stripe }, use) => use(stripe.settings),

  server: async ({ server, stripe }, use) => {
    stripe.sendWebhooksTo(server.url);
    await use(server);
  },

  watch: async ({ watch, stripe }, use) => {
    watch.expectAny(new RegExp(`^external: \\w+ ${stripe.pages}/`));
    await use(watch);
  },
});
