//! The cards that the provider knows.

use crate::Decline;

/// A card for testing one outcome of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestCard {
    /// Its number. Where Stripe has a test card that behaves alike, it has the same number.
    pub number: &'static str,
    /// Its token in a request.
    pub token: &'static str,
    /// The outcome of a payment with it.
    pub description: &'static str,
    pub(crate) behaviour: Behaviour,
}

/// The outcome of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Succeed,
    Decline(Decline),
    /// Succeeds some time later.
    Delay,
    /// Succeeds, and the connection breaks before the response.
    LoseAnswer,
}

/// Every card there is.
pub const CARDS: [TestCard; 6] = [
    TestCard {
        number: "4242424242424242",
        token: "tok_visa",
        description: "Succeeds",
        behaviour: Behaviour::Succeed,
    },
    TestCard {
        number: "4000000000000002",
        token: "tok_chargeDeclined",
        description: "Declined",
        behaviour: Behaviour::Decline(Decline::CardDeclined),
    },
    TestCard {
        number: "4000000000009995",
        token: "tok_chargeDeclinedInsufficientFunds",
        description: "Insufficient funds",
        behaviour: Behaviour::Decline(Decline::InsufficientFunds),
    },
    TestCard {
        number: "4000002500003155",
        token: "tok_authenticationRequired",
        description: "Needs confirmation by the bank",
        behaviour: Behaviour::Decline(Decline::AuthenticationRequired),
    },
    TestCard {
        number: "4000000000000077",
        token: "tok_delayed",
        description: "Succeeds after a few seconds",
        behaviour: Behaviour::Delay,
    },
    TestCard {
        number: "4000000000000119",
        token: "tok_networkLost",
        description: "Succeeds, response lost",
        behaviour: Behaviour::LoseAnswer,
    },
];

/// The card of a number, which may be written with spaces or hyphens.
#[must_use]
pub fn card(number: &str) -> Option<&'static TestCard> {
    let is_separator = |character: char| character == '-' || character.is_whitespace();
    let digits: String = number.chars().filter(|&digit| !is_separator(digit)).collect();
    CARDS.iter().find(|card| card.number == digits)
}

/// The outcome of a charge with a token. The plain token of the card that succeeds also has the name of its payment
/// method at Stripe, as programs for it use either.
pub(crate) fn behaviour(token: &str) -> Behaviour {
    let token = if token == "pm_card_visa" {
        "tok_visa"
    } else {
        token
    };
    CARDS
        .iter()
        .find(|card| card.token == token)
        .map_or(Behaviour::Decline(Decline::UnknownCard), |card| card.behaviour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_number_formatting_is_ignored() {
        for number in ["4242424242424242", "4242 4242 4242 4242", " 4242-4242-4242-4242 "] {
            assert_eq!(card(number).unwrap().token, "tok_visa", "{number}");
        }
        assert_eq!(card("4242 4242 4242 424"), None);
        assert_eq!(card(""), None);
    }

    #[test]
    fn unknown_token_is_declined() {
        assert_eq!(behaviour("pm_card_visa"), Behaviour::Succeed);
        assert_eq!(behaviour("tok_"), Behaviour::Decline(Decline::UnknownCard));
    }
}
