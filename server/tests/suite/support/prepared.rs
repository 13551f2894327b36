//! The statements that are checked at compile time, as described for SQLite in the `.sqlx` folders of the crates.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A file in a crate's `.sqlx`.
#[derive(Deserialize)]
pub struct Prepared {
    pub query: String,
    pub describe: Description,
}

/// What SQLite says about a statement.
#[derive(Deserialize)]
pub struct Description {
    pub columns: Vec<Column>,
    pub parameters: Parameters,
    /// Whether a column can be NULL, as far as that is known.
    pub nullable: Vec<Option<bool>>,
}

#[derive(Deserialize)]
pub struct Column {
    pub name: String,
    pub type_info: String,
}

/// SQLite knows only how many there are.
#[derive(Deserialize)]
pub struct Parameters {
    #[serde(rename = "Right")]
    pub count: usize,
}

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// SQLite's statements of the crate of this name.
pub fn statements(name: &str) -> Vec<Prepared> {
    let folders = ["services", "crates"].map(|parent| root().join(parent).join(name));
    let folder = folders.into_iter().find(|folder| folder.is_dir()).unwrap();
    let files = folder.join(".sqlx").read_dir().unwrap().map(Result::unwrap);
    let described = files.map(|file| serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap());
    let of_sqlite = described.filter(|description: &serde_json::Value| description["db_name"] == "SQLite");
    of_sqlite
        .map(|description| serde_json::from_value(description).unwrap())
        .collect()
}

impl Prepared {
    /// Its text on one line.
    pub fn line(&self) -> String {
        self.query.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
