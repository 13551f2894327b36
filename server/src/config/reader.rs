//! Reads a setting: from a flag, else an environment variable, else the file.

use std::fmt::Display;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::file::File;
use super::setting::{NeededWith, Setting};
use super::{ConfigProblem, SettingSource};

/// Reads settings and collects the mistakes.
pub(super) struct Reader<'m> {
    pub(super) matches: &'m ArgMatches,
    pub(super) file: Option<File>,
    pub(super) problems: Vec<ConfigProblem>,
}

impl Reader<'_> {
    /// The value; `None` if it is missing, or invalid, which is recorded as an error.
    pub(super) fn read<T, E: Display>(
        &mut self,
        setting: &'static Setting,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let Some((text, origin)) = self.find(setting) else {
            self.problems.extend(self.missing(setting));
            return None;
        };
        match parse(&text) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push(ConfigProblem::Value {
                    setting,
                    origin,
                    // A key that was mistyped is still most of a key: it is not repeated.
                    given: if setting.is_secret { String::new() } else { text },
                    problem: problem.to_string(),
                });
                None
            }
        }
    }

    /// The mistake of leaving out a setting that another one needs.
    fn missing(&self, setting: &'static Setting) -> Option<ConfigProblem> {
        let NeededWith {
            setting: other,
            value,
        } = setting.needed_with.as_ref()?;
        let (text, _) = self.find(other())?;
        (text == *value).then(|| ConfigProblem::Missing {
            setting,
            needed_by: format!("--{} {value}", other().key()),
        })
    }

    fn find(&self, setting: &'static Setting) -> Option<(String, SettingSource)> {
        let key = setting.key();
        let said = self.matches.get_one::<String>(&key).cloned();
        let said = match (said, self.matches.value_source(&key)) {
            (Some(text), Some(ValueSource::CommandLine)) => Some((text, SettingSource::Flag)),
            (Some(text), Some(ValueSource::EnvVariable)) => Some((text, SettingSource::Variable)),
            _ => None,
        };
        said.or_else(|| self.find_in_file(&key)).or_else(|| {
            setting
                .default
                .map(|text| (text.to_owned(), SettingSource::Default))
        })
    }

    fn find_in_file(&self, key: &str) -> Option<(String, SettingSource)> {
        let file = self.file.as_ref()?;
        let text = match file.values.get(key)? {
            toml::Value::String(text) => text.clone(),
            // A list may be written as one.
            toml::Value::Array(parts) if parts.iter().all(toml::Value::is_str) => {
                let parts: Vec<&str> = parts.iter().filter_map(toml::Value::as_str).collect();
                parts.join(",")
            }
            other => other.to_string(),
        };
        Some((text, SettingSource::File(file.path.clone())))
    }
}
