//! A source and a consumer whose files do not belong together.

use std::fmt;

/// A consumer has consumed events that its source does not have: the two files are not of the same moment. Usually the source was
/// restored from an older copy than the consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The name of the source database.
    pub source_name: &'static str,
    /// The name of the consumer database.
    pub consumer_name: &'static str,
    /// The sequence of the last event that the consumer has consumed.
    pub position: i64,
    /// The sequence of the newest event of the source.
    pub head: i64,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            source_name: source,
            consumer_name: consumer,
            position,
            head,
        } = self;
        if head < position {
            write!(
                f,
                "{consumer} has consumed {position} events of {source}, which has only {head}"
            )
        } else {
            write!(
                f,
                "event {position} of {source} is not the one that {consumer} has consumed"
            )
        }
    }
}

impl std::error::Error for Divergence {}
