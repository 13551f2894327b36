//! The table of a comparison: a column for each form, and ratios to the first.

use super::super::rounds::Figure;

/// The figures of several forms.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    columns: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    /// The rate in the first column.
    first: Option<f64>,
    cells: Vec<String>,
}

/// The column that is being filled.
pub(super) struct Column<'c> {
    comparison: &'c mut Comparison,
    row: usize,
}

impl Comparison {
    /// Begins a column. Its cells are those of the rows of the first, in that order.
    pub(super) fn column(&mut self, name: &str) -> Column<'_> {
        self.columns.push(name.to_owned());
        Column {
            comparison: self,
            row: 0,
        }
    }

    /// The table in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut lines = vec![
            format!("| measurement | {} |", self.columns.join(" | ")),
            format!("|---|{}", "---|".repeat(self.columns.len())),
        ];
        lines.extend(
            self.rows
                .iter()
                .map(|row| format!("| {} | {} |", row.name, row.cells.join(" | "))),
        );
        lines.join("\n")
    }
}

impl Column<'_> {
    /// Adds a rate, with its ratio to that of the first column.
    pub(super) fn rate(&mut self, name: &str, figure: Figure) {
        let row = self.next(name);
        let cell = match row.first {
            Some(first) => format!("{} ({:.2} ×)", figure.text(), figure.rate / first),
            None => figure.text(),
        };
        row.first.get_or_insert(figure.rate);
        self.add(name, cell);
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &str, text: String) {
        self.next(name);
        self.add(name, text);
    }

    fn next(&mut self, name: &str) -> &mut Row {
        let rows = &mut self.comparison.rows;
        if self.row == rows.len() {
            rows.push(Row {
                name: name.to_owned(),
                first: None,
                cells: Vec::new(),
            });
        }
        &mut rows[self.row]
    }

    fn add(&mut self, name: &str, cell: String) {
        println!("bench: {name}: {cell}");
        self.comparison.rows[self.row].cells.push(cell);
        self.row += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn rates_have_their_ratio_to_the_first_column() {
        let mut comparison = Comparison::default();
        for (name, rate) in [("one", 100.0), ("two", 250.0)] {
            let mut column = comparison.column(name);
            let p99 = Duration::from_millis(1);
            column.rate("Reservations", Figure { rate, p99 });
            column.text("Lag", "3.0 ms".to_owned());
        }
        let expected = "| measurement | one | two |\n|---|---|---|\n| Reservations | 100/s, p99 1.0 ms | 250/s, p99 1.0 ms (2.50 ×) |\n\
            | Lag | 3.0 ms | 3.0 ms |";
        assert_eq!(comparison.markdown(), expected);
    }
}
