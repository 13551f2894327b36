//! The errors of a configuration, worded so that the reader knows what to change.

use std::fmt;
use std::path::PathBuf;

use super::{Setting, settings};

/// Where a value was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingSource {
    /// A flag on the command line.
    Flag,
    /// An environment variable.
    Variable,
    /// The configuration file.
    File(PathBuf),
    /// The setting is missing.
    Default,
}

/// One mistake in the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigProblem {
    /// A value that its setting does not take.
    #[error("{}: {problem} (given: {given:?}). Example: {}", named(.setting, .origin), example(.setting, .origin))]
    Value {
        /// The setting.
        setting: &'static Setting,
        /// Where the value was read.
        origin: SettingSource,
        /// The value; empty for a secret.
        given: String,
        /// The error.
        problem: String,
    },
    /// A setting that another one needs was left out.
    #[error("{}: required with {needed_by}. Example: {}", .setting.variable(), example(.setting, &SettingSource::Variable))]
    Missing {
        /// The setting.
        setting: &'static Setting,
        /// The setting that requires it.
        needed_by: String,
    },
    /// The file cannot be read.
    #[error("--config {}: {problem}. Give the path of a readable TOML file, or omit --config", .path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: std::io::Error,
    },
    /// The file is not TOML.
    #[error("--config {}: not valid TOML: {problem}", .path.display())]
    FileMalformed {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        problem: String,
    },
    /// The file names a setting that does not exist.
    #[error("--config {}: unknown setting {key:?}. Known settings: {}", .path.display(), known_keys())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
}

/// Everything that is wrong, at least one mistake.
#[derive(Debug)]
pub struct ConfigError(pub Vec<ConfigProblem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid configuration:")?;
        for problem in &self.0 {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

fn named(setting: &Setting, source: &SettingSource) -> String {
    match source {
        SettingSource::Flag | SettingSource::Default => format!("--{}", setting.key()),
        SettingSource::Variable => setting.variable(),
        SettingSource::File(path) => format!("{} in {}", setting.key(), path.display()),
    }
}

fn example(setting: &Setting, source: &SettingSource) -> String {
    match source {
        SettingSource::Flag | SettingSource::Default => format!("--{} {}", setting.key(), setting.example),
        SettingSource::Variable => format!("{}={}", setting.variable(), setting.example),
        SettingSource::File(_) => format!("{} = \"{}\"", setting.key(), setting.example),
    }
}

fn known_keys() -> String {
    let keys: Vec<String> = settings::all().map(Setting::key).collect();
    keys.join(", ")
}
