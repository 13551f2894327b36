/** The test cards, by the outcome of a payment with them. */
export const CARDS = {
  succeeds: "4242 4242 4242 4242",
  declined: "4000 0000 0000 0002",
  insufficientFunds: "4000 0000 0000 9995",
  needsConfirmation: "4000 0025 0000 3155",
  delayed: "4000 0000 0000 0077",
  responseLost: "4000 0000 0000 0119",
} as const;

/** The cards that are declined, with the error on the form and the reason in the history of the order. */
export const REJECTED = [
  [CARDS.declined, "Your card was declined. Try another card.", "your card was declined"],
  [CARDS.insufficientFunds, "Your card has insufficient funds. Try another card.", "your card has insufficient funds"],
  [
    CARDS.needsConfirmation,
    "Your bank needs to confirm this payment, which isn't supported here. Try another card.",
    "your bank needs to confirm this payment, which isn't supported here",
  ],
] as const;

/** The warning in the log when a response of the provider is lost. */
export const IN_DOUBT = /a payment is in doubt/;
