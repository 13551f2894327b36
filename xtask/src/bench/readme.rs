//! The figures in the project's README.

use std::fs;

use anyhow::{Context, Result};
use xtask_setup::Workspace;

/// The lines between which the figures are.
const MARKERS: (&str, &str) = (
    "<!-- Written by `cargo xtask bench --beside`. -->",
    "<!-- Until here. -->",
);

/// Replaces the figures.
///
/// # Errors
/// When the README has no place for them, or cannot be read or written.
pub(super) fn write(workspace: &Workspace, section: &str) -> Result<()> {
    let path = workspace.root().join("README.md");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = replaced(&text, &wrapped(section)).with_context(|| {
        format!(
            "{} lacks the lines {} and {}, between which the figures belong",
            path.display(),
            MARKERS.0,
            MARKERS.1
        )
    })?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("bench: wrote {}", path.display());
    Ok(())
}

fn replaced(text: &str, section: &str) -> Option<String> {
    let (before, rest) = text.split_once(MARKERS.0)?;
    let (_, after) = rest.split_once(MARKERS.1)?;
    Some(format!("{before}{}\n{section}\n{}{after}", MARKERS.0, MARKERS.1))
}

/// The text with its sentences in lines of at most 130 characters. Rows of a table stay as they are.
fn wrapped(section: &str) -> String {
    let wrap = |line: &str| {
        if line.starts_with('|') {
            return line.to_owned();
        }
        let mut lines = vec![String::new()];
        for word in line.split(' ') {
            match lines.last_mut() {
                Some(last) if last.is_empty() => last.push_str(word),
                Some(last) if last.len() + 1 + word.len() <= 130 => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines.join("\n")
    };
    section.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_between_the_markers_are_replaced() {
        let readme = format!("a\n{}\nold\n{}\nz\n", MARKERS.0, MARKERS.1);
        let written = replaced(&readme, "new").unwrap();
        assert_eq!(written, format!("a\n{}\nnew\n{}\nz\n", MARKERS.0, MARKERS.1));
        assert_eq!(replaced(&written, "new").unwrap(), written);
        assert_eq!(replaced("no markers", "new"), None);
    }

    #[test]
    fn sentences_are_wrapped_and_tables_are_not() {
        let row = format!("| {} |", "a b ".repeat(60));
        assert_eq!(wrapped(&row), row);
        let sentence = "word ".repeat(60);
        assert!(wrapped(sentence.trim()).lines().all(|line| line.len() <= 130));
        assert_eq!(wrapped("a\n\nb"), "a\n\nb");
    }
}
