//! The table of results, in Markdown.

use std::time::Duration;

/// Rows of a name and a figure.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    /// Adds a row and prints it.
    pub(super) fn row(&mut self, name: &str, figure: String) {
        println!("bench: {name}: {figure}");
        self.rows.push((name.to_owned(), figure));
    }

    /// The rows in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut lines = vec!["| measurement | result |".to_owned(), "|---|---|".to_owned()];
        lines.extend(
            self.rows
                .iter()
                .map(|(name, figure)| format!("| {name} | {figure} |")),
        );
        lines.join("\n")
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

/// A rate per second, rounded, with thousands separators.
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
        assert_eq!(per_second(1_234_567.0), "1,234,567/s");
        assert_eq!(mb(24_600_000), "25 MB");
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
}
