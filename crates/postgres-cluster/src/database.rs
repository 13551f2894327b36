//! A database of a test.

use crate::Cluster;

/// A database that is removed when it is dropped, with the connections that are still open.
pub struct TestDatabase<'c> {
    cluster: &'c Cluster,
    pub(crate) name: String,
}

impl<'c> TestDatabase<'c> {
    pub(crate) fn create(cluster: &'c Cluster, name: String) -> Self {
        let database = Self { cluster, name };
        // A database is copied from a template, and nobody is ever connected to this one, which would prevent that.
        database.administrate(&format!("CREATE DATABASE {} TEMPLATE template0", database.name));
        database
    }

    /// Where it is: a URL for a connection as superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// Executes statements in it, and returns what they print.
    ///
    /// # Errors
    /// With what psql says about them.
    pub fn execute(&self, statements: &str) -> Result<String, String> {
        self.cluster.execute(&self.name, statements)
    }

    fn administrate(&self, statement: &str) {
        let done = self.cluster.execute("postgres", statement);
        // A second panic would abort the process, and hide the first.
        assert!(
            done.is_ok() || std::thread::panicking(),
            "{statement}: {}",
            done.unwrap_err()
        );
    }
}

impl Drop for TestDatabase<'_> {
    fn drop(&mut self) {
        self.administrate(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
