//! Validation of UTF-8.

use percent_encoding::percent_decode;

/// Whether a percent-encoded text is UTF-8 once decoded. Otherwise it would be decoded with replacement characters, and stored as
/// something that was never sent.
#[must_use]
pub fn is_utf8_encoded(text: &[u8]) -> bool {
    percent_decode(text).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_utf8_is_text() {
        for text in ["", "a=b&c", "q=caf%C3%A9", "q=caf\u{e9}", "q=100%", "q=%zz"] {
            assert!(is_utf8_encoded(text.as_bytes()), "{text}");
        }
        for text in ["q=caf%E9", "q=%C3", "q=%ED%A0%80", "%ff"] {
            assert!(!is_utf8_encoded(text.as_bytes()), "{text}");
        }
        assert!(!is_utf8_encoded(b"q=\xe9"));
    }
}
