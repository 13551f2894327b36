//! Times in human-readable form.

#[cfg(feature = "ssr")]
use std::time::Duration;

#[cfg(feature = "ssr")]
use contracts::Timestamp;

/// The time of day in UTC, `18:42 UTC`: shown until the browser has converted it to its own zone.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn time_of_day(at: Timestamp) -> String {
    let minutes = at.as_millis().div_euclid(60_000).rem_euclid(24 * 60);
    format!("{:02}:{:02} UTC", minutes / 60, minutes % 60)
}

/// The day in UTC, `31 Jan 2026`.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn day(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    // The text of an instant begins YYYY-MM-DD.
    let text = at.to_string();
    let mut parts = text.split(['-', 'T']);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| month.parse::<usize>().ok());
    let month = month.and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => format!("{} {month} {year}", day.trim_start_matches('0')),
        _ => text,
    }
}

/// A span of time as a clock shows it, `14:59`. It is rounded up, so that `0:00` means that nothing is left.
#[must_use]
pub(crate) fn countdown(left_ms: i64) -> String {
    let seconds = whole_seconds(left_ms);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A number of hours in words: `24 hours`, `3 days`.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn hours(hours: u16) -> String {
    match hours {
        1 => "1 hour".to_owned(),
        hours if hours > 24 && hours.is_multiple_of(24) => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}

/// A length of time in its largest whole unit: `15 minutes`, `2 hours`, `90 seconds`.
#[cfg(feature = "ssr")]
#[must_use]
pub(crate) fn duration(duration: Duration) -> String {
    let (number, unit) = match duration.as_secs() {
        seconds if seconds >= 3_600 && seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        seconds if seconds >= 60 && seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        seconds => (seconds, "second"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// Seconds of a span, rounded up; none for a span that is over.
#[must_use]
pub(crate) fn whole_seconds(left_ms: i64) -> i64 {
    left_ms.max(0).saturating_add(999) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENING: Timestamp = Timestamp::from_millis(1_769_884_920_007);

    #[test]
    fn instants_read_as_day_and_time() {
        assert_eq!(EVENING.to_string(), "2026-01-31T18:42:00.007Z");
        assert_eq!(time_of_day(EVENING), "18:42 UTC");
        assert_eq!(day(EVENING), "31 Jan 2026");
        assert_eq!(day(Timestamp::from_millis(0)), "1 Jan 1970");
        assert_eq!(time_of_day(Timestamp::from_millis(-1)), "23:59 UTC");
    }

    #[test]
    fn spans_are_formatted_in_hours_or_whole_days() {
        for (hours, text) in [
            (1, "1 hour"),
            (24, "24 hours"),
            (36, "36 hours"),
            (72, "3 days"),
            (168, "7 days"),
        ] {
            assert_eq!(super::hours(hours), text);
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn durations_are_formatted_in_their_largest_whole_unit() {
        for (seconds, text) in [
            (900, "15 minutes"),
            (60, "1 minute"),
            (90, "90 seconds"),
            (1, "1 second"),
            (3_600, "1 hour"),
            (5_400, "90 minutes"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn countdown_stops_at_zero() {
        let table = [
            (900_000, "15:00"),
            (899_999, "15:00"),
            (899_000, "14:59"),
            (60_000, "1:00"),
            (59_001, "1:00"),
            (59_000, "0:59"),
            (1, "0:01"),
            (0, "0:00"),
            (-5_000, "0:00"),
            (5_400_000, "90:00"),
            (i64::MAX, "153722867280912:55"),
        ];
        for (left, text) in table {
            assert_eq!(countdown(left), text, "{left}");
        }
    }
}
