//! Time and randomness are injected, and ids follow them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use event_log::{Clock, IdSource, ManualClock, SystemClock, VersionCheck, next_version};
use uuid::Uuid;

const NOW_MS: i64 = 1_767_225_600_000;

fn milliseconds(id: Uuid) -> i64 {
    let (seconds, nanoseconds) = id.get_timestamp().unwrap().to_unix();
    i64::try_from(seconds).unwrap() * 1000 + i64::from(nanoseconds) / 1_000_000
}

#[test]
fn ids_are_version_7_of_the_clocks_time() {
    let clock = ManualClock::at(NOW_MS);
    let ids = IdSource::seeded(clock.shared(), 1);
    let id = ids.next();
    assert_eq!(
        (id.get_version_num(), id.get_variant()),
        (7, uuid::Variant::RFC4122)
    );
    assert_eq!(milliseconds(id), NOW_MS);
    clock.advance(Duration::from_millis(5));
    assert_eq!(milliseconds(ids.next()), NOW_MS + 5);
}

/// A clock that shows one time after the other and then stops.
struct Scripted(Mutex<Vec<i64>>);

impl Clock for Scripted {
    fn now_ms(&self) -> i64 {
        let mut times = self.0.lock().unwrap();
        if times.len() > 1 {
            times.remove(0)
        } else {
            times[0]
        }
    }
}

#[test]
fn ids_grow_also_while_the_clock_stands_still_or_steps_back() {
    let times = vec![NOW_MS, NOW_MS, NOW_MS - 5000, NOW_MS + 1, NOW_MS - 1];
    let ids = IdSource::seeded(Arc::new(Scripted(Mutex::new(times))), 1);
    let mut last = ids.next();
    for _ in 0..20_000 {
        let next = ids.next();
        assert!(
            next > last && next.to_string() > last.to_string(),
            "{next} after {last}"
        );
        last = next;
    }
    // Growing, it did not run ahead of the clock.
    assert_eq!(milliseconds(last), NOW_MS + 1);
}

#[test]
fn same_seed_gives_the_same_ids_and_another_does_not() {
    let clock = ManualClock::at(NOW_MS);
    let take = |seed| {
        let ids = IdSource::seeded(clock.shared(), seed);
        (0..100).map(|_| ids.next()).collect::<HashSet<Uuid>>()
    };
    assert_eq!(take(1), take(1));
    assert_eq!(take(1).len(), 100);
    assert!(take(1).is_disjoint(&take(2)));
}

#[test]
fn systems_ids_differ_from_each_other() {
    let ids = IdSource::system(SystemClock::shared());
    let others = IdSource::system(SystemClock::shared());
    let all: HashSet<Uuid> = (0..1000).flat_map(|_| [ids.next(), others.next()]).collect();
    assert_eq!(all.len(), 2000);
}

#[test]
fn replica_applies_the_next_version_alone() {
    use VersionCheck::{Apply, Duplicate, Gap};
    for (current, incoming, expected) in [
        (None, 0, Apply),
        (None, 1, Gap),
        (None, 7, Gap),
        (Some(0), 0, Duplicate),
        (Some(0), 1, Apply),
        (Some(0), 2, Gap),
        (Some(5), 0, Duplicate),
        (Some(5), 4, Duplicate),
        (Some(5), 5, Duplicate),
        (Some(5), 6, Apply),
        (Some(5), 7, Gap),
        (Some(5), i64::MAX, Gap),
    ] {
        assert_eq!(
            next_version(current, incoming),
            expected,
            "{current:?} {incoming}"
        );
    }
}
