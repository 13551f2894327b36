//! E-mail addresses.

use std::fmt;

use crate::ErrorCode;

/// An e-mail address, trimmed and in lower case: two spellings that differ only in case are one account.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The longest address that mail systems carry (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX_LENGTH: usize = 254;

    /// Reads an address. The rule is that of HTML's `<input type=email>`, with at least one dot in the domain; only sending a
    /// message could show whether mail arrives.
    ///
    /// # Errors
    /// `EmailInvalid` for anything else.
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(ErrorCode::EmailInvalid)?;
        let local_is_valid = !local.is_empty() && local.len() <= 64 && local.bytes().all(is_local_byte);
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_is_valid = labels.len() >= 2 && labels.iter().all(|label| is_domain_label(label));
        if text.len() > Self::MAX_LENGTH || !local_is_valid || !domain_is_valid {
            return Err(ErrorCode::EmailInvalid);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_domain_label(label: &str) -> bool {
    let edges_are_valid = !label.starts_with('-') && !label.ends_with('-');
    (1..=63).contains(&label.len())
        && edges_are_valid
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Addresses stay out of logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_compared_without_case() {
        assert_eq!(
            Email::parse(" Ada.Lovelace@Example.COM ").unwrap().as_str(),
            "ada.lovelace@example.com"
        );
    }

    #[test]
    fn invalid_addresses_are_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}.com", "b.".repeat(130));
        let table = [
            "",
            "ada",
            "@",
            "ada@",
            "@example.com",
            "ada@example",
            "a b@example.com",
            "ada@exa mple.com",
            "ada@-example.com",
            "ada@example-.com",
            "ada@example..com",
            "ada@.com",
            "a@b@example.com",
            "ada@example.com\r\nbcc: x@example.com",
            "<script>@example.com",
            "ünï@example.com",
            &long_local,
            &long,
        ];
        for text in table {
            assert_eq!(Email::parse(text), Err(ErrorCode::EmailInvalid), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_twice_changes_nothing(text in "[a-zA-Z0-9.+_-]{1,20}@[a-z0-9]{1,10}(\\.[a-z]{2,5}){1,3}") {
            let once = Email::parse(&text).unwrap();
            prop_assert_eq!(Email::parse(once.as_str()).unwrap(), once);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Email::parse(&text);
        }
    }
}
