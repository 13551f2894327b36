//! The `Idempotency-Key` header.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contracts::ErrorCode;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The most characters that a key has.
const MAX_LENGTH: usize = 255;

/// The key of a request, `None` if it has none.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<&str>, ErrorCode> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => parse(value).map(Some).ok_or(ErrorCode::IdempotencyKeyMalformed),
        // It is ambiguous which one is meant.
        (Some(_), Some(_)) => Err(ErrorCode::IdempotencyKeyMalformed),
    }
}

fn parse(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().filter(|text| is_key(text))
}

/// Whether a text can be the key of a request or of a form.
pub(super) fn is_key(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_values(values: &[&[u8]]) -> Result<Option<String>, ErrorCode> {
        let headers = values
            .iter()
            .map(|value| (IDEMPOTENCY_KEY, HeaderValue::from_bytes(value).unwrap()))
            .collect();
        read(&headers).map(|key| key.map(str::to_owned))
    }

    #[test]
    fn key_is_1_to_255_visible_ascii_characters() {
        let longest = "k".repeat(MAX_LENGTH);
        for key in ["1", "\"8e03978e\"", "!~", &longest] {
            assert_eq!(read_values(&[key.as_bytes()]), Ok(Some(key.to_owned())), "{key}");
        }
        let too_long = "k".repeat(MAX_LENGTH + 1);
        for key in ["", " ", "a b", "a\tb", "schlüssel", &too_long] {
            let refused = Err(ErrorCode::IdempotencyKeyMalformed);
            assert_eq!(read_values(&[key.as_bytes()]), refused, "{key}");
        }
        assert_eq!(read_values(&[b"\xff"]), Err(ErrorCode::IdempotencyKeyMalformed));
    }

    #[test]
    fn at_most_one_key_is_accepted() {
        assert_eq!(read_values(&[]), Ok(None));
        assert_eq!(
            read_values(&[b"a", b"a"]),
            Err(ErrorCode::IdempotencyKeyMalformed)
        );
    }
}
