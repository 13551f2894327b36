//! Prices in human-readable form.

use contracts::Price;

/// The price with its currency and with its thousands set apart: `$1,234.50`.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn display(price: Price) -> String {
    dollars(price.cents())
}

/// A non-negative amount of cents, in the same form.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn dollars(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let mut grouped = String::with_capacity(whole.len() + 6);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("${grouped}.{:02}", cents % 100)
}

/// The text of a price field after blur: with two decimals if it is a price, and unchanged otherwise, so that the user can
/// see and correct the mistake.
#[must_use]
pub(crate) fn format_input(text: &str) -> String {
    Price::parse_written(text).map_or_else(|_| text.to_owned(), |price| price.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let table = [
            (1, "$0.01"),
            (2_000, "$20.00"),
            (99_999, "$999.99"),
            (100_000, "$1,000.00"),
            (12_345_678, "$123,456.78"),
            (99_999_999, "$999,999.99"),
        ];
        for (cents, text) in table {
            assert_eq!(display(Price::from_cents(cents).unwrap()), text);
        }
        assert_eq!(dollars(0), "$0.00");
        assert_eq!(dollars(123_456_789_005), "$1,234,567,890.05");
    }

    #[test]
    fn price_is_formatted_with_two_decimals() {
        for (typed, formatted) in [
            ("20", "20.00"),
            (" 4.5 ", "4.50"),
            ("0.29", "0.29"),
            ("007", "7.00"),
            ("12,50", "12.50"),
            ("1,000.00", "1000.00"),
            ("$20", "20.00"),
            (".5", "0.50"),
            ("１２．５", "12.50"),
        ] {
            assert_eq!(format_input(typed), formatted);
        }
    }

    #[test]
    fn invalid_prices_stay_as_typed() {
        for typed in ["", "free", "1.234", "1.000", "-1", "0", " x "] {
            assert_eq!(format_input(typed), typed);
        }
    }
}
