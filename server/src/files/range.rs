//! Range requests (RFC 9110, 14): one range of bytes, for a download that is resumed.

use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};

/// What is requested of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Range(Range<usize>),
    /// Bytes that it does not have.
    Unsatisfiable,
}

/// The part that a request is for. A range that cannot be read is ignored, as are several at once, which a server need not support,
/// and the range of another version of the file.
pub(super) fn requested(headers: &HeaderMap, tag: &[u8], length: usize) -> Part {
    let is_current = headers
        .get(IF_RANGE)
        .is_none_or(|condition| condition.as_bytes() == tag);
    let mut ranges = headers.get_all(RANGE).iter();
    match (ranges.next(), ranges.next()) {
        (Some(range), None) if is_current => range.to_str().map_or(Part::Whole, |range| read(range, length)),
        _ => Part::Whole,
    }
}

fn read(range: &str, length: usize) -> Part {
    let (unit, range) = range.split_once('=').unwrap_or_default();
    let Some((first, last)) = range
        .trim()
        .split_once('-')
        .filter(|_| unit.eq_ignore_ascii_case("bytes"))
    else {
        return Part::Whole;
    };
    let range = match (first, last) {
        ("", last) => number(last).map(|last| length.saturating_sub(last)..length),
        (first, "") => number(first).map(|first| first..length),
        (first, last) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| first..length.min(last.saturating_add(1))),
    };
    match range {
        None => Part::Whole,
        Some(range) if range.is_empty() => Part::Unsatisfiable,
        Some(range) => Part::Range(range),
    }
}

/// A number of decimal digits only. One that is too large is larger than any file.
fn number(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn one_range_is_read() {
        for (range, expected) in [
            ("bytes=0-3", 0..4),
            ("bytes=0-0", 0..1),
            ("bytes=9-", 9..10),
            ("bytes=4-99999999999999999999999", 4..10),
            ("bytes=-3", 7..10),
            ("bytes=-11", 0..10),
            ("Bytes=2-2", 2..3),
        ] {
            assert_eq!(read(range, 10), Part::Range(expected), "{range}");
        }
    }

    #[test]
    fn other_ranges_are_ignored_or_refused() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=3-2",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=--1",
        ] {
            assert_eq!(read(range, 10), Part::Whole, "{range}");
        }
        for range in [
            "bytes=10-",
            "bytes=10-12",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(read(range, 10), Part::Unsatisfiable, "{range}");
        }
        assert_eq!(read("bytes=0-0", 0), Part::Unsatisfiable);
    }

    #[test]
    fn range_of_another_version_is_ignored() {
        let part = |condition: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, HeaderValue::from_static("bytes=1-2"));
            headers.insert(IF_RANGE, HeaderValue::from_static(condition));
            requested(&headers, b"\"a\"", 10)
        };
        assert_eq!(part("\"a\""), Part::Range(1..3));
        for other in ["\"b\"", "W/\"a\"", "Sat, 31 Jan 2026 18:00:00 GMT"] {
            assert_eq!(part(other), Part::Whole, "{other}");
        }
    }
}
