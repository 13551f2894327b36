//! A clock's readings without its jumps.

use std::time::Duration;

/// How far a reading may lie from the expected one to be followed at once: about the size of a small clock adjustment.
const TOLERANCE_MS: i64 = 2_000;

/// How long a jump must last until it counts.
pub(super) const CONFIRMATION: Duration = Duration::from_mins(1);

/// Follows a clock that can be set by one that cannot: the difference of the two changes only by little steps, or for a
/// jump that has lasted.
#[derive(Debug)]
pub(super) struct Steady {
    /// The difference between the two clocks.
    offset_ms: i64,
    jump: Option<Jump>,
}

/// A difference that may be the right one.
#[derive(Debug, Clone, Copy)]
struct Jump {
    offset_ms: i64,
    since: Duration,
}

impl Steady {
    /// Believes the first reading: there is nothing to compare it with.
    pub(super) fn new(wall_ms: i64, running: Duration) -> Self {
        Self {
            offset_ms: wall_ms.saturating_sub(millis(running)),
            jump: None,
        }
    }

    /// The current instant, and the size of a jump that has just been accepted.
    pub(super) fn read(&mut self, wall_ms: i64, running: Duration) -> (i64, Option<i64>) {
        let offset_ms = wall_ms.saturating_sub(millis(running));
        let mut jumped = None;
        if is_near(offset_ms, self.offset_ms) {
            self.offset_ms = offset_ms;
            self.jump = None;
        } else if let Some(jump) = self.jump.filter(|jump| is_near(offset_ms, jump.offset_ms)) {
            if running.saturating_sub(jump.since) >= CONFIRMATION {
                jumped = Some(offset_ms.saturating_sub(self.offset_ms));
                *self = Self::new(wall_ms, running);
            }
        } else {
            self.jump = Some(Jump {
                offset_ms,
                since: running,
            });
        }
        (self.offset_ms.saturating_add(millis(running)), jumped)
    }
}

fn is_near(one: i64, other: i64) -> bool {
    one.abs_diff(other) <= TOLERANCE_MS.unsigned_abs()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START_MS: i64 = 1_769_882_400_000;
    const HOUR_MS: i64 = 60 * 60 * 1_000;

    /// The two clocks at each of the readings: seconds of running, and the error of the machine's clock in milliseconds.
    fn shown(readings: &[(u64, i64)]) -> Vec<i64> {
        let mut steady = Steady::new(START_MS, Duration::ZERO);
        let read = |(seconds, off_ms): &(u64, i64)| {
            let running = Duration::from_secs(*seconds);
            let right_ms = START_MS + millis(running);
            let (now_ms, _) = steady.read(right_ms + off_ms, running);
            now_ms - right_ms
        };
        readings.iter().map(read).collect()
    }

    #[test]
    fn briefly_wrong_clock_is_ignored() {
        for off in [2 * HOUR_MS, -2 * HOUR_MS, 365 * 24 * HOUR_MS, i64::MAX / 4] {
            assert_eq!(
                shown(&[(1, 0), (2, off), (30, off), (61, off), (62, 0), (63, 0)]),
                [0; 6]
            );
        }
    }

    #[test]
    fn lasting_jump_is_accepted() {
        for off in [2 * HOUR_MS, -2 * HOUR_MS] {
            assert_eq!(
                shown(&[(1, off), (60, off), (61, off), (62, off)]),
                [0, 0, off, off]
            );
        }
    }

    #[test]
    fn jump_must_last_without_interruption() {
        let off = HOUR_MS;
        assert_eq!(
            shown(&[(0, off), (59, off), (60, 0), (61, off), (120, off)]),
            [0; 5]
        );
        assert_eq!(shown(&[(0, off), (59, 2 * off), (60, off), (119, off)]), [0; 4]);
        assert_eq!(
            shown(&[(0, off), (59, 2 * off), (60, off), (120, off)]),
            [0, 0, 0, off]
        );
    }

    #[test]
    fn small_adjustments_are_followed_at_once() {
        assert_eq!(
            shown(&[(1, 500), (2, -1_000), (3, 1_000), (4, 2_900)]),
            [500, -1_000, 1_000, 2_900]
        );
    }

    #[test]
    fn accepted_jump_is_reported_once() {
        let mut steady = Steady::new(START_MS, Duration::ZERO);
        let mut jump = |seconds| {
            let running = Duration::from_secs(seconds);
            steady.read(START_MS + millis(running) + HOUR_MS, running).1
        };
        assert_eq!([jump(0), jump(60), jump(61)], [None, Some(HOUR_MS), None]);
    }
}
