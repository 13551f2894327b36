/** The test cards, by what happens to a payment with them. */
export const CARDS = {
  succeeds: "4242 4242 4242 4242",
  declined: "4000 0000 0000 0002",
  insufficientFunds: "4000 0000 0000 9995",
  needsConfirmation: "4000 0025 0000 3155",
  delayed: "4000 0000 0000 0077",
  answerLost: "4000 0000 0000 0119",
} as const;

/** The cards with which a payment fails, and what the buyer is told. */
export const REFUSED = [
  [CARDS.declined, "Your card was declined"],
  [CARDS.insufficientFunds, "Your card has insufficient funds"],
  [CARDS.needsConfirmation, "Your bank asks for a confirmation that is not possible here"],
] as const;

/** What the server warns of when an answer of the provider is lost. */
export const IN_DOUBT = /a payment is in doubt/;
