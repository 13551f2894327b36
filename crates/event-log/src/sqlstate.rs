//! What PostgreSQL says of a failure (<https://www.postgresql.org/docs/current/errcodes-appendix.html>): five characters, of which the
//! first two are its class.

use sqlx::postgres::PgDatabaseError;

/// The SQLSTATE of an error; `None` if it is not PostgreSQL's.
pub(crate) fn of(error: &sqlx::Error) -> Option<&str> {
    let error = error.as_database_error()?;
    Some(error.try_downcast_ref::<PgDatabaseError>()?.code())
}

/// A constraint, or a trigger that takes the place of one, refused the statement.
pub(crate) fn is_constraint(state: &str) -> bool {
    state.starts_with("23")
}

/// The same statement can succeed later: a conflict with another transaction, too few resources, a server that stops, starts or was
/// replaced by one that is still a standby, a lost connection, a lock that was not granted in time.
pub(crate) fn is_transient(state: &str) -> bool {
    const CLASSES: [&str; 4] = ["08", "40", "53", "57"];
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    const READ_ONLY: &str = "25006";
    const IDLE_IN_TRANSACTION: &str = "25P03";
    CLASSES.iter().any(|class| state.starts_with(class))
        || [LOCK_NOT_AVAILABLE, READ_ONLY, IDLE_IN_TRANSACTION].contains(&state)
}

/// The server has found its own files damaged.
pub(crate) fn is_damage(state: &str) -> bool {
    const DATA_CORRUPTED: &str = "XX001";
    const INDEX_CORRUPTED: &str = "XX002";
    [DATA_CORRUPTED, INDEX_CORRUPTED].contains(&state)
}

/// The same statement fails however often it is tried: its data, its text, or a limit of the program.
pub(crate) fn is_permanent(state: &str) -> bool {
    const CLASSES: [&str; 4] = ["22", "23", "42", "54"];
    CLASSES.iter().any(|class| state.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_classified() {
        for (state, transient, permanent, constraint) in [
            ("23505", false, true, true),
            ("42P01", false, true, false),
            ("22003", false, true, false),
            ("40001", true, false, false),
            ("40P01", true, false, false),
            ("53300", true, false, false),
            ("57P01", true, false, false),
            ("08006", true, false, false),
            ("55P03", true, false, false),
            ("25006", true, false, false),
            ("XX001", false, false, false),
            ("25P02", false, false, false),
        ] {
            assert_eq!(is_transient(state), transient, "{state}");
            assert_eq!(is_permanent(state), permanent, "{state}");
            assert_eq!(is_constraint(state), constraint, "{state}");
        }
    }
}
