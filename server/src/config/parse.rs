//! Parses the text of a setting; errors are sentences.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use strum::VariantNames;
use web::SigningKey;

pub(super) const MIN_HOLD: Duration = Duration::from_secs(1);
pub(super) const MAX_HOLD: Duration = Duration::from_hours(24);
pub(super) const MIN_IDLE: Duration = Duration::from_mins(1);
pub(super) const YEAR: Duration = Duration::from_hours(366 * 24);

pub(super) fn listen(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected an IP address and a port")
}

pub(super) fn path(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() {
        Err("expected the path of a directory")
    } else {
        Ok(PathBuf::from(text))
    }
}

/// A duration within these limits.
pub(super) fn duration(limits: RangeInclusive<Duration>) -> impl Fn(&str) -> Result<Duration, String> {
    move |text| {
        let duration =
            humantime::parse_duration(text).map_err(|problem| format!("not a valid duration: {problem}"))?;
        if limits.contains(&duration) {
            return Ok(duration);
        }
        let (min, max) = (*limits.start(), *limits.end());
        let (min, max) = (humantime::format_duration(min), humantime::format_duration(max));
        Err(format!("the duration must be between {min} and {max}"))
    }
}

pub(super) fn switch(text: &str) -> Result<bool, &'static str> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("expected on or off"),
    }
}

/// The name of a variant.
pub(super) fn one_of<T: FromStr + VariantNames>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("expected {}", T::VARIANTS.join(" or ")))
}

pub(super) fn keys(text: &str) -> Result<Vec<SigningKey>, web::InvalidKey> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(SigningKey::parse).collect()
}

pub(super) fn number(text: &str) -> Result<u32, &'static str> {
    text.parse()
        .map_err(|_| "expected a whole number, 0 for no limit")
}

pub(super) fn positive(text: &str) -> Result<u32, &'static str> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number, 1 or more"),
        Ok(number) => Ok(number),
    }
}

pub(super) fn filter(text: &str) -> Result<String, String> {
    let filter = tracing_subscriber::EnvFilter::try_new(text)
        .map_err(|problem| format!("not a valid filter: {problem}"))?;
    Ok(filter.to_string())
}
