//! Finds what was said about a setting: by a flag, else by a variable, else in the file, else nowhere.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::file::File;
use super::setting::{self, Setting};
use super::{Mistake, Source};

/// Reads settings and collects the mistakes.
pub(super) struct Reader<'m> {
    pub(super) matches: &'m ArgMatches,
    pub(super) file: Option<File>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// The value; `None` if nothing was said, or something wrong, which is then noted.
    pub(super) fn read<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (text, origin) = self.find(setting)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(problem) => {
                // A key that was mistyped is still most of a key: it is not repeated.
                let given = if setting::SECRETS.iter().any(|secret| secret.key == setting.key) {
                    String::new()
                } else {
                    text
                };
                self.mistakes.push(Mistake::Value {
                    setting,
                    origin,
                    given,
                    problem,
                });
                None
            }
        }
    }

    fn find(&self, setting: &'static Setting) -> Option<(String, Source)> {
        let said = self.matches.get_one::<String>(setting.key).cloned();
        let said = match (said, self.matches.value_source(setting.key)) {
            (Some(text), Some(ValueSource::CommandLine)) => Some((text, Source::Flag)),
            (Some(text), Some(ValueSource::EnvVariable)) => Some((text, Source::Variable)),
            _ => None,
        };
        said.or_else(|| self.find_in_file(setting))
            .or_else(|| setting.default.map(|text| (text.to_owned(), Source::Default)))
    }

    fn find_in_file(&self, setting: &'static Setting) -> Option<(String, Source)> {
        let file = self.file.as_ref()?;
        let text = match file.values.get(setting.key)? {
            toml::Value::String(text) => text.clone(),
            // A list may be written as one.
            toml::Value::Array(parts) if parts.iter().all(toml::Value::is_str) => {
                let parts: Vec<&str> = parts.iter().filter_map(toml::Value::as_str).collect();
                parts.join(",")
            }
            other => other.to_string(),
        };
        Some((text, Source::File(file.path.clone())))
    }
}
