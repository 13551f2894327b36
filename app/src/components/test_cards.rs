//! The cards of the test provider.

use leptos::prelude::*;
use test_provider::CARDS;

/// Every card there is, and what happens to a payment with it.
#[component]
pub(crate) fn TestCards() -> impl IntoView {
    let rows = CARDS.map(|card| {
        view! {
            <tr>
                <th class="test-cards__number" scope="row">
                    {grouped(card.number)}
                </th>
                <td class="test-cards__result">{card.description}</td>
            </tr>
        }
    });
    view! {
        <table class="test-cards">
            <caption class="test-cards__title">"Test cards"</caption>
            <thead>
                <tr>
                    <th scope="col">"Card number"</th>
                    <th scope="col">"Result"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The number in groups of four, as printed on a card.
fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_is_read_as_it_is_shown() {
        assert_eq!(grouped("4242424242424242"), "4242 4242 4242 4242");
        for card in CARDS {
            assert_eq!(test_provider::card(&grouped(card.number)), Some(&card));
        }
    }
}
