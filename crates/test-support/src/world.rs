//! A test's own time, ids, sessions and database files.

use crate::location;
use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::{Clock, Database, DatabaseOptions, IdSource, ManualClock, Migrations};
use sqlx::migrate::Migrator;
use tempfile::TempDir;
use web::{SessionConfig, Sessions, SigningKey};

/// 2026-01-31T18:00:00Z, when every world begins.
const BEGINNING_MS: i64 = 1_769_882_400_000;

/// A database without its own tables: the source of events that a test makes by hand.
static NO_TABLES: Migrator = Migrator::DEFAULT;

/// All dependencies of a service, under the control of a test. Its databases are real files, removed
/// when the world ends.
pub struct World {
    /// Stopped until it is moved.
    pub clock: ManualClock,
    /// The same ids in every run.
    pub ids: IdSource,
    /// Signs and verifies sessions.
    pub sessions: Sessions,
    folder: TempDir,
}

/// A signed-in user.
#[derive(Debug, Clone)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// The value of the `Cookie` header.
    pub cookie: String,
}

impl World {
    /// A world at its beginning, 2026-01-31T18:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        let clock = ManualClock::at(BEGINNING_MS);
        let config = SessionConfig::new(SigningKey::generate());
        Self {
            ids: IdSource::seeded(clock.shared(), 1),
            sessions: Sessions::new(config, clock.shared()),
            folder: tempfile::tempdir().unwrap(),
            clock,
        }
    }

    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }

    /// Opens the database of a service, with the settings of production; existing data is kept.
    pub async fn database(&self, name: &'static str, migrations: impl Into<Migrations>) -> Database {
        let options = DatabaseOptions {
            location: location(self.folder.path(), name),
            name,
            readers: 4,
        };
        Database::open(options, migrations, self.clock.shared(), self.ids.clone())
            .await
            .unwrap()
    }

    /// A database that represents another service: its events are made by the test.
    pub async fn source(&self, name: &'static str) -> Database {
        self.database(name, &NO_TABLES).await
    }

    /// Signs a new user in.
    #[must_use]
    pub fn user(&self) -> User {
        let id = UserId::from_uuid(self.ids.next());
        let view = UserView {
            id,
            email: "ada@example.com".to_owned(),
        };
        let session_id = SessionId::from_uuid(self.ids.next());
        let token = self.sessions.issue(&view, session_id, self.now()).unwrap();
        let cookie = self.sessions.cookie(&token);
        User {
            id,
            cookie: format!("{}={}", cookie.name(), cookie.value()),
        }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
