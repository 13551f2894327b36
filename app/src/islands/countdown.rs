//! How long an order still holds its ticket.

use std::time::Duration;

use leptos::prelude::*;

use super::browser;
use crate::when;

/// The clock shows seconds, so that it need not move more often.
const TICK: Duration = Duration::from_secs(1);

/// Counts down to the end of a hold, and then loads the page anew. Screen readers hear of it at a few marks only.
#[island]
pub fn Countdown(
    /// When the hold ends, in milliseconds since the epoch.
    ends_at_ms: i64,
    /// The server's time when the page was made, by which a wrong clock of the visitor is put right.
    server_now_ms: i64,
    /// How long the hold is in all, in milliseconds.
    whole_ms: i64,
) -> impl IntoView {
    let left_ms = RwSignal::new(ends_at_ms - server_now_ms);
    let said = RwSignal::new("");
    Effect::new(move || {
        // The server made the page just before it began to arrive.
        let skew_ms = server_now_ms - browser::arrived_at_ms().unwrap_or_else(browser::now_ms);
        let tick = move || {
            let before = left_ms.get_untracked();
            let now = ends_at_ms - (browser::now_ms() + skew_ms);
            left_ms.set(now);
            if let Some(announcement) = announcement(before, now) {
                said.set(announcement);
            }
            if now <= 0 && before > 0 {
                browser::reload();
            }
        };
        tick();
        if let Ok(interval) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || interval.clear());
        }
    });
    view! {
        <div class="countdown" data-nearly-over=move || (left_ms.get() <= NEARLY_OVER_MS).then_some("")>
            <p class="countdown__clock" aria-hidden="true">
                {move || when::clock(left_ms.get())}
            </p>
            <progress
                class="countdown__bar"
                aria-hidden="true"
                max=when::whole_seconds(whole_ms)
                value=move || when::whole_seconds(left_ms.get())
            ></progress>
            <p class="visually-hidden" role="status">
                {move || said.get()}
            </p>
        </div>
    }
}

const NEARLY_OVER_MS: i64 = 60_000;

/// What is said aloud when the time that is left falls from one value to another: the last mark that was passed.
fn announcement(before_ms: i64, now_ms: i64) -> Option<&'static str> {
    const MARKS: [(i64, &str); 4] = [
        (0, "The reservation has expired."),
        (30_000, "30 seconds left."),
        (60_000, "1 minute left."),
        (300_000, "5 minutes left."),
    ];
    let passed = MARKS
        .into_iter()
        .find(|(mark, _)| now_ms <= *mark && *mark < before_ms);
    passed.map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_said_once() {
        let mut said = vec![];
        let mut before = 900_000;
        for now in (-5_000..900_000).rev().step_by(1_000) {
            said.extend(announcement(before, now));
            before = now;
        }
        let expected = [
            "5 minutes left.",
            "1 minute left.",
            "30 seconds left.",
            "The reservation has expired.",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn nothing_is_said_between_the_marks_or_for_a_page_that_opens_late() {
        assert_eq!(announcement(899_000, 898_000), None);
        assert_eq!(announcement(20_000, 19_000), None);
        assert_eq!(announcement(-1_000, -2_000), None);
    }

    #[test]
    fn after_a_sleep_only_the_latest_mark_is_said() {
        assert_eq!(announcement(600_000, 20_000), Some("30 seconds left."));
        assert_eq!(announcement(600_000, -1), Some("The reservation has expired."));
    }
}
