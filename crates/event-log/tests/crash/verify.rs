//! The invariants after the last kill.

use std::fmt;

use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{Database, status};

use crate::support::{Scratch, number};

/// An event that was acknowledged to its writer.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) sequence: i64,
    pub(crate) account: String,
    pub(crate) amount: i64,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "written {} {} {}.", self.sequence, self.account, self.amount)
    }
}

impl Written {
    /// Parses what `Display` wrote. The full stop shows that the line was not truncated by the kill.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (_, line) = line.split_once("written ")?;
        let mut words = line.strip_suffix('.')?.split(' ');
        let sequence = words.next()?.parse().ok()?;
        Some(Self {
            sequence,
            account: words.next()?.to_owned(),
            amount: words.next()?.parse().ok()?,
        })
    }
}

/// All violations, one sentence each.
pub(crate) async fn problems(scratch: &Scratch, written: &[Written]) -> Vec<String> {
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    assert!(!written.is_empty(), "nothing was written, and this shows nothing");
    let mut problems = source.integrity_check().await.unwrap();
    problems.extend(consumer.integrity_check().await.unwrap());
    problems.extend(of_the_log(&source, written).await);
    problems.extend(of_the_effects(&source, &consumer).await);
    if number(&consumer, "SELECT count(*) FROM cursors").await > 0 {
        let status = status(&source, &consumer).await.unwrap();
        if (status.lag, status.retrying, status.dead_lettered) != (0, 0, 0) {
            problems.push(format!("something is pending: {status:?}"));
        }
    }
    problems
}

/// Nothing acknowledged is missing, nothing is numbered twice, and the source agrees with its own log.
async fn of_the_log(source: &Database, written: &[Written]) -> Vec<String> {
    let mut problems = Vec::new();
    for Written {
        sequence,
        account,
        amount,
    } in written
    {
        let found: i64 = unchecked_scalar(
            "SELECT count(*) FROM events WHERE sequence = $1 AND aggregate_id = $2 AND payload ->> 'amount' = $3",
        )
        .bind(*sequence)
        .bind(account)
        .bind(*amount)
        .fetch_one(source.reader())
        .await
        .unwrap();
        if found != 1 {
            problems.push(format!("event {sequence} was acknowledged and is not there"));
        }
    }
    if number(source, "SELECT count(*) - max(sequence) FROM events").await != 0 {
        problems.push("the sequence has gaps".into());
    }
    let unpublished = "SELECT count(*) FROM accounts WHERE total <>
        (SELECT sum(payload ->> 'amount') FROM events WHERE aggregate_id = accounts.id)";
    if number(source, unpublished).await != 0 {
        problems.push("the source differs from its own events".into());
    }
    problems
}

/// Every event had its effect once, in the order of its aggregate, and the totals are the source's.
async fn of_the_effects(source: &Database, consumer: &Database) -> Vec<String> {
    let mut problems = Vec::new();
    for sequence in 1..=number(source, "SELECT max(sequence) FROM events").await {
        let effects: i64 = unchecked_scalar("SELECT count(*) FROM entries WHERE sequence = $1")
            .bind(sequence)
            .fetch_one(consumer.reader())
            .await
            .unwrap();
        if effects != 1 {
            problems.push(format!("event {sequence} had its effect {effects} times"));
        }
    }
    let disorder = "SELECT count(*) FROM entries AS later JOIN entries AS earlier
        ON earlier.aggregate_id = later.aggregate_id AND earlier.rowid < later.rowid AND earlier.version >= later.version";
    if number(consumer, disorder).await != 0 {
        problems.push("an aggregate's events were applied out of order".into());
    }
    if totals(source, "SELECT id, total FROM accounts ORDER BY id").await
        != totals(consumer, "SELECT id, total FROM totals ORDER BY id").await
    {
        problems.push("the consumer's totals are not the source's".into());
    }
    problems
}

async fn totals(database: &Database, sql: &'static str) -> Vec<(String, i64)> {
    unchecked(sql).fetch_all(database.reader()).await.unwrap()
}
