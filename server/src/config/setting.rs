//! The definition of a setting. The table is in `settings`.

/// One setting: `--data-dir`, `TICKETING_DATA_DIR` and `data-dir = "…"` in the file are equivalent.
#[derive(Debug)]
pub struct Setting {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    /// The placeholder of its value in the help.
    pub value_name: &'static str,
    /// The default value.
    pub default: Option<&'static str>,
    /// A value that is accepted, for help and error messages.
    pub example: &'static str,
    /// Whether its value is never repeated.
    pub is_secret: bool,
    /// The setting that requires it.
    pub needed_with: Option<NeededWith>,
}

/// A value of another setting.
#[derive(Debug)]
pub struct NeededWith {
    pub(super) setting: fn() -> &'static Setting,
    pub(super) value: &'static str,
}

impl Setting {
    /// Its name on the command line and in the file: `data-dir`.
    #[must_use]
    pub fn key(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Its environment variable: `TICKETING_DATA_DIR`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("TICKETING_{}", self.name.to_ascii_uppercase())
    }

    /// Its description, as one line of the help.
    #[must_use]
    pub fn help(&self) -> &'static str {
        let text = self.text.trim();
        text.strip_suffix('.').unwrap_or(text)
    }
}

/// Makes of each entry `name: Type = "default" { … }` a field of `Settings`, with the entry's doc comment as its documentation and
/// as its help; a function of the same name that describes the [`Setting`]; and the code that reads it. Without a default, a setting
/// that is missing is empty: `None`, or an empty list. Secrets say `is_secret: true`, and what another setting needs says which:
/// `needed_with: payment_provider = "stripe"`.
macro_rules! settings {
    ($(
        $(#[doc = $text:literal])+
        $name:ident: $type:ty $(= $default:literal)? {
            parse: $parse:expr,
            value_name: $value_name:literal,
            example: $example:literal,
            $(is_secret: $is_secret:literal,)?
            $(needed_with: $other:ident = $value:literal,)?
        }
    )+) => {
        /// The settings of a server, each with its value. The fields are private to the crate, so that the compiler warns of one that
        /// nothing reads.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[doc = $text])+ pub(crate) $name: $type,)+
        }

        $(
            $(#[doc = $text])+
            pub(crate) fn $name() -> &'static Setting {
                static SETTING: Setting = Setting {
                    name: stringify!($name),
                    text: concat!($($text),+),
                    value_name: $value_name,
                    default: settings!(@default $($default)?),
                    example: $example,
                    is_secret: settings!(@is_secret $($is_secret)?),
                    needed_with: settings!(@needed_with $($other = $value)?),
                };
                &SETTING
            }
        )+

        /// Every setting, in the order of the help.
        pub fn all() -> impl Iterator<Item = &'static Setting> {
            [$($name()),+].into_iter()
        }

        impl Settings {
            /// Reads every setting; `None` if one is invalid, which the reader has recorded.
            pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
                $(let $name = settings!(@read reader, $name, $parse $(, $default)?);)+
                Some(Self { $($name: $name?,)+ })
            }
        }
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
    (@is_secret) => { false };
    (@is_secret $is_secret:literal) => { $is_secret };
    (@needed_with) => { None };
    (@needed_with $other:ident = $value:literal) => { Some(NeededWith { setting: $other, value: $value }) };
    (@read $reader:ident, $name:ident, $parse:expr) => {
        Some($reader.read($name(), $parse).map(Into::into).unwrap_or_default())
    };
    (@read $reader:ident, $name:ident, $parse:expr, $default:literal) => {
        $reader.read($name(), $parse)
    };
}

pub(super) use settings;
