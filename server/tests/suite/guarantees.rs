//! The tests that docs/guarantees.md names exist.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

const GUARANTEES: &str = include_str!("../../../docs/guarantees.md");
/// The folders with code.
const CODE: [&str; 7] = [
    "app", "crates", "end2end", "frontend", "server", "services", "xtask",
];

/// The text of all files of a folder that end in `.rs` or `.ts`.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "ts") {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}

/// The texts between these two characters.
fn quoted(text: &str, open: char, close: char) -> HashSet<&str> {
    let parts = text.split(open).skip(1);
    parts
        .filter_map(|part| part.split_once(close))
        .map(|(quoted, _)| quoted)
        .collect()
}

/// The tests that a document names and the sources do not have: functions in backticks, and browser tests in guillemets.
fn missing<'d>(document: &'d str, sources: &str) -> Vec<&'d str> {
    let is_function = |name: &&str| {
        name.contains('_')
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    };
    // Every second backtick closes.
    let functions = document.split('`').skip(1).step_by(2).filter(is_function);
    let functions = functions.filter(|name| !sources.contains(&format!("fn {name}(")));
    let titles = quoted(document, '«', '»')
        .into_iter()
        .filter(|title| !sources.contains(title));
    functions.chain(titles).collect()
}

#[test]
fn every_test_that_a_guarantee_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let sources: String = CODE.iter().map(|folder| sources(&root.join(folder))).collect();
    assert_eq!(missing(GUARANTEES, &sources), [""; 0]);
}

#[test]
fn test_that_does_not_exist_is_found() {
    let sources = "async fn buyer_pays() {}\ntest(\"a buyer pays\", () => {});";
    let document =
        "| paid | `buyer_pays`, «a buyer pays» | `buyer_never_pays`, «nothing is paid», suite `api` |";
    assert_eq!(
        missing(document, sources),
        ["buyer_never_pays", "nothing is paid"]
    );
}
