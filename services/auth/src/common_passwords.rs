//! The most common passwords. For their source see `data/README.md`.

use std::cmp::Ordering;

use icu_normalizer::ComposingNormalizer;

/// Sorted by bytes, one per line, in lower case.
const LIST: &str = include_str!("../data/common-passwords.txt");

/// Whether a password is on the list, ignoring case, width and surrounding white space.
pub(crate) fn contains(password: &str) -> bool {
    let password = ComposingNormalizer::new_nfkc().normalize(password);
    contains_line(LIST, &password.trim().to_lowercase())
}

/// Binary search for a line in a text of sorted lines, without building anything at start-up.
fn contains_line(text: &str, line: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    // Both bounds are always at the beginning of a line, or at the end of the text.
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[..middle]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let length = bytes[start..].iter().position(|&byte| byte == b'\n');
        let end = length.map_or(bytes.len(), |length| start + length);
        match bytes[start..end].cmp(line.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = (end + 1).min(bytes.len()),
            Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Password;
    use proptest::prelude::*;

    #[test]
    fn list_is_sorted_and_every_entry_is_a_possible_password() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 8_000);
        assert!(lines.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
        for line in lines {
            assert!(
                Password::parse(line).is_ok(),
                "{line}: refused anyway for its length"
            );
            assert_eq!(line, line.trim().to_lowercase());
        }
    }

    #[test]
    fn every_line_is_found_in_any_spelling() {
        for line in LIST.lines() {
            assert!(
                contains(line) && contains(&line.to_uppercase()) && contains(&format!(" {line} ")),
                "{line}"
            );
        }
    }

    #[test]
    fn uncommon_passwords_are_not_found() {
        for password in [
            "",
            "\n",
            "correct horse battery staple",
            "password1\npassword2",
            "zzzzzzzzzzzzzz",
            "!",
        ] {
            assert!(!contains(password), "{password:?}");
        }
    }

    proptest! {
        #[test]
        fn halving_finds_what_reading_every_line_finds(mut lines in prop::collection::btree_set("[a-c]{0,3}", 1..20), line in "[a-c]{0,3}") {
            let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
            prop_assert_eq!(contains_line(&text, &line), lines.contains(&line));
            lines.insert(line.clone());
            let text: Vec<String> = lines.into_iter().collect();
            prop_assert!(contains_line(&text.join("\n"), &line) || line.is_empty());
        }
    }
}
