//! Configuration: flags before variables before the file before the defaults, read once at the start into typed values.

mod error;
mod origin;
pub mod setting;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;
use clap::parser::ValueSource;

pub use error::{ConfigError, Mistake, Source};
pub use origin::WebOrigin;
use setting::Setting;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The configuration of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Folder of the databases and the signing key.
    pub data_dir: PathBuf,
    /// The origin under which browsers see the site.
    pub public_origin: Option<WebOrigin>,
    /// How long a reservation holds its ticket.
    pub hold: Duration,
    /// How long a session lives without use.
    pub session_idle: Duration,
    /// How long a session lives at most.
    pub session_max: Duration,
    /// The key that signs session tokens; `None` takes the one of the data folder.
    pub signing_key: Option<web::SigningKey>,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

impl Config {
    /// Reads the configuration from the command line (which knows the variables, too) and the file it may name.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn load(matches: &ArgMatches) -> Result<Self, ConfigError> {
        let file = match matches.get_one::<PathBuf>("config") {
            Some(path) => Some(File::read(path).map_err(ConfigError)?),
            None => None,
        };
        let mut reader = Reader {
            matches,
            file,
            mistakes: Vec::new(),
        };
        let listen = reader.required(&setting::LISTEN, parse_listen);
        let data_dir = reader.required(&setting::DATA_DIR, parse_path);
        let public_origin = reader.optional(&setting::PUBLIC_ORIGIN, WebOrigin::parse);
        let hold = reader.required(&setting::HOLD, |text| parse_duration(text, MIN_HOLD, MAX_HOLD));
        let session_idle = reader.required(&setting::SESSION_IDLE, |text| {
            parse_duration(text, MIN_IDLE, YEAR)
        });
        let session_max = reader.required(&setting::SESSION_MAX, |text| parse_duration(text, MIN_IDLE, YEAR));
        let signing_key = reader.optional(&setting::SIGNING_KEY, parse_key);
        let log = reader.required(&setting::LOG, parse_filter);
        let log_format = reader.required(&setting::LOG_FORMAT, parse_log_format);
        let Reader { mistakes, .. } = reader;
        match (listen, data_dir, hold, session_idle, session_max, log, log_format) {
            (
                Some(listen),
                Some(data_dir),
                Some(hold),
                Some(session_idle),
                Some(session_max),
                Some(log),
                Some(log_format),
            ) if mistakes.is_empty() => Ok(Self {
                listen,
                data_dir,
                public_origin,
                hold,
                session_idle,
                session_max,
                signing_key,
                log,
                log_format,
            }),
            _ => Err(ConfigError(mistakes)),
        }
    }
}

const MIN_HOLD: Duration = Duration::from_secs(1);
const MAX_HOLD: Duration = Duration::from_secs(24 * 60 * 60);
const MIN_IDLE: Duration = Duration::from_secs(60);
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "an IP address and a port are needed".to_owned())
}

fn parse_path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        Err("the path of a folder is needed".to_owned())
    } else {
        Ok(PathBuf::from(text))
    }
}

fn parse_duration(text: &str, min: Duration, max: Duration) -> Result<Duration, String> {
    let duration =
        humantime::parse_duration(text).map_err(|problem| format!("this is not a duration: {problem}"))?;
    if duration < min || duration > max {
        let (min, max) = (humantime::format_duration(min), humantime::format_duration(max));
        return Err(format!("the duration must be between {min} and {max}"));
    }
    Ok(duration)
}

fn parse_key(text: &str) -> Result<web::SigningKey, String> {
    web::SigningKey::parse(text).map_err(|problem| problem.to_string())
}

fn parse_filter(text: &str) -> Result<String, String> {
    let filter = tracing_subscriber::EnvFilter::try_new(text)
        .map_err(|problem| format!("this is not a filter: {problem}"))?;
    Ok(filter.to_string())
}

fn parse_log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("the format is either text or json".to_owned()),
    }
}

struct File {
    path: PathBuf,
    values: toml::Table,
}

impl File {
    fn read(path: &Path) -> Result<Self, Vec<Mistake>> {
        let path = path.to_owned();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(problem) => return Err(vec![Mistake::FileUnreadable { path, problem }]),
        };
        let values: toml::Table = match text.parse() {
            Ok(values) => values,
            Err(error) => {
                let problem = toml::de::Error::to_string(&error);
                return Err(vec![Mistake::FileMalformed { path, problem }]);
            }
        };
        let is_known = |key: &String| setting::ALL.iter().any(|setting| setting.key == key);
        let unknown = values.keys().filter(|key| !is_known(key));
        let mistakes: Vec<Mistake> = unknown
            .map(|key| Mistake::UnknownKey {
                path: path.clone(),
                key: key.clone(),
            })
            .collect();
        if mistakes.is_empty() {
            Ok(Self { path, values })
        } else {
            Err(mistakes)
        }
    }
}

struct Reader<'m> {
    matches: &'m ArgMatches,
    file: Option<File>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn required<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.optional(setting, parse)
    }

    fn optional<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (text, origin) = self.find(setting)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(problem) => {
                // A key that was mistyped is still most of a key: it is not repeated.
                let given = if setting.key == setting::SIGNING_KEY.key {
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
            other => other.to_string(),
        };
        Some((text, Source::File(file.path.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(arguments: &[&str]) -> Result<Config, ConfigError> {
        let matches = crate::cli::command()
            .try_get_matches_from([&["ticketing", "serve"], arguments].concat())
            .unwrap();
        Config::load(matches.subcommand_matches("serve").unwrap())
    }

    #[test]
    fn nothing_need_be_said() {
        let config = load(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.hold, Duration::from_secs(15 * 60));
        assert_eq!(config.public_origin, None);
    }

    #[test]
    fn every_mistake_is_named_with_an_example() {
        let error = load(&[
            "--listen",
            "3000",
            "--hold",
            "soon",
            "--log-format",
            "xml",
            "--signing-key",
            "secret",
        ])
        .unwrap_err();
        let text = error.to_string();
        for part in [
            "--listen: an IP address and a port are needed (given: \"3000\"). Example: --listen 0.0.0.0:8080",
            "--hold: this is not a duration",
            "--log-format: the format is either text or json",
            "--signing-key: ",
        ] {
            assert!(text.contains(part), "{part:?} in {text}");
        }
        assert!(!text.contains("\"secret\""), "a key is not repeated: {text}");
    }

    #[test]
    fn the_file_gives_way_to_flags_and_its_mistakes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ticketing.toml");
        let path_text = path.to_str().unwrap();
        std::fs::write(&path, "hold = \"10m\"\nlisten = \"127.0.0.1:4000\"\n").unwrap();
        let config = load(&["--config", path_text, "--listen", "127.0.0.1:5000"]).unwrap();
        assert_eq!(
            (config.listen.port(), config.hold),
            (5000, Duration::from_secs(600))
        );

        std::fs::write(&path, "hold = 10\n").unwrap();
        let text = load(&["--config", path_text]).unwrap_err().to_string();
        assert!(
            text.contains("hold in ") && text.contains("Example: hold = \"15m\""),
            "{text}"
        );

        std::fs::write(&path, "holt = \"10m\"\n").unwrap();
        let text = load(&["--config", path_text]).unwrap_err().to_string();
        assert!(
            text.contains("there is no setting \"holt\"") && text.contains("session-idle"),
            "{text}"
        );

        std::fs::write(&path, "hold = ").unwrap();
        assert!(
            load(&["--config", path_text])
                .unwrap_err()
                .to_string()
                .contains("not valid TOML")
        );
        assert!(
            load(&["--config", "/nowhere/ticketing.toml"])
                .unwrap_err()
                .to_string()
                .contains("readable TOML file")
        );
    }
}
