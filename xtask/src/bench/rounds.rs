//! Loads on several systems in turn, so that what else happens on the machine meets all of them.

use std::time::Duration;

use anyhow::Result;

use super::oha::Responses;
use super::table::{ms, per_second};

/// What a load measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    /// Successes per second.
    pub(super) rate: f64,
    /// The 99th percentile of the response times.
    pub(super) p99: Duration,
}

/// A system and its load.
pub(super) struct Target<'a> {
    /// Its name in the table.
    pub(super) name: &'a str,
    /// Loads it once.
    pub(super) load: Box<dyn FnMut() -> Result<Figure> + 'a>,
}

impl<'a> Target<'a> {
    /// Ticketing.
    pub(super) fn ours(load: impl FnMut() -> Result<Figure> + 'a) -> Self {
        Self::new("Ticketing", load)
    }

    /// A system of this name.
    pub(super) fn new(name: &'a str, load: impl FnMut() -> Result<Figure> + 'a) -> Self {
        Self {
            name,
            load: Box::new(load),
        }
    }
}

impl Figure {
    /// The figure of a load in which every response is a success.
    pub(super) fn of(responses: &Responses) -> Self {
        Self {
            rate: responses.rate,
            p99: responses.p99,
        }
    }

    /// The figure as a text.
    pub(super) fn text(&self) -> String {
        format!("{}, p99 {}", per_second(self.rate), ms(self.p99))
    }

    /// The medians of several rounds.
    fn median(rounds: &[Self]) -> Self {
        let mut rates: Vec<_> = rounds.iter().map(|round| round.rate).collect();
        rates.sort_by(f64::total_cmp);
        let mut p99s: Vec<_> = rounds.iter().map(|round| round.p99).collect();
        p99s.sort();
        Self {
            rate: rates.get(rates.len() / 2).copied().unwrap_or_default(),
            p99: p99s.get(p99s.len() / 2).copied().unwrap_or_default(),
        }
    }
}

/// Loads the systems one after the other, `rounds` times, and returns the medians of each.
///
/// # Errors
/// When a load fails.
pub(super) fn take_turns(rounds: usize, targets: &mut [Target<'_>]) -> Result<Vec<Figure>> {
    let mut figures = vec![Vec::with_capacity(rounds); targets.len()];
    for round in 1..=rounds {
        for (target, figures) in targets.iter_mut().zip(&mut figures) {
            let figure = (target.load)()?;
            if rounds > 1 {
                println!("bench: round {round}, {}: {}", target.name, figure.text());
            }
            figures.push(figure);
        }
    }
    Ok(figures.iter().map(|figures| Figure::median(figures)).collect())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn figure(rate: f64, ms: u64) -> Figure {
        Figure {
            rate,
            p99: Duration::from_millis(ms),
        }
    }

    #[test]
    fn systems_take_turns_and_their_medians_count() {
        let order = RefCell::new(Vec::new());
        let mut of_a = [figure(3.0, 1), figure(1.0, 9), figure(2.0, 4)].into_iter();
        let mut targets = [
            Target::ours(|| {
                order.borrow_mut().push("a");
                Ok(of_a.next().unwrap())
            }),
            Target::new("b", || {
                order.borrow_mut().push("b");
                Ok(figure(7.0, 7))
            }),
        ];
        let medians = take_turns(3, &mut targets).unwrap();
        assert_eq!(medians, [figure(2.0, 4), figure(7.0, 7)]);
        drop(targets);
        assert_eq!(order.into_inner(), ["a", "b", "a", "b", "a", "b"]);
    }
}
