//! Decimal numbers of JSON without their exponent.

/// The greatest exponent that is expanded. Doubles end at 308, so no program means a number beyond it.
const LARGEST_EXPONENT: i64 = 400;

/// The exact value of a JSON number in plain digits: `1.5e1` is `15`, `5e-2` is `0.05`. A number without exponent stays
/// as it is. `None` for an unreasonable exponent.
pub(crate) fn plain(number: &str) -> Option<String> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else {
        return Some(number.to_owned());
    };
    let exponent: i64 = exponent.parse().ok()?;
    if exponent.abs() > LARGEST_EXPONENT {
        return None;
    }
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |digits| ("-", digits));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    // The position of the point, counted in digits from the left; zeros are added on the side where digits are missing.
    let mut point = i64::try_from(whole.len()).ok()? + exponent;
    if point < 1 {
        let missing = usize::try_from(1 - point).ok()?;
        digits.insert_str(0, &"0".repeat(missing));
        point = 1;
    }
    let point = usize::try_from(point).ok()?;
    if point > digits.len() {
        let missing = point - digits.len();
        digits.push_str(&"0".repeat(missing));
    }
    let (whole, fraction) = digits.split_at(point);
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{dot}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_move_the_point() {
        let table = [
            ("20", "20"),
            ("0.29", "0.29"),
            ("1e2", "100"),
            ("1E+2", "100"),
            ("1.5e1", "15"),
            ("1.55e1", "15.5"),
            ("5e-2", "0.05"),
            ("435e-2", "4.35"),
            ("4.35e0", "4.35"),
            ("0e5", "000000"),
            ("-1.5e1", "-15"),
            ("1e-3", "0.001"),
        ];
        for (number, expected) in table {
            assert_eq!(plain(number).as_deref(), Some(expected), "{number}");
        }
    }

    #[test]
    fn exponents_beyond_reason_are_refused() {
        for number in ["1e401", "1e-401", "1e99999999999999999999", "0e999999999"] {
            assert_eq!(plain(number), None, "{number}");
        }
        assert_eq!(plain("1e400").map(|text| text.len()), Some(401));
    }
}
