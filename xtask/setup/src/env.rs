//! Environment variables.

/// The value of an environment variable; none when it is unset, empty or not UTF-8.
#[must_use]
pub fn env_var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
