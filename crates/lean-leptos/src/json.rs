//! Reads JSON in the browser, with the names of `serde_json`, by which the macro for islands calls them.

use std::convert::Infallible;

use serde::de::DeserializeOwned;
pub use serde_json_core::de::Error;

/// Reads a value as the server writes it: a character above U+FFFF is not escaped, and the type of a value is known.
///
/// # Errors
/// When the text is not JSON, or not that of such a value.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    // No string is longer without its escapes than the whole text with them.
    let mut unescaped = vec![0; text.len()];
    let (value, _length) = serde_json_core::from_str_escaped(text, &mut unescaped)?;
    Ok(value)
}

/// Nothing: the macro writes the properties of an island wherever it builds one, but only the server sends them.
///
/// # Errors
/// Never.
#[must_use]
pub fn to_string<T: ?Sized>(_: &T) -> Result<String, Infallible> {
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Unit,
        Newtype(u32),
        Struct { text: String, whole: i64 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Properties {
        shapes: Vec<Shape>,
        none: Option<u16>,
        some: Option<String>,
        #[serde(default)]
        left_out: Option<bool>,
        flag: bool,
    }

    fn properties() -> Properties {
        Properties {
            shapes: vec![
                Shape::Unit,
                Shape::Newtype(7),
                Shape::Struct {
                    text: "“Ada” \"quoted\" \\ \u{7} \n 𝄞 <b>".to_owned(),
                    whole: -1_769_884_920_007,
                },
            ],
            none: None,
            some: Some(String::new()),
            left_out: None,
            flag: true,
        }
    }

    #[test]
    fn reads_what_the_server_writes() {
        let written = leptos::serde_json::to_string(&properties()).unwrap();
        assert_eq!(from_str::<Properties>(&written).unwrap(), properties());
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let text = r#"{"Struct":{"new":[1,{"a":null}],"text":"t","more":1.5,"whole":1}}"#;
        let expected = Shape::Struct {
            text: "t".to_owned(),
            whole: 1,
        };
        assert_eq!(from_str::<Shape>(text), Ok(expected));
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in [
            "",
            "null",
            "\"Unknown\"",
            "{\"Newtype\":-1}",
            "\"Unit\" x",
            "\"Unit",
            "<html>",
        ] {
            assert!(from_str::<Shape>(text).is_err(), "{text}");
        }
    }
}
