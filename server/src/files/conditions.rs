//! Conditional requests by entity tags (RFC 9110, 13). Dates are not compared: no `Last-Modified` is sent.

use axum::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue};

/// What the conditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The file is wanted.
    Send,
    /// The client has it already.
    Unchanged,
    /// The client wants another one.
    Failed,
}

/// Checks the conditions against the tag of what would be sent.
pub(super) fn check(headers: &HeaderMap, tag: &[u8]) -> Verdict {
    if headers.contains_key(IF_MATCH) && !names(headers, IF_MATCH, |listed| listed == tag) {
        return Verdict::Failed;
    }
    // A weak tag of ours is the mark of a proxy that has changed the coding: the content is the same.
    if names(headers, IF_NONE_MATCH, |listed| {
        listed.strip_prefix(b"W/").unwrap_or(listed) == tag
    }) {
        return Verdict::Unchanged;
    }
    Verdict::Send
}

/// Whether a list of tags, in as many headers as there are, has a match, or is `*`.
fn names(headers: &HeaderMap, name: HeaderName, is_match: impl Fn(&[u8]) -> bool) -> bool {
    let mut lists = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    lists.any(|list| list.trim_ascii() == b"*" || tags(list).any(&is_match))
}

/// The tags of a list, with their quotes. A tag may contain commas. What follows a syntax error is not read.
fn tags(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let start = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b','))?;
        rest = rest.get(start..)?;
        let prefix = if rest.starts_with(b"W/") { 2 } else { 0 };
        let quoted = rest.get(prefix..)?.strip_prefix(b"\"")?;
        let end = prefix + quoted.iter().position(|byte| *byte == b'"')? + 2;
        let (tag, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &[u8] = b"\"a,b\"";

    fn checked(name: &HeaderName, values: &[&'static str]) -> Verdict {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_static(value));
        }
        check(&headers, TAG)
    }

    #[test]
    fn client_that_has_the_file_is_told_so() {
        for values in [
            &["\"a,b\""][..],
            &["W/\"a,b\""],
            &["*"],
            &[" * "],
            &["\"x\", \"a,b\""],
            &["\"x\",W/\"y\" ,\t\"a,b\",\"z\""],
            &["\"x\"", "\"a,b\""],
            &[",, \"a,b\""],
        ] {
            assert_eq!(checked(&IF_NONE_MATCH, values), Verdict::Unchanged, "{values:?}");
        }
        for values in [
            &[][..],
            &["\"a\""],
            &["a,b"],
            &["\"\""],
            &["\"a,b"],
            &["w/\"a,b\""],
            &["\"x\" , *"],
            &["x \"a,b\""],
            &[""],
        ] {
            assert_eq!(checked(&IF_NONE_MATCH, values), Verdict::Send, "{values:?}");
        }
    }

    #[test]
    fn client_that_wants_another_file_gets_none() {
        for value in ["\"a,b\"", "*", "\"x\", \"a,b\""] {
            assert_eq!(checked(&IF_MATCH, &[value]), Verdict::Send, "{value}");
        }
        for value in ["\"x\"", "W/\"a,b\"", ""] {
            assert_eq!(checked(&IF_MATCH, &[value]), Verdict::Failed, "{value}");
        }
    }
}
