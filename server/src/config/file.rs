//! The configuration file: TOML, one key per setting.

use std::path::{Path, PathBuf};

use super::{ConfigProblem, settings};

/// A file that was read, and names only settings that exist.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) values: toml::Table,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, Vec<ConfigProblem>> {
        let path = path.to_owned();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(problem) => return Err(vec![ConfigProblem::FileUnreadable { path, problem }]),
        };
        let values: toml::Table = match text.parse() {
            Ok(values) => values,
            Err(error) => {
                let problem = toml::de::Error::to_string(&error);
                return Err(vec![ConfigProblem::FileMalformed { path, problem }]);
            }
        };
        let is_known = |key: &String| settings::all().any(|setting| setting.key() == *key);
        let unknown = values.keys().filter(|key| !is_known(key));
        let problems: Vec<ConfigProblem> = unknown
            .map(|key| ConfigProblem::UnknownKey {
                path: path.clone(),
                key: key.clone(),
            })
            .collect();
        if problems.is_empty() {
            Ok(Self { path, values })
        } else {
            Err(problems)
        }
    }
}
