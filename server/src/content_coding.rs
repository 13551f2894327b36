//! The content coding of a response: the one that its client weights highest (RFC 9110, 12.5.3).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

/// A content coding. The first is preferred where a client has no preference: it makes the smallest files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentCoding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// None.
    Identity,
}

impl ContentCoding {
    /// Its name in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// The codings of that name; `x-gzip` is an old one of gzip.
    fn is_named(self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.name()) || (self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip"))
    }
}

/// The weights that a client gives to content codings.
pub(crate) struct AcceptedCodings<'h>(Option<&'h HeaderMap>);

impl<'h> AcceptedCodings<'h> {
    /// The weights in the headers of a request. Without any, a client is sent what everyone can read.
    pub(crate) fn of(headers: &'h HeaderMap) -> Self {
        Self(headers.contains_key(ACCEPT_ENCODING).then_some(headers))
    }

    /// Which of these to send: the one with the highest weight, and of equals the first. A client that accepts none of them gets the
    /// last, as it would have to do without a response otherwise.
    pub(crate) fn choose<T: Copy>(&self, offered: impl IntoIterator<Item = (ContentCoding, T)>) -> Option<T> {
        let mut chosen: Option<(u16, T)> = None;
        let mut last = None;
        for (coding, item) in offered {
            let weight = self.weight(coding);
            if weight > chosen.map_or(0, |(highest, _)| highest) {
                chosen = Some((weight, item));
            }
            last = Some(item);
        }
        chosen.map(|(_, item)| item).or(last)
    }

    /// The weight in thousandths; 0 for a coding that is not accepted. A coding that is not named has the weight of the asterisk.
    /// Without an asterisk only the identity is accepted, if nothing else is.
    fn weight(&self, coding: ContentCoding) -> u16 {
        let is_identity = coding == ContentCoding::Identity;
        let (mut named, mut others) = (None, None);
        for (name, weight) in self.listed() {
            if coding.is_named(name) {
                named = Some(weight);
            } else if name == "*" {
                others = Some(weight);
            }
        }
        named.or(others).unwrap_or(u16::from(is_identity))
    }

    fn listed(&self) -> impl Iterator<Item = (&'h str, u16)> {
        let values = self
            .0
            .into_iter()
            .flat_map(|headers| headers.get_all(ACCEPT_ENCODING));
        let elements = values.filter_map(|value| value.to_str().ok());
        elements.flat_map(|value| value.split(',')).map(|element| {
            let (name, parameters) = element.split_once(';').unwrap_or((element, ""));
            (name.trim(), weight(parameters.trim()))
        })
    }
}

/// `q=0.5` in thousandths. A weight that cannot be read is none.
fn weight(parameter: &str) -> u16 {
    if parameter.is_empty() {
        return 1_000;
    }
    let digits = parameter.strip_prefix("q=").or(parameter.strip_prefix("Q="));
    let (whole, fraction) = digits.map_or(("", ""), |text| text.split_once('.').unwrap_or((text, "")));
    let is_fraction = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = format!("{fraction:0<3}").parse().unwrap_or_default();
    match whole {
        "0" if is_fraction => thousandths,
        "1" if is_fraction && thousandths == 0 => 1_000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContentCoding::{Brotli, Gzip, Identity};
    use axum::http::HeaderValue;

    fn chosen(accepted: &[&'static str], offered: &[ContentCoding]) -> Option<ContentCoding> {
        let values = accepted
            .iter()
            .map(|value| (ACCEPT_ENCODING, HeaderValue::from_static(value)));
        let mut headers = HeaderMap::new();
        headers.extend(values.map(|(name, value)| (Some(name), value)));
        AcceptedCodings::of(&headers).choose(offered.iter().map(|coding| (*coding, *coding)))
    }

    #[test]
    fn highest_weight_is_chosen() {
        let all = [Brotli, Gzip, Identity];
        for (accepted, expected) in [
            ("gzip, deflate, br, zstd", Brotli),
            ("br;q=0.5, gzip", Gzip),
            ("br;q=0.5, gzip;q=0.501", Gzip),
            ("GZIP", Gzip),
            ("x-gzip", Gzip),
            ("br;q=0, *", Gzip),
            ("gzip;q=0.1", Gzip),
            ("identity, br;q=0.9", Identity),
            ("identity;q=0.1, gzip;q=0.2", Gzip),
            ("*", Brotli),
            ("*;q=0, gzip", Gzip),
            ("br ; Q=0.000 , gzip ;q=1.000", Gzip),
            ("br;q=2, gzip;q=0.4", Gzip),
            ("br;level=9, gzip", Gzip),
            ("br;q=0.1234, gzip;q=-1, deflate", Identity),
            ("zstd", Identity),
            ("", Identity),
        ] {
            assert_eq!(chosen(&[accepted], &all), Some(expected), "{accepted}");
        }
        assert_eq!(chosen(&[], &all), Some(Identity), "says nothing");
        assert_eq!(chosen(&["gzip;q=0.5", "br"], &all), Some(Brotli), "two headers");
    }

    #[test]
    fn only_what_there_is_is_chosen() {
        assert_eq!(chosen(&["br, gzip"], &[Gzip, Identity]), Some(Gzip));
        assert_eq!(chosen(&["br"], &[Gzip, Identity]), Some(Identity));
        assert_eq!(chosen(&["br, identity;q=0"], &[Gzip, Identity]), Some(Identity));
        assert_eq!(chosen(&["br"], &[]), None);
    }
}
