//! A shop sells lamps, and a warehouse, with its own database, packs them. Run it with
//! `cargo run --package event-log --example two_databases`.
#![expect(clippy::print_stdout, reason = "an example prints what it does")]

use std::error::Error;
use std::path::Path;
use std::sync::LazyLock;

use event_log::sql::unchecked;
use event_log::{
    ApplyError, BoxFuture, Database, DatabaseError, DatabaseOptions, Event, Handler, IdSource, Relay,
    RelayOptions, SystemClock, Transaction, status,
};
use serde::{Deserialize, Serialize};
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use tokio_util::sync::CancellationToken;

/// In a real service: `static MIGRATIONS: Migrator = sqlx::migrate!();`
static SHOP: LazyLock<Migrator> =
    LazyLock::new(|| tables("CREATE TABLE orders (id TEXT PRIMARY KEY, lamps INTEGER NOT NULL) STRICT"));

static WAREHOUSE: LazyLock<Migrator> =
    LazyLock::new(|| tables("CREATE TABLE parcels (order_id TEXT NOT NULL, lamps INTEGER NOT NULL) STRICT"));

fn tables(schema: &'static str) -> Migrator {
    let tables = Migration::new(
        1,
        "tables".into(),
        MigrationType::Simple,
        schema.into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![tables])
}

#[derive(Serialize, Deserialize)]
struct OrderPlaced {
    lamps: i64,
}

/// The shop's operation: the order and the event that describes it are one transaction.
async fn place_order(shop: &Database, lamps: i64) -> Result<i64, DatabaseError> {
    shop.write(move |tx| {
        Box::pin(async move {
            let id = tx.next_id().to_string();
            let insert = unchecked("INSERT INTO orders (id, lamps) VALUES ($1, $2)")
                .bind(&id)
                .bind(lamps);
            insert.execute(tx.connection()).await?;
            tx.append("order:placed", &id, 0, &OrderPlaced { lamps }).await
        })
    })
    .await
}

/// The warehouse's reaction. `parcels` has nothing unique about it: the relay alone sees to it that each order is packed once.
struct Pack;

impl Handler for Pack {
    fn subjects(&self) -> &'static [&'static str] {
        &["order:placed"]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            let OrderPlaced { lamps } = event.decode()?;
            if lamps > 100 {
                return Err(ApplyError::Rejected(format!(
                    "{lamps} lamps do not fit into a parcel"
                )));
            }
            let insert = "INSERT INTO parcels (order_id, lamps) VALUES ($1, $2)";
            unchecked(insert)
                .bind(&event.aggregate_id)
                .bind(lamps)
                .execute(tx.connection())
                .await?;
            Ok(())
        })
    }
}

async fn open(
    folder: &Path,
    name: &'static str,
    migrations: &'static Migrator,
) -> Result<Database, Box<dyn Error>> {
    let clock = SystemClock::shared();
    let ids = IdSource::system(clock.clone());
    let options = DatabaseOptions {
        location: folder.join(name).with_extension("sqlite").into(),
        name,
        readers: 2,
    };
    Ok(Database::open(options, migrations, clock, ids).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let shop = open(folder.path(), "shop", &SHOP).await?;
    let warehouse = open(folder.path(), "warehouse", &WAREHOUSE).await?;

    let stop = CancellationToken::new();
    let relay = Relay::new(shop.clone(), warehouse.clone(), Pack, RelayOptions::default());
    let relaying = tokio::spawn(relay.run(stop.clone()));

    for lamps in [1, 2, 1000, 3] {
        let sequence = place_order(&shop, lamps).await?;
        println!("shop: event {sequence}, {lamps} lamps ordered");
    }
    // The cursor also advances past the order that cannot be packed: it waits in the retry queue and blocks no other.
    while status(&shop, &warehouse).await?.lag > 0 {
        tokio::task::yield_now().await;
    }
    let parcels: Vec<(String, i64)> = unchecked("SELECT order_id, lamps FROM parcels ORDER BY rowid")
        .fetch_all(warehouse.reader())
        .await?;
    for (order, lamps) in parcels {
        println!("warehouse: a parcel of {lamps} for order {order}");
    }
    println!("{:?}", status(&shop, &warehouse).await?);

    stop.cancel();
    relaying.await?;
    shop.close().await;
    warehouse.close().await;
    Ok(())
}
