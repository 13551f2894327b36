//! The minimum that can be charged, which depends on the payment provider.

use crate::{ErrorCode, Price};

/// The lowest price that a payment provider can charge. What costs less can be neither listed nor paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MinimumPrice {
    /// [`Price::MIN`]: every price can be charged.
    #[default]
    OneCent,
    /// 0.50, as with Stripe in US dollars. <https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>
    FiftyCents,
}

impl MinimumPrice {
    /// In cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        match self {
            Self::OneCent => Price::MIN.cents(),
            Self::FiftyCents => 50,
        }
    }

    /// Whether that much can be charged.
    #[must_use]
    pub const fn allows(self, price: Price) -> bool {
        price.cents() >= self.cents()
    }

    /// The price, if that much can be charged.
    ///
    /// # Errors
    /// The refusal that names the lowest price.
    pub const fn check(self, price: Price) -> Result<Price, ErrorCode> {
        match self {
            _ if self.allows(price) => Ok(price),
            Self::OneCent => Err(ErrorCode::PriceTooLow),
            Self::FiftyCents => Err(ErrorCode::PriceBelowFiftyCents),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_is_refused_below_the_minimum_and_not_at_it() {
        let price = |cents| Price::from_cents(cents).unwrap();
        for cents in [1, 49, 50, 51] {
            assert_eq!(MinimumPrice::OneCent.check(price(cents)), Ok(price(cents)));
        }
        let fifty = MinimumPrice::FiftyCents;
        assert_eq!(fifty.check(price(49)), Err(ErrorCode::PriceBelowFiftyCents));
        assert_eq!(fifty.check(price(50)), Ok(price(50)));
        assert!(ErrorCode::PriceBelowFiftyCents.message().ends_with("0.50"));
    }
}
