//! The table of results, in Markdown.

use std::time::Duration;

use super::rounds::{Figure, Target};
use crate::digits::grouped;

/// Rows of a name and a figure, and of a reference where there is one.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    figure: String,
    reference: Option<Reference>,
}

/// Another system under the same load.
#[derive(Debug)]
struct Reference {
    figure: String,
    ratio: f64,
}

impl Table {
    /// Adds a row and prints it.
    pub(super) fn row(&mut self, name: &str, figure: String) {
        println!("bench: {name}: {figure}");
        self.rows.push(Row {
            name: name.to_owned(),
            figure,
            reference: None,
        });
    }

    /// Adds a row of the figures of systems that took turns, the first of which is ours and the last the reference, and
    /// prints it.
    pub(super) fn turns(&mut self, name: &str, targets: &[Target<'_>], figures: &[Figure]) {
        let Some(ours) = figures.first() else { return };
        let mut row = Row {
            name: name.to_owned(),
            figure: ours.text(),
            reference: None,
        };
        println!("bench: {name}: {}", row.figure);
        if let [.., target] = targets
            && let [_, .., figure] = figures
        {
            let reference = Reference {
                figure: format!("{}: {}", target.name, figure.text()),
                ratio: ours.rate / figure.rate,
            };
            println!("bench: {name}: {}: {}", reference.figure, times(reference.ratio));
            row.reference = Some(reference);
        }
        self.rows.push(row);
    }

    /// The rows in Markdown, with columns for references if there are any.
    pub(super) fn markdown(&self) -> String {
        let has_references = self.rows.iter().any(|row| row.reference.is_some());
        let head = if has_references {
            "| measurement | result | reference | ratio |\n|---|---|---|---|"
        } else {
            "| measurement | result |\n|---|---|"
        };
        let mut lines = vec![head.to_owned()];
        lines.extend(self.rows.iter().map(|row| {
            let Row {
                name,
                figure,
                reference,
            } = row;
            match reference {
                Some(Reference { figure: other, ratio }) => {
                    format!("| {name} | {figure} | {other} | {} |", times(*ratio))
                }
                None if has_references => format!("| {name} | {figure} | | |"),
                None => format!("| {name} | {figure} |"),
            }
        }));
        lines.join("\n")
    }
}

/// A ratio, such as `0.64` or `12`.
fn times(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 1.0 => format!("{ratio:.2}"),
        ratio if ratio < 10.0 => format!("{ratio:.1}"),
        ratio => format!("{ratio:.0}"),
    }
}

/// A duration in milliseconds, with a decimal below ten.
pub(super) fn ms(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// A rate per second, rounded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates are positive, and far below the largest integer"
)]
pub(super) fn per_second(rate: f64) -> String {
    format!("{}/s", grouped(rate.round() as u64))
}

/// Bytes in megabytes.
#[expect(clippy::cast_precision_loss, reason = "the figure is rounded to a few digits")]
pub(super) fn mb(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        assert_eq!(ms(Duration::from_micros(1_240)), "1.2 ms");
        assert_eq!(ms(Duration::from_micros(123_400)), "123 ms");
        assert_eq!(per_second(999.4), "999/s");
        assert_eq!(per_second(28_500.0), "28,500/s");
        assert_eq!(mb(24_600_000), "25 MB");
        assert_eq!([0.637, 4.46, 12.4].map(times), ["0.64", "4.5", "12"]);
    }

    #[test]
    fn table_is_markdown() {
        let mut table = Table::default();
        table.row("Start", "11 ms".to_owned());
        assert_eq!(
            table.markdown(),
            "| measurement | result |\n|---|---|\n| Start | 11 ms |"
        );
    }

    #[test]
    fn reference_is_the_last_of_the_systems() {
        let figure = |rate| Figure {
            rate,
            p99: Duration::from_millis(2),
        };
        let ours = || Target::ours(|| Ok(figure(0.0)));
        let mut table = Table::default();
        table.turns("Alone", &[ours()], &[figure(5.0)]);
        assert!(!table.markdown().contains("ratio"));
        let targets = [ours(), Target::new("Other", || Ok(figure(0.0)))];
        table.turns("Beside", &targets, &[figure(3_000.0), figure(1_000.0)]);
        assert_eq!(
            table.markdown(),
            "| measurement | result | reference | ratio |\n|---|---|---|---|\n| Alone | 5/s, p99 2.0 ms | | |\n\
             | Beside | 3,000/s, p99 2.0 ms | Other: 1,000/s, p99 2.0 ms | 3.0 |"
        );
    }
}
