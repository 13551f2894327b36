//! Normalizing passwords.

use contracts::Password;
use icu_normalizer::ComposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// Prepares a password for hashing: normalization form C, with every space as U+0020. Case and width are preserved, and nothing
/// is removed.
///
/// These are the mappings of the `OpaqueString` profile (RFC 8265, 4.2.2). Its class of characters is not enforced: this marketplace
/// requires no composition, and what the class excludes is the same from every keyboard.
pub(crate) fn prepared(typed: &str) -> String {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_space = |character| categories.get(character) == GeneralCategory::SpaceSeparator;
    let spaced: String = typed
        .chars()
        .map(|character| if is_space(character) { ' ' } else { character })
        .collect();
    ComposingNormalizer::new_nfc().normalize(&spaced).into_owned()
}

/// A password as typed to sign in.
#[derive(Debug, Clone)]
pub(crate) struct TypedPassword {
    /// Prepared; `None` if no account can have it.
    pub(crate) prepared: Option<Password>,
    /// As typed, if that differs: earlier accounts may have it.
    pub(crate) as_typed: Option<Password>,
}

impl TypedPassword {
    pub(crate) fn read(typed: &str) -> Self {
        let kept = prepared(typed);
        let is_other = kept != typed;
        Self {
            prepared: Password::parse(&kept).ok(),
            as_typed: Password::parse(typed).ok().filter(|_| is_other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_normalization_is_form_independent() {
        for (typed, kept) in [
            ("un café noir", "un café noir"),
            ("un cafe\u{301} noir", "un café noir"),
            ("un\u{a0}café\u{2009}noir", "un café noir"),
            ("un\u{3000}cafe\u{301} noir", "un café noir"),
            ("한국어 비밀번호", "한국어 비밀번호"),
            // Width, case, and invisible characters make a difference.
            ("Ｐａｓｓ", "Ｐａｓｓ"),
            ("  spaced  ", "  spaced  "),
            ("a\u{200d}b\tc", "a\u{200d}b\tc"),
        ] {
            assert_eq!(prepared(typed), kept, "{typed:?}");
            assert_eq!(prepared(kept), kept, "{typed:?}");
        }
    }

    #[test]
    fn unnormalized_password_is_tried_only_if_it_differs() {
        assert!(TypedPassword::read("un café noir").as_typed.is_none());
        let other = TypedPassword::read("un cafe\u{301} noir");
        assert_eq!(other.prepared.unwrap().expose(), "un café noir");
        assert_eq!(other.as_typed.unwrap().expose(), "un cafe\u{301} noir");
        // Eight code points of four characters were long enough before, and 256 of 128 are now.
        let short = TypedPassword::read(&"e\u{301}".repeat(4));
        assert!(short.prepared.is_none() && short.as_typed.is_some());
        let long = TypedPassword::read(&"e\u{301}".repeat(128));
        assert!(long.prepared.is_some() && long.as_typed.is_none());
    }
}
