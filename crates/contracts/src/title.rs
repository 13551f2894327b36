//! Titles of tickets.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::ErrorCode;

/// The title of a ticket: 1 to 200 characters of any script after trimming. It is never interpreted, only escaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Title(String);

impl Title {
    /// The maximum number of characters.
    pub const MAX_CHARS: usize = 200;

    /// Takes the text without the white space around it. Checking that it is visible needs Unicode tables too large for a
    /// browser: the tickets service checks it when a ticket is listed or edited.
    ///
    /// # Errors
    /// `TitleMissing` where nothing is left, `TitleTooLong` above [`Title::MAX_CHARS`].
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        // NUL is refused: many tools that read databases end strings at it.
        if text.chars().all(char::is_control) || text.chars().any(|character| character == '\0') {
            return Err(ErrorCode::TitleMissing);
        }
        if text.chars().take(Self::MAX_CHARS + 1).count() > Self::MAX_CHARS {
            return Err(ErrorCode::TitleTooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The title.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Title {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|code| de::Error::custom(code.message()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn title_is_trimmed() {
        for text in [
            "Concert",
            "コンサート 🎟",
            "<b>bold</b>",
            "'; DROP TABLE tickets; --",
            "a  b",
            "e\u{301}",
        ] {
            assert_eq!(Title::parse(&format!(" \t{text}\n")).unwrap().as_str(), text);
        }
    }

    #[test]
    fn each_wrong_title_is_named() {
        let longest = "é".repeat(Title::MAX_CHARS);
        assert!(Title::parse(&longest).is_ok());
        assert_eq!(Title::parse(&format!("{longest}é")), Err(ErrorCode::TitleTooLong));
        for text in ["", "   ", "\n\t", "\u{7f}", "a\0b"] {
            assert_eq!(Title::parse(text), Err(ErrorCode::TitleMissing), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_twice_changes_nothing(text in ".{0,220}") {
            if let Ok(title) = Title::parse(&text) {
                prop_assert_eq!(Title::parse(title.as_str()), Ok(title));
            }
        }
    }
}
