//! Where the databases are, for commands that read neither a file of settings nor the other settings.

use std::path::PathBuf;

use clap::ArgMatches;
use clap::parser::ValueSource;
use service::{PostgresStorage, Storage};

use super::error::SettingSource;
use super::setting::Setting;
use super::{ConfigProblem, DatabaseUrl, settings};

/// Connections of a command to each schema, for reads.
const READERS: u32 = 1;

/// The storage of `--database` or `--data-dir`. A flag takes precedence over a variable, and of two of a kind the database.
///
/// # Errors
/// When the URL is not one of PostgreSQL's.
pub fn command_storage(matches: &ArgMatches) -> Result<Storage, ConfigProblem> {
    let (database, data_dir) = (settings::database(), settings::data_dir());
    let given = |setting: &Setting| {
        let text = matches.get_one::<String>(&setting.key())?;
        Some((text.clone(), matches.value_source(&setting.key())?))
    };
    match (given(database), given(data_dir)) {
        (Some((_, ValueSource::EnvVariable)), Some((folder, ValueSource::CommandLine))) => {
            Ok(Storage::Directory(PathBuf::from(folder)))
        }
        (Some((url, source)), _) => postgres(&url).map_err(|problem| ConfigProblem::Value {
            setting: database,
            origin: if source == ValueSource::EnvVariable {
                SettingSource::Variable
            } else {
                SettingSource::Flag
            },
            given: String::new(),
            problem,
        }),
        (None, folder) => {
            let folder = folder.map(|(folder, _)| folder);
            let default = data_dir.default.unwrap_or_default();
            Ok(Storage::Directory(PathBuf::from(
                folder.as_deref().unwrap_or(default),
            )))
        }
    }
}

/// The storage that a text names: the URL of a PostgreSQL database, or a directory.
///
/// # Errors
/// A sentence that describes what is wrong with the URL.
pub fn parse_storage(text: &str) -> Result<Storage, String> {
    if text.contains("://") {
        postgres(text)
    } else {
        Ok(Storage::Directory(PathBuf::from(text)))
    }
}

fn postgres(url: &str) -> Result<Storage, String> {
    let url = DatabaseUrl::parse(url)?;
    Ok(Storage::Postgres(Box::new(PostgresStorage {
        database: url.options().clone(),
        of_services: std::collections::BTreeMap::new(),
        readers: READERS,
    })))
}
