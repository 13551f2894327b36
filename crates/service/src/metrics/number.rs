//! Numbers and times as Prometheus has them.

use std::time::Duration;

/// A number of things. Prometheus has floating-point numbers only, which are exact up to 2^53.
#[must_use]
pub fn number(count: impl TryInto<i64>) -> f64 {
    let count = count.try_into().unwrap_or(i64::MAX);
    #[expect(clippy::cast_precision_loss, reason = "the format has no other numbers")]
    let number = count as f64;
    number
}

/// Seconds between two instants in milliseconds UTC; 0 if the earlier one is missing or in the future.
#[must_use]
pub fn age_seconds(now_ms: i64, since_ms: Option<i64>) -> f64 {
    let age_ms = since_ms.map_or(0, |since_ms| now_ms.saturating_sub(since_ms).max(0));
    Duration::from_millis(age_ms.unsigned_abs()).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_seconds_and_never_negative() {
        let ages = [None, Some(500), Some(2_000), Some(3_000)].map(|since| age_seconds(2_000, since));
        assert_eq!(ages.map(|age| age.to_string()), ["0", "1.5", "0", "0"]);
        assert_eq!(number(7_usize).to_string(), "7");
    }
}
