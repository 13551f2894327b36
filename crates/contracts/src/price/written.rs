//! Prices in the notations that people use.

use super::Price;
use crate::ErrorCode;

/// Names of the currency, the longer ones first.
const CURRENCY: [&str; 3] = ["US$", "USD", "$"];

impl Price {
    /// Reads a price as a person writes it, with a point or a comma before the cents, with the thousands set apart or not, with or
    /// without the currency: `12.5`, `12,50`, `.5`, `$20`, `20 USD`, `1,000.00`, `1.000,00`, `1 000,00`, `1'000`, `20,-`. Digits may be
    /// full-width, spaces of any kind.
    ///
    /// Only unambiguous input is accepted. If both a point and a comma occur, the last one separates the cents. A
    /// single comma followed by exactly three digits separates thousands, because prices are in US dollars and no one writes a tenth of a
    /// cent: `1,000` is a thousand. A single point always separates the cents: `1.000` has too many decimals, since half of
    /// the world would mean a thousand by it and the other half one dollar.
    ///
    /// # Errors
    /// `PriceUnreadable` for anything but a number, `PriceTooLow` for zero and less, `PriceTooPrecise` for more than two
    /// decimals, `PriceTooHigh` above [`Price::MAX`].
    pub fn parse_written(text: &str) -> Result<Self, ErrorCode> {
        let text: String = text.chars().map(plain).collect();
        let (amount, is_negative) = amount(&text);
        let (whole, fraction) = split(amount).ok_or(ErrorCode::PriceUnreadable)?;
        if is_negative {
            return Err(ErrorCode::PriceTooLow);
        }
        if fraction.len() > 2 {
            return Err(ErrorCode::PriceTooPrecise);
        }
        Self::from_decimal(&whole, fraction)
    }
}

/// The canonical character of those that mean the same in a price.
fn plain(character: char) -> char {
    match character {
        // The full-width forms of ASCII are ASCII, moved.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        // The sign that mathematics has for minus.
        '\u{2212}' => '-',
        // The apostrophe that a phone makes of the typed one.
        '\u{2019}' => '\'',
        space if space.is_whitespace() => ' ',
        other => other,
    }
}

/// The rest of a text without the currency, and whether there is a minus in front of it.
fn amount(text: &str) -> (&str, bool) {
    let text = text.trim();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let bare = without_currency(unsigned);
    let amount = bare.strip_prefix('-').unwrap_or(bare);
    // A dash in the place of the cents.
    let whole = amount.strip_suffix(",-").or_else(|| amount.strip_suffix(".-"));
    (
        whole.unwrap_or(amount),
        amount.len() < bare.len() || unsigned.len() < text.len(),
    )
}

fn without_currency(text: &str) -> &str {
    let is_name = |part: Option<&str>, name: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(name));
    let mut text = text;
    if let Some(name) = CURRENCY
        .into_iter()
        .find(|name| is_name(text.get(..name.len()), name))
    {
        text = text.get(name.len()..).unwrap_or_default();
    }
    let start = |name: &str| text.len().checked_sub(name.len());
    let is_last = |name: &&str| start(name).is_some_and(|start| is_name(text.get(start..), name));
    if let Some(start) = CURRENCY.into_iter().find(is_last).and_then(start) {
        text = text.get(..start).unwrap_or_default();
    }
    text.trim()
}

/// The digits of the dollars and those of the cents, of which one at least is there.
fn split(amount: &str) -> Option<(String, &str)> {
    let (whole, fraction) = match decimal_mark(amount) {
        Some(mark) => amount.rsplit_once(mark)?,
        None => (amount, ""),
    };
    let whole = without_grouping(whole)?;
    let is_number = is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    is_number.then_some((whole, fraction))
}

/// The part before the cents, if there is one.
fn decimal_mark(amount: &str) -> Option<char> {
    let last = amount.chars().rfind(|character| matches!(character, '.' | ','))?;
    let other = if last == '.' { ',' } else { '.' };
    let (before, after) = amount.rsplit_once(last)?;
    let sets_thousands_apart = if before.chars().any(|character| character == other) {
        false
    } else if before.chars().any(|character| character == last) {
        true
    } else {
        last == ',' && after.len() == 3 && is_first_group(before)
    };
    (!sets_thousands_apart).then_some(last)
}

/// The digits of a whole number whose thousands are set apart in one way, or not at all.
fn without_grouping(whole: &str) -> Option<String> {
    let Some(separator) = whole.chars().find(|character| !character.is_ascii_digit()) else {
        return Some(whole.to_owned());
    };
    if !matches!(separator, ' ' | '\'' | '.' | ',') {
        return None;
    }
    let mut groups = whole.split(separator);
    let is_grouped =
        groups.next().is_some_and(is_first_group) && groups.all(|group| group.len() == 3 && is_digits(group));
    is_grouped.then(|| whole.replace(separator, ""))
}

fn is_first_group(digits: &str) -> bool {
    (1..=3).contains(&digits.len()) && is_digits(digits) && !digits.starts_with('0')
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
