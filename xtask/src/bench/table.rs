//! The table of results.

use std::time::Duration;

/// Rows of a measure and its figure.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    /// Adds a row.
    pub(super) fn row(&mut self, what: &str, figure: String) {
        println!("bench: {what}: {figure}");
        self.rows.push((what.to_owned(), figure));
    }

    /// The rows in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut lines = vec!["| what | figure |".to_owned(), "|---|---|".to_owned()];
        lines.extend(
            self.rows
                .iter()
                .map(|(what, figure)| format!("| {what} | {figure} |")),
        );
        lines.join("\n")
    }
}

/// Milliseconds, finer the shorter.
pub(super) fn ms(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// A rate in whole ones, with a comma between thousands.
pub(super) fn per_second(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}/s")
}

/// Bytes as megabytes.
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
        assert_eq!(per_second(1_234_567.0), "1,234,567/s");
        assert_eq!(mb(24_600_000), "25 MB");
    }

    #[test]
    fn the_table_is_markdown() {
        let mut table = Table::default();
        table.row("Start", "11 ms".to_owned());
        assert_eq!(
            table.markdown(),
            "| what | figure |\n|---|---|\n| Start | 11 ms |"
        );
    }
}
