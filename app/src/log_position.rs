//! The position in the services' event logs when a page was rendered.

use std::fmt;
use std::str::FromStr;

use contracts::Timestamp;
use event_log::EventSource;

use crate::context::Services;

/// A position in the event logs of the services. A page is at least as new as the position that was taken before it was
/// rendered, so its live feed misses nothing if it starts there.
///
/// It is written as `tickets.orders.payments.milliseconds`, which is also the id of a server-sent event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// The sequence of the newest event of tickets; 0 if there was none.
    pub tickets: i64,
    /// The sequence of the newest event of orders.
    pub orders: i64,
    /// The sequence of the newest event of payments.
    pub payments: i64,
    /// The instant: deadlines that had passed by then are not announced again.
    pub at: Timestamp,
}

impl LogPosition {
    /// The current position. Reads after taking it see at least everything up to it.
    #[must_use]
    pub fn of_services(services: &Services) -> Self {
        let Services {
            tickets,
            orders,
            payments,
            ..
        } = services;
        Self::of(
            &tickets.events(),
            &orders.events(),
            &payments.events(),
            services.now(),
        )
    }

    /// The current position in these logs. Reads after taking it see at least everything up to it.
    #[must_use]
    pub fn of(tickets: &EventSource, orders: &EventSource, payments: &EventSource, now: Timestamp) -> Self {
        Self {
            tickets: tickets.head(),
            orders: orders.head(),
            payments: payments.head(),
            at: now,
        }
    }
}

/// The text cannot be read as a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position in the logs: it is written like 17.8.3.1767225600000")]
pub struct InvalidLogPosition;

impl fmt::Display for LogPosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tickets,
            orders,
            payments,
            at,
        } = self;
        write!(formatter, "{tickets}.{orders}.{payments}.{}", at.as_millis())
    }
}

impl FromStr for LogPosition {
    type Err = InvalidLogPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text
            .split('.')
            .map(|number| number.parse::<i64>().ok().filter(|number| *number >= 0));
        let mut next = || numbers.next().flatten().ok_or(InvalidLogPosition);
        let position = Self {
            tickets: next()?,
            orders: next()?,
            payments: next()?,
            at: Timestamp::from_millis(next()?),
        };
        match numbers.next() {
            None => Ok(position),
            Some(_) => Err(InvalidLogPosition),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_parses_what_it_prints() {
        let position = LogPosition {
            tickets: 17,
            orders: 8,
            payments: 0,
            at: Timestamp::from_millis(1_767_225_600_000),
        };
        assert_eq!(position.to_string(), "17.8.0.1767225600000");
        assert_eq!(position.to_string().parse(), Ok(position));
    }

    #[test]
    fn invalid_positions_are_refused() {
        for text in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.-4",
            "a.2.3.4",
            "1..3.4",
            "99999999999999999999.0.0.0",
        ] {
            assert_eq!(text.parse::<LogPosition>(), Err(InvalidLogPosition), "{text}");
        }
    }
}
