//! Money: whole cents inside, a decimal number outside, and nothing in between that could round.

mod written;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::ErrorCode;

/// The price of a ticket, in cents of the marketplace's currency: 0.01 to 999,999.99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

impl Price {
    /// The least price, 0.01.
    pub const MIN: Self = Self(1);
    /// The highest price, 999,999.99.
    pub const MAX: Self = Self(99_999_999);

    /// A price of that many cents, if it lies between [`Price::MIN`] and [`Price::MAX`].
    #[must_use]
    pub const fn from_cents(cents: i64) -> Option<Self> {
        if cents < Self::MIN.0 || cents > Self::MAX.0 {
            return None;
        }
        Some(Self(cents))
    }

    /// The price in cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal number, as in `20`, `0.5` or `4.35`; surrounding white space is ignored. Digit by digit,
    /// so that 0.29, 1.15 and 4.35 are 29, 115 and 435 cents. This is the format of programs; for typed prices there is
    /// [`Price::parse_written`].
    ///
    /// # Errors
    /// `PriceTooLow` for anything but a number above zero, `PriceTooPrecise` for fractions of a cent, `PriceTooHigh` above
    /// [`Price::MAX`].
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling_point = text.ends_with('.') || whole.is_empty();
        if dangling_point || !is_digits(whole) || !is_digits(fraction) {
            return Err(ErrorCode::PriceTooLow);
        }
        // Zeros beyond the cents do not matter: 1.500 is 1.50.
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 2 {
            return Err(ErrorCode::PriceTooPrecise);
        }
        Self::from_decimal(whole, fraction)
    }

    /// The price of that many dollars and of a fraction of a dollar of two digits at most, both of ASCII digits only.
    fn from_decimal(whole: &str, fraction: &str) -> Result<Self, ErrorCode> {
        let whole = whole.trim_start_matches('0');
        if whole.len() > 6 {
            return Err(ErrorCode::PriceTooHigh);
        }
        let digits = whole.bytes().chain(fraction.bytes().chain([b'0'; 2]).take(2));
        let cents = digits.fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Self::from_cents(cents).ok_or(ErrorCode::PriceTooLow)
    }
}

/// Always two decimals, no sign, no grouping: `20.00`.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// A JSON number: 20, 0.29, 4.35.
impl Serialize for Price {
    #[expect(
        clippy::cast_precision_loss,
        reason = "cents stay below 10^8; the quotient is the double nearest to the decimal, which prints as it"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Decimal;

        impl de::Visitor<'_> for Decimal {
            type Value = Price;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a price between 0.01 and 999999.99")
            }

            fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Price, E> {
                self.visit_str(&whole.to_string())
            }

            fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Price, E> {
                self.visit_str(&whole.to_string())
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Price, E> {
                // The shortest text that reads back as this double is the decimal that was sent.
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Price, E> {
                Price::parse(text).map_err(|code| E::custom(code.message()))
            }
        }

        deserializer.deserialize_any(Decimal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_cent_value_up_to_999_99_round_trips() {
        for cents in 1..=99_999 {
            let price = Price::from_cents(cents).unwrap();
            let text = price.to_string();
            assert_eq!(Price::parse(&text), Ok(price), "{text}");
            let json = serde_json::to_string(&price).unwrap();
            assert_eq!(serde_json::from_str::<Price>(&json).unwrap(), price, "{json}");
            assert_eq!(
                Price::parse(&json),
                Ok(price),
                "the JSON number is the plain decimal: {json}"
            );
        }
    }

    #[test]
    fn json_numbers_come_back_as_sent() {
        for text in ["0.29", "1.15", "4.35", "20", "999999.99", "0.01", "19.9"] {
            let price: Price = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&price).unwrap(), text);
        }
    }

    #[test]
    fn each_wrong_price_is_named() {
        use ErrorCode::{PriceTooHigh, PriceTooLow, PriceTooPrecise};
        let table = [
            ("", PriceTooLow),
            (" ", PriceTooLow),
            ("0", PriceTooLow),
            ("0.00", PriceTooLow),
            ("-1", PriceTooLow),
            ("+1", PriceTooLow),
            ("free", PriceTooLow),
            ("NaN", PriceTooLow),
            ("1e2", PriceTooLow),
            ("0x10", PriceTooLow),
            ("1,50", PriceTooLow),
            (".", PriceTooLow),
            (".5", PriceTooLow),
            ("5.", PriceTooLow),
            ("1.2.3", PriceTooLow),
            ("٣", PriceTooLow),
            ("0.001", PriceTooPrecise),
            ("4.355", PriceTooPrecise),
            ("0.290000000000000001", PriceTooPrecise),
            ("1000000", PriceTooHigh),
            ("99999999999999999999999999", PriceTooHigh),
        ];
        for (text, code) in table {
            assert_eq!(Price::parse(text), Err(code), "{text:?}");
        }
    }

    #[test]
    fn redundant_zeros_are_accepted() {
        assert_eq!(Price::parse(" 007.500 ").unwrap().cents(), 750);
        assert_eq!(Price::parse("999999.990").unwrap(), Price::MAX);
    }

    proptest! {
        #[test]
        fn every_price_round_trips(cents in Price::MIN.0..=Price::MAX.0) {
            let price = Price::from_cents(cents).unwrap();
            prop_assert_eq!(Price::parse(&price.to_string()), Ok(price));
            let json = serde_json::to_string(&price).unwrap();
            prop_assert_eq!(serde_json::from_str::<Price>(&json).unwrap(), price);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Price::parse(&text);
        }
    }
}
