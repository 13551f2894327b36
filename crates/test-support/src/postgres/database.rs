//! A database of a test.

use super::Cluster;

/// A database that is removed when it is dropped, with the connections that are still open.
pub struct TestDatabase<'c> {
    cluster: &'c Cluster,
    pub(super) name: String,
}

impl<'c> TestDatabase<'c> {
    pub(super) fn create(cluster: &'c Cluster, name: String) -> Self {
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
