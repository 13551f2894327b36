//! The form of a card.

use crate::{ErrorCode, Refusal};

/// The card form as typed. It is never stored, logged or sent back.
#[derive(Clone, Default)]
pub struct CardForm {
    /// The number, perhaps in groups.
    pub number: String,
    /// Month and year, as in 12/30.
    pub expiry: String,
    /// The security code.
    pub code: String,
}

impl CardForm {
    /// Checks every field. Only the provider knows whether the card exists and is funded.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn check(&self) -> Result<(), Refusal> {
        let codes = [
            Self::check_number(&self.number),
            Self::check_expiry(&self.expiry),
            Self::check_code(&self.code),
        ];
        let codes = codes.into_iter().filter_map(Result::err).collect();
        Refusal::for_all(codes).map_or(Ok(()), Err)
    }

    /// Checks the number: 12 to 19 digits, however they are grouped.
    ///
    /// # Errors
    /// `CardNumberMissing`, `UnknownCard`.
    pub fn check_number(text: &str) -> Result<(), ErrorCode> {
        let digits: String = text.chars().filter(|&digit| !is_separator(digit)).collect();
        match digits.len() {
            0 => Err(ErrorCode::CardNumberMissing),
            12..=19 if is_number(&digits) => Ok(()),
            _ => Err(ErrorCode::UnknownCard),
        }
    }

    /// Checks the month of expiry: `12/30`, `12/2030` or `1230`.
    ///
    /// # Errors
    /// `CardExpiryInvalid`.
    pub fn check_expiry(text: &str) -> Result<(), ErrorCode> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (month, year) = match text.split_once('/') {
            Some(parts) => parts,
            None => text.split_at_checked(2).unwrap_or_default(),
        };
        let is_month = matches!(month.parse(), Ok(1..=12_u8)) && is_number(month);
        let is_year = matches!(year.len(), 2 | 4) && is_number(year);
        if is_month && is_year {
            Ok(())
        } else {
            Err(ErrorCode::CardExpiryInvalid)
        }
    }

    /// Checks the security code: three or four digits.
    ///
    /// # Errors
    /// `CardCodeInvalid`.
    pub fn check_code(text: &str) -> Result<(), ErrorCode> {
        let text = text.trim();
        if matches!(text.len(), 3 | 4) && is_number(text) {
            Ok(())
        } else {
            Err(ErrorCode::CardCodeInvalid)
        }
    }
}

fn is_separator(character: char) -> bool {
    character == '-' || character.is_whitespace()
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lenient_spellings_are_accepted() {
        for number in ["4242424242424242", " 4242 4242-4242 4242 "] {
            assert_eq!(CardForm::check_number(number), Ok(()), "{number}");
        }
        for expiry in ["12/30", "1/30", "01 / 2030", "1230", " 12 30 "] {
            assert_eq!(CardForm::check_expiry(expiry), Ok(()), "{expiry}");
        }
        for code in ["123", " 1234 "] {
            assert_eq!(CardForm::check_code(code), Ok(()), "{code}");
        }
    }

    #[test]
    fn invalid_cards_are_refused_with_all_fields_together() {
        for number in [
            "4242",
            "4242 4242 4242 424x",
            "42424242424242424242",
            "４２４２４２４２４２４２",
        ] {
            assert_eq!(
                CardForm::check_number(number),
                Err(ErrorCode::UnknownCard),
                "{number}"
            );
        }
        for expiry in [
            "", "1", "13/30", "0/30", "12/3", "+1/30", "12-30", "é1230", "12/30/1",
        ] {
            let refused = Err(ErrorCode::CardExpiryInvalid);
            assert_eq!(CardForm::check_expiry(expiry), refused, "{expiry}");
        }
        for code in ["", "12", "12345", "12a"] {
            assert_eq!(
                CardForm::check_code(code),
                Err(ErrorCode::CardCodeInvalid),
                "{code}"
            );
        }
        let refusal = CardForm::default().check().unwrap_err();
        assert_eq!(
            refusal.codes(),
            [
                ErrorCode::CardNumberMissing,
                ErrorCode::CardExpiryInvalid,
                ErrorCode::CardCodeInvalid
            ]
        );
    }
}
