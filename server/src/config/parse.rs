//! From the text of a setting to its value; what is wrong is said in a sentence.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::LogFormat;

pub(super) const MIN_HOLD: Duration = Duration::from_secs(1);
pub(super) const MAX_HOLD: Duration = Duration::from_secs(24 * 60 * 60);
pub(super) const MIN_IDLE: Duration = Duration::from_secs(60);
pub(super) const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "expected an IP address and a port".to_owned())
}

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        Err("expected the path of a folder".to_owned())
    } else {
        Ok(PathBuf::from(text))
    }
}

pub(super) fn duration(text: &str, min: Duration, max: Duration) -> Result<Duration, String> {
    let duration =
        humantime::parse_duration(text).map_err(|problem| format!("this is not a duration: {problem}"))?;
    if duration < min || duration > max {
        let (min, max) = (humantime::format_duration(min), humantime::format_duration(max));
        return Err(format!("the duration must be between {min} and {max}"));
    }
    Ok(duration)
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("expected on or off".to_owned()),
    }
}

pub(super) fn key(text: &str) -> Result<web::SigningKey, String> {
    web::SigningKey::parse(text).map_err(|problem| problem.to_string())
}

pub(super) fn keys(text: &str) -> Result<Vec<web::SigningKey>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(key).collect()
}

pub(super) fn number(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| "expected a whole number, 0 for no limit".to_owned())
}

pub(super) fn proxies(text: &str) -> Result<web::TrustedProxies, String> {
    web::TrustedProxies::parse(text).map_err(|problem| problem.to_string())
}

pub(super) fn filter(text: &str) -> Result<String, String> {
    let filter = tracing_subscriber::EnvFilter::try_new(text)
        .map_err(|problem| format!("this is not a filter: {problem}"))?;
    Ok(filter.to_string())
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected text or json".to_owned()),
    }
}
