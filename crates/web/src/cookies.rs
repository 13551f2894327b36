//! The cookies of a request.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The values that a request carries under a name, in the order in which they were sent.
///
/// A browser sends the cookies of all programs of a host in one line, and a name may occur twice, for two paths or two
/// domains. Each pair is parsed separately and as bytes, so that malformed cookies of other programs do not hide
/// ours. A value that is not visible ASCII was not set by us and is skipped.
pub fn values<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(COOKIE).into_iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(move |pair| {
        let end = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = (pair.get(..end)?, pair.get(end + 1..)?);
        if found.trim_ascii() != name.as_bytes() {
            return None;
        }
        let value = value.trim_ascii();
        let is_visible = value.iter().all(u8::is_ascii_graphic);
        is_visible.then(|| str::from_utf8(value).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn found(lines: &[&[u8]]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        values(&headers, "ours").map(str::to_owned).collect()
    }

    #[test]
    fn each_pair_is_read_by_itself() {
        let table: [(&[u8], &[&str]); 12] = [
            (b"ours=x", &["x"]),
            (b"a=1; ours=x; b=2", &["x"]),
            (b"a=1;ours=x;b=2", &["x"]),
            (b" ours = x ", &["x"]),
            ("a=unders\u{f8}gelse; ours=x".as_bytes(), &["x"]),
            (b"a=\xff\xfe; ours=x; \xff=1", &["x"]),
            (b"a; =; ;;; ours=x", &["x"]),
            (b"ours=x; ours=y", &["x", "y"]),
            (b"ours=x=y==", &["x=y=="]),
            (b"ours=\xc3\xb8; ours=x", &["x"]),
            (b"Ours=x; ours2=x; xours=x; ours", &[]),
            (b"", &[]),
        ];
        for (line, expected) in table {
            assert_eq!(found(&[line]), expected, "{:?}", String::from_utf8_lossy(line));
        }
        assert_eq!(found(&[b"a=\xff", b"ours=x", b"ours=y"]), ["x", "y"]);
    }
}
