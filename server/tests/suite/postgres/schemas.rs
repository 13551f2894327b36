//! Whether a table of PostgreSQL is that of SQLite. A migration that is made for only one of them is found here.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Executor, PgConnection, SqliteConnection};
use test_support::Cluster;

use super::{crates, postgres, sqlite};

/// A line for each column, key and trigger of SQLite's tables. Not for checks, which SQLite has only as part of a table's text. Tables
/// of migrators begin with an underscore.
const OF_SQLITE: &str = r#"
    WITH tables AS (
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
    )
    SELECT tables.name || ': column ' || (cid + 1) || ' ' || c.name || ' ' || c.type
        -- The key of a table that numbers its rows is never NULL, although it is not said to be.
        || iif(c."notnull" OR (c.pk > 0 AND c.type = 'INTEGER'), ' NOT NULL', '')
        || iif(c.hidden > 0, ' GENERATED', '') || coalesce(' DEFAULT ' || c.dflt_value, '')
        FROM tables JOIN pragma_table_xinfo(tables.name) AS c
    UNION ALL
    SELECT tables.name || ': PRIMARY KEY (' || group_concat(c.name, ', ' ORDER BY c.pk) || ')'
        FROM tables JOIN pragma_table_xinfo(tables.name) AS c WHERE c.pk > 0 GROUP BY tables.name
    UNION ALL
    SELECT tables.name || ': UNIQUE (' || group_concat(c.name, ', ' ORDER BY c.seqno) || ')'
        FROM tables JOIN pragma_index_list(tables.name) AS i JOIN pragma_index_info(i.name) AS c
        WHERE i.origin = 'u' GROUP BY tables.name, i.name
    UNION ALL
    SELECT tables.name || ': FOREIGN KEY (' || group_concat(f."from", ', ' ORDER BY f.seq) || ') REFERENCES ' || f."table" || '('
        || group_concat(f."to", ', ' ORDER BY f.seq) || ')'
        FROM tables JOIN pragma_foreign_key_list(tables.name) AS f GROUP BY tables.name, f.id
    UNION ALL
    SELECT tbl_name || ': trigger ' || name FROM sqlite_schema WHERE type = 'trigger'
"#;

/// The same for PostgreSQL, in SQLite's words.
const OF_POSTGRESQL: &str = r#"
    WITH tables AS (
        SELECT oid, relname::TEXT AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND NOT starts_with(relname, '_')
    )
    SELECT tables.name || ': column ' || row_number() OVER (PARTITION BY tables.oid ORDER BY c.attnum) || ' ' || c.attname || ' '
        || CASE c.atttypid WHEN 'bigint'::regtype THEN 'INTEGER' WHEN 'boolean'::regtype THEN 'INTEGER'
            -- Any other order than that of its bytes is not SQLite's.
            WHEN 'text'::regtype THEN CASE c.attcollation WHEN '"C"'::regcollation THEN 'TEXT' ELSE 'TEXT without COLLATE "C"' END
            ELSE format_type(c.atttypid, c.atttypmod) END
        || CASE WHEN c.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN c.attgenerated <> '' THEN ' GENERATED'
            ELSE coalesce(' DEFAULT ' || replace(pg_get_expr(d.adbin, d.adrelid), '::text', ''), '') END
        FROM tables JOIN pg_attribute AS c ON c.attrelid = tables.oid AND c.attnum > 0 AND NOT c.attisdropped
        LEFT JOIN pg_attrdef AS d ON d.adrelid = tables.oid AND d.adnum = c.attnum
    UNION ALL
    SELECT tables.name || ': ' || pg_get_constraintdef(c.oid)
        FROM tables JOIN pg_constraint AS c ON c.conrelid = tables.oid WHERE c.contype IN ('p', 'u', 'f')
    UNION ALL
    SELECT tables.name || ': trigger ' || t.tgname
        FROM tables JOIN pg_trigger AS t ON t.tgrelid = tables.oid
        -- SQLite has no TRUNCATE, hence no trigger for it.
        WHERE NOT t.tgisinternal AND t.tgtype & 32 = 0
"#;

/// PostgreSQL's indexes that were made by a statement of their own, each with such a statement.
const INDEXES_OF_POSTGRESQL: &str = "
    SELECT indexrelid::regclass::TEXT, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
";

async fn indexes(connection: &mut PgConnection) -> BTreeMap<String, String> {
    let indexes: Vec<(String, String)> = sqlx::query_as(INDEXES_OF_POSTGRESQL)
        .fetch_all(connection)
        .await
        .unwrap();
    indexes.into_iter().collect()
}

/// Compares the indexes by their definitions, as PostgreSQL writes them down: it is given SQLite's texts, in place of what it has.
async fn differing_indexes(sqlite: &mut SqliteConnection, postgres: &mut PgConnection) -> Vec<String> {
    let mut found = Vec::new();
    let has = indexes(&mut *postgres).await;
    for name in has.keys() {
        let drop = AssertSqlSafe(format!("DROP INDEX {name}"));
        sqlx::raw_sql(drop).execute(&mut *postgres).await.unwrap();
    }
    let texts = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let texts: Vec<String> = sqlx::query_scalar(texts).fetch_all(sqlite).await.unwrap();
    for text in texts {
        let create = sqlx::raw_sql(AssertSqlSafe(text.clone()));
        if let Err(error) = create.execute(&mut *postgres).await {
            found.push(format!("SQLite alone: {text}: {error}"));
        }
    }
    let wants = indexes(postgres).await;
    found.extend(differing(
        &wants.into_values().collect(),
        &has.into_values().collect(),
    ));
    found
}

fn differing(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let alone = |database: &'static str, line: &String| format!("{database} alone: {line}");
    let of_sqlite = sqlite.difference(postgres).map(|line| alone("SQLite", line));
    let of_postgres = postgres.difference(sqlite).map(|line| alone("PostgreSQL", line));
    of_sqlite.chain(of_postgres).collect()
}

/// What only one of two schemas has. PostgreSQL's is no longer of use afterwards.
async fn differences(sqlite: &mut SqliteConnection, postgres: &mut PgConnection) -> Vec<String> {
    let of_sqlite: Vec<String> = sqlx::query_scalar(OF_SQLITE)
        .fetch_all(&mut *sqlite)
        .await
        .unwrap();
    let of_postgres: Vec<String> = sqlx::query_scalar(OF_POSTGRESQL)
        .fetch_all(&mut *postgres)
        .await
        .unwrap();
    let mut found = differing(
        &of_sqlite.into_iter().collect(),
        &of_postgres.into_iter().collect(),
    );
    found.extend(differing_indexes(sqlite, postgres).await);
    found
}

#[tokio::test]
async fn schemas_are_the_same() {
    let database = Cluster::shared().database();
    let mut failures = Vec::new();
    for name in crates() {
        let found = differences(&mut sqlite(name).await, &mut postgres(&database, name).await).await;
        failures.extend(found.into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(
        failures.is_empty(),
        "{} differences:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The control: whatever a migration changes on one database alone is found.
#[tokio::test]
async fn change_of_one_schema_alone_is_found() {
    let changes = [
        ("DROP INDEX one_live_order_per_ticket", "CREATE UNIQUE INDEX one_live_order_per_ticket"),
        ("DROP INDEX orders_of_buyer", "CREATE INDEX orders_of_buyer"),
        (
            "DROP INDEX one_live_order_per_ticket;
                CREATE UNIQUE INDEX one_live_order_per_ticket ON orders (ticket_id) WHERE status IN ('created', 'complete')",
            "CREATE UNIQUE INDEX one_live_order_per_ticket",
        ),
        ("ALTER TABLE orders ADD COLUMN of_one_alone TEXT COLLATE \"C\"", "of_one_alone TEXT"),
        ("ALTER TABLE orders ADD COLUMN of_one_alone INTEGER", "of_one_alone integer"),
        ("ALTER TABLE orders ALTER COLUMN seller_id DROP DEFAULT", "seller_id TEXT NOT NULL"),
        ("ALTER TABLE orders ALTER COLUMN updated_at DROP NOT NULL", "updated_at INTEGER"),
        (
            "ALTER TABLE orders ALTER COLUMN open_payment_id TYPE TEXT COLLATE \"default\"",
            "open_payment_id TEXT without COLLATE",
        ),
        ("ALTER TABLE disputes DROP CONSTRAINT disputes_pkey", "disputes: PRIMARY KEY (id)"),
        ("ALTER TABLE orders DROP CONSTRAINT orders_ticket_id_fkey", "REFERENCES tickets(id)"),
        ("ALTER TABLE events DROP CONSTRAINT events_id_key", "events: UNIQUE (id)"),
        ("DROP TRIGGER events_are_not_removed ON events", "trigger events_are_not_removed"),
        ("DROP TABLE disputes", "disputes: column 1 id TEXT NOT NULL"),
        ("CREATE TABLE other (id BIGINT PRIMARY KEY)", "other: column 1 id INTEGER NOT NULL"),
    ];
    for (change, expected) in changes {
        let database = Cluster::shared().database();
        let mut changed = postgres(&database, "orders").await;
        changed.execute(change).await.unwrap();
        let found = differences(&mut sqlite("orders").await, &mut changed).await;
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{change}: {found:?}"
        );
    }
}
