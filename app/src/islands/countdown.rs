//! The time left on a reservation.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::html::Div;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::effect::effect;
use super::live::feed;
use super::{browser, text};
use crate::dates;

/// The countdown shows seconds, so it need not update more often.
const TICK: Duration = Duration::from_secs(1);
/// How many seconds after the deadline the page checks again, if the server has not reached the deadline yet.
const SECONDS_BETWEEN_CHECKS: i64 = 4;

/// Counts down to the end of a reservation, then makes the page refresh. Screen readers announce only a few marks.
#[island]
pub fn Countdown(
    /// When the reservation ends, in milliseconds since the epoch.
    ends_at_ms: i64,
    /// The server's time when the page was rendered, which corrects a wrong clock of the visitor.
    server_now_ms: i64,
    /// The total length of the reservation, in milliseconds.
    whole_ms: i64,
) -> impl IntoView {
    let left_ms = RwSignal::new(ends_at_ms - server_now_ms);
    let announced = RwSignal::new(String::new());
    let root = NodeRef::<Div>::new();
    effect(move || {
        let Some(root) = root.get() else { return };
        // The server rendered the page, or this part of it, just before it began to arrive.
        let elapsed = Elapsed::since(browser::arrived(&root));
        let interval = Rc::new(Cell::new(None::<IntervalHandle>));
        let own_interval = Rc::clone(&interval);
        let tick = move || {
            // The part of the page that replaced this one has its own countdown.
            if !root.is_connected() {
                if let Some(interval) = own_interval.take() {
                    interval.clear();
                }
                return;
            }
            let before = left_ms.get_untracked();
            let now = (ends_at_ms - server_now_ms - elapsed.millis()).min(whole_ms);
            left_ms.set(now);
            if let Some(announcement) = announcement(before, now) {
                announced.set(announcement.to_owned());
            }
            if now <= 0 && (before > 0 || dates::whole_seconds(-now) % SECONDS_BETWEEN_CHECKS == 0) {
                feed::notify_over();
            }
        };
        tick();
        interval.set(set_interval_with_handle(tick, TICK).ok());
    });
    let clock = text::follow(move || dates::countdown(left_ms.get()));
    let status = text::follow(move || announced.get());
    view! {
        <div
            class="countdown"
            data-nearly-over=move || (left_ms.get() <= NEARLY_OVER_MS).then_some("")
            node_ref=root
        >
            <p class="countdown__clock" aria-hidden="true" translate="no" node_ref=clock>
                {dates::countdown(ends_at_ms - server_now_ms)}
            </p>
            <progress
                class="countdown__bar"
                aria-hidden="true"
                max=dates::whole_seconds(whole_ms)
                value=move || dates::whole_seconds(left_ms.get())
            ></progress>
            <p class="visually-hidden" role="status" node_ref=status></p>
        </div>
    }
}

/// The time since the page arrived.
#[derive(Debug, Clone, Copy)]
struct Elapsed {
    uptime_ms: i64,
    clock_ms: i64,
}

impl Elapsed {
    /// Since that uptime of the page.
    fn since(arrived_at_uptime_ms: i64) -> Self {
        let ago = browser::uptime_ms() - arrived_at_uptime_ms;
        Self {
            uptime_ms: arrived_at_uptime_ms,
            clock_ms: browser::now_ms() - ago,
        }
    }

    /// In milliseconds: the longer of two measures, because the uptime stops while a computer sleeps and the clock may be set
    /// back. If the clock is set forward, the page refreshes too early, which corrects it.
    fn millis(self) -> i64 {
        let (by_uptime_ms, by_clock_ms) = (
            browser::uptime_ms() - self.uptime_ms,
            browser::now_ms() - self.clock_ms,
        );
        by_uptime_ms.max(by_clock_ms)
    }
}

const NEARLY_OVER_MS: i64 = 60_000;

/// The announcement when the time left drops from one value to another: the last mark that was passed.
fn announcement(before_ms: i64, now_ms: i64) -> Option<&'static str> {
    const MARKS: [(i64, &str); 4] = [
        (0, "Your reservation has expired."),
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
    fn each_mark_is_announced_once() {
        let mut announced = vec![];
        let mut before = 900_000;
        for now in (-5_000..900_000).rev().step_by(1_000) {
            announced.extend(announcement(before, now));
            before = now;
        }
        let expected = [
            "5 minutes left.",
            "1 minute left.",
            "30 seconds left.",
            "Your reservation has expired.",
        ];
        assert_eq!(announced, expected);
    }

    #[test]
    fn nothing_is_announced_between_marks_or_after_a_late_open() {
        assert_eq!(announcement(899_000, 898_000), None);
        assert_eq!(announcement(20_000, 19_000), None);
        assert_eq!(announcement(-1_000, -2_000), None);
    }

    #[test]
    fn after_a_sleep_only_the_latest_mark_is_announced() {
        assert_eq!(announcement(600_000, 20_000), Some("30 seconds left."));
        assert_eq!(announcement(600_000, -1), Some("Your reservation has expired."));
    }
}
