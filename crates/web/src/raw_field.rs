//! A field of a body before validation.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::decimal;

/// Any JSON value, or none. A route builds a form of `contracts` from such fields, so that a wrong type is refused
/// by the rule of its field, together with all others, and not as a malformed body.
///
/// The text of a number is kept as it was sent: no price ever passes through a float.
#[derive(Debug, Default)]
pub struct RawField(Option<Box<RawValue>>);

impl RawField {
    /// Whether nothing was sent: no such field, or `null`.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.as_ref().is_none_or(|raw| raw.get() == "null")
    }

    /// The text of a string; empty for any other value and for none.
    #[must_use]
    pub fn text(&self) -> String {
        self.string().unwrap_or_default()
    }

    /// A number, or a string that may hold one, as plain decimal text: 4.35, "4.35" and 435e-2 are all `4.35`. Empty
    /// for any other value and for none, and for numbers that lie outside of every range (1e999).
    ///
    /// Strings are not changed: the rule of the field says which are numeric.
    #[must_use]
    pub fn number_text(&self) -> String {
        match &self.0 {
            Some(raw)
                if raw
                    .get()
                    .starts_with(|first: char| first == '-' || first.is_ascii_digit()) =>
            {
                decimal::plain(raw.get()).unwrap_or_default()
            }
            _ => self.text(),
        }
    }

    /// The number text of an optional field: `None` only if nothing was sent. A value of a wrong type counts as sent.
    #[must_use]
    pub fn number_if_sent(&self) -> Option<String> {
        (!self.is_absent()).then(|| self.number_text())
    }

    fn string(&self) -> Option<String> {
        let text = self.0.as_ref()?.get();
        // A quoted value can still be invalid: half of a surrogate pair is not a character.
        if text.starts_with('"') {
            serde_json::from_str(text).ok()
        } else {
            None
        }
    }
}

impl<'de> Deserialize<'de> for RawField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(Some(raw)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        field: RawField,
    }

    fn field(json: &str) -> RawField {
        let body: Body = serde_json::from_str(&format!(r#"{{"field":{json}}}"#)).unwrap();
        body.field
    }

    #[test]
    fn text_accepts_strings_only() {
        assert_eq!(field(r#""a \"b\" \u00fc \ud83c\udf9f""#).text(), "a \"b\" ü 🎟");
        assert_eq!(field(r#""a\u0000b""#).text(), "a\0b");
        for other in [
            "1",
            "true",
            "null",
            "[]",
            r#"["a"]"#,
            r#"{"$ne":null}"#,
            r#""\ud83c""#,
        ] {
            assert_eq!(field(other).text(), "", "{other}");
        }
        assert_eq!(RawField::default().text(), "");
        assert!(RawField::default().is_absent() && field("null").is_absent());
        assert!(!field("false").is_absent() && !field("\"\"").is_absent());
    }

    #[test]
    fn numbers_keep_every_digit() {
        let table = [
            ("0.29", "0.29"),
            ("1.15", "1.15"),
            ("4.35", "4.35"),
            ("20", "20"),
            ("-5", "-5"),
            ("0.290000000000000001", "0.290000000000000001"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("1e2", "100"),
            ("\"19.90\"", "19.90"),
            ("\"free\"", "free"),
            ("true", ""),
            ("null", ""),
            ("[20]", ""),
            ("{\"price\":20}", ""),
            ("1e999999999", ""),
        ];
        for (json, text) in table {
            assert_eq!(field(json).number_text(), text, "{json}");
        }
        assert_eq!(RawField::default().number_text(), "");
        assert_eq!(field("null").number_if_sent(), None);
        assert_eq!(field("5").number_if_sent().as_deref(), Some("5"));
        for wrong in ["false", "[5]", "{}", "\"\""] {
            assert_eq!(field(wrong).number_if_sent().as_deref(), Some(""), "{wrong}");
        }
    }
}
