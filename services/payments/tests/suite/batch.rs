//! Requests that are decided in one transaction.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contracts::{OrderId, PaymentFailure, PaymentId, PaymentStatus};
use event_log::sql::unchecked_scalar;
use event_log::{Database, Observer, Step};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use payments::provider::{Outcome, TestPayments};
use payments::{ChargeState, ChargeUpdate, Method, Payment, Payments, PaymentsConfig, PaymentsError};
use test_provider::{ChargeStatus, ProviderError};
use test_support::occupy_writer;

use crate::app::TestApp;

const DECLINED: Outcome = Outcome::Failed(PaymentFailure::CardDeclined);

impl TestApp {
    /// Requests all of these while the writer is occupied, in this order: they are one batch.
    pub(crate) async fn in_one_batch<T>(
        &self,
        requests: impl IntoIterator<Item = impl Future<Output = T>>,
    ) -> Vec<T> {
        let release = occupy_writer(&self.db).await;
        let all = join_all(requests);
        tokio::pin!(all);
        assert!((&mut all).now_or_never().is_none());
        drop(release);
        all.await
    }

    async fn start_payment(&self, order: OrderId, token: &str) -> Result<Payment, PaymentsError> {
        let method = Method::Token(token.to_owned());
        self.payments.start(self.buyer.id, order, method).await
    }

    async fn webhook(
        &self,
        event_id: &str,
        payment: PaymentId,
        outcome: Outcome,
    ) -> Result<bool, PaymentsError> {
        let update = ChargeUpdate {
            event_id: event_id.to_owned(),
            payment,
            state: ChargeState::from(outcome),
        };
        self.payments.receive(update).await
    }

    /// A payment of the order that was declined, and another one that is not decided.
    pub(crate) async fn declined_and_open(&self, order: OrderId) -> [PaymentId; 2] {
        let declined = self.intend(order, "tok").await.id;
        self.receive(&format!("evt_{declined}"), declined, DECLINED).await;
        [declined, self.intend(order, "tok").await.id]
    }
}

#[tokio::test]
async fn of_two_payments_of_one_order_the_first_is_started() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let results = app
        .in_one_batch([
            app.start_payment(order, "tok_1"),
            app.start_payment(order, "tok_2"),
        ])
        .await;
    let [Ok(started), Err(PaymentsError::PaymentOpen)] = &results[..] else {
        panic!("{results:?}");
    };
    assert_eq!(started.method, Method::Token("tok_1".to_owned()));
    assert_eq!(app.payments.of_order(order).await.unwrap().len(), 1);
    assert_eq!(app.subjects().await, ["payment:started"]);
}

#[tokio::test]
async fn webhook_that_is_delivered_twice_in_one_batch_has_one_effect() {
    let app = TestApp::start().await;
    let payment = app.intend(app.order().await, "tok").await.id;
    let results = app
        .in_one_batch((0..3).map(|_| app.webhook("evt", payment, Outcome::Succeeded)))
        .await;
    assert!(
        matches!(results[..], [Ok(true), Ok(false), Ok(false)]),
        "{results:?}"
    );
    assert_eq!(app.status(payment).await, PaymentStatus::Succeeded);
    assert_eq!(app.subjects().await, ["payment:started", "payment:created"]);
}

#[tokio::test]
async fn second_success_of_an_order_in_one_batch_is_refunded() {
    let app = TestApp::start().await;
    let [declined, open] = app.declined_and_open(app.order().await).await;
    let webhooks = [open, declined].map(|payment| (format!("evt_paid_{payment}"), payment));
    let results = app
        .in_one_batch(
            webhooks
                .iter()
                .map(|(event, payment)| app.webhook(event, *payment, Outcome::Succeeded)),
        )
        .await;
    assert!(matches!(results[..], [Ok(true), Ok(true)]), "{results:?}");
    assert_eq!(app.status(open).await, PaymentStatus::Succeeded);
    assert_eq!(app.status(declined).await, PaymentStatus::Refunding);
}

/// A unique index knows one successful payment per order at every statement.
#[tokio::test]
async fn payment_takes_the_place_of_one_that_is_refunded_in_the_same_batch() {
    let app = TestApp::start().await;
    for _ in 0..8 {
        let [declined, open] = app.declined_and_open(app.order().await).await;
        app.receive(&format!("evt_paid_{open}"), open, Outcome::Succeeded)
            .await;
        let (refunded, paid) = (format!("evt_refunded_{open}"), format!("evt_paid_{declined}"));
        let results = app
            .in_one_batch([
                app.webhook(&refunded, open, Outcome::Refunded),
                app.webhook(&paid, declined, Outcome::Succeeded),
            ])
            .await;
        assert!(matches!(results[..], [Ok(true), Ok(true)]), "{results:?}");
        assert_eq!(app.status(open).await, PaymentStatus::Refunded);
        assert_eq!(app.status(declined).await, PaymentStatus::Succeeded);
    }
}

#[tokio::test]
async fn poisoned_request_harms_no_other() {
    let app = TestApp::start().await;
    app.execute(
        "CREATE TRIGGER poison BEFORE INSERT ON webhook_inbox WHEN NEW.event_id = 'poisoned'
         BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
    )
    .await;
    let [paid, poisoned] = [
        app.intend(app.order().await, "tok").await.id,
        app.intend(app.order().await, "tok").await.id,
    ];
    let order = app.order().await;
    let requests: [BoxFuture<'_, Result<bool, PaymentsError>>; 3] = [
        app.webhook("evt", paid, Outcome::Succeeded).boxed(),
        app.webhook("poisoned", poisoned, Outcome::Succeeded).boxed(),
        app.start_payment(order, "tok")
            .map(|started| started.map(|_| true))
            .boxed(),
    ];
    let results = app.in_one_batch(requests).await;
    assert!(
        matches!(results[..], [Ok(true), Err(PaymentsError::Database(_)), Ok(true)]),
        "{results:?}"
    );
    assert_eq!(app.status(paid).await, PaymentStatus::Succeeded);
    assert_eq!(app.status(poisoned).await, PaymentStatus::Intended);
    assert_eq!(app.payments.of_order(order).await.unwrap().len(), 1);
    let subjects = [
        "payment:started",
        "payment:started",
        "payment:created",
        "payment:started",
    ];
    assert_eq!(app.subjects().await, subjects);
}

#[tokio::test]
async fn full_disk_fails_what_does_not_fit() {
    let app = TestApp::start().await;
    let orders = [app.order().await, app.order().await, app.order().await];
    app.execute("PRAGMA max_page_count = 200").await;
    let large = "x".repeat(2_000_000);
    let requests = orders.into_iter().zip(["tok", &large, "tok"]);
    let results = app
        .in_one_batch(requests.map(|(order, token)| app.start_payment(order, token)))
        .await;
    assert!(
        matches!(results[..], [Ok(_), Err(PaymentsError::Database(_)), Ok(_)]),
        "{results:?}"
    );
    assert_eq!(app.subjects().await, ["payment:started"; 2]);
}

#[tokio::test]
async fn charge_that_is_requested_twice_in_one_batch_is_made_once() {
    let app = TestApp::start().await;
    let release = occupy_writer(&app.provider_db).await;
    let charges = join_all([
        app.provider.charge("key", 100, "tok_visa"),
        app.provider.charge("key", 100, "tok_visa"),
        app.provider.charge("key", 200, "tok_visa"),
        app.provider.charge("another", 100, "tok_chargeDeclined"),
    ]);
    let refunds = join_all([app.provider.refund("key"), app.provider.refund("unknown")]);
    let all = futures::future::join(charges, refunds);
    tokio::pin!(all);
    assert!((&mut all).now_or_never().is_none());
    drop(release);
    let (charges, refunds) = all.await;
    let [
        Ok(made),
        Ok(again),
        Err(ProviderError::KeyReused(_)),
        Ok(declined),
    ] = &charges[..]
    else {
        panic!("{charges:?}");
    };
    assert_eq!((made, made.status), (again, ChargeStatus::Succeeded));
    assert_eq!(declined.status, ChargeStatus::Failed);
    let [Ok(refunded), Err(ProviderError::NotFound(_))] = &refunds[..] else {
        panic!("{refunds:?}");
    };
    assert_eq!((refunded.status, refunded.version), (ChargeStatus::Refunded, 1));
    assert_eq!(count(&app.provider_db, "charges").await, 2);
    let subjects: Vec<String> = unchecked_scalar("SELECT subject FROM events ORDER BY sequence")
        .fetch_all(app.provider_db.reader())
        .await
        .unwrap();
    assert_eq!(subjects, ["charge:succeeded", "charge:failed", "charge:refunded"]);
}

/// The files as they are at a step of a batch are what a process that is killed there leaves.
#[tokio::test]
async fn crash_in_a_batch_leaves_all_of_it_or_nothing() {
    for (step, expected) in [(Step::BeforeCommit, 0), (Step::AfterCommit, 3)] {
        let app = TestApp::start().await;
        let orders = [app.order().await, app.order().await, app.order().await];
        let file = file_of(&app.db).await;
        let is_armed = Arc::new(AtomicBool::new(false));
        let (armed, crashed) = (Arc::clone(&is_armed), file.with_file_name("crashed.sqlite"));
        let observed = app.db.observed_by(Observer::new(move |reached| {
            if reached == step && armed.swap(false, Ordering::Relaxed) {
                fs::copy(&file, &crashed).unwrap();
                fs::copy(
                    file.with_extension("sqlite-wal"),
                    crashed.with_extension("sqlite-wal"),
                )
                .unwrap();
            }
        }));
        let provider = Arc::new(TestPayments::new(app.provider.clone()));
        let payments = Payments::new(observed, provider, PaymentsConfig::default());
        is_armed.store(true, Ordering::Relaxed);
        let started = app
            .in_one_batch(
                orders.map(|order| payments.start(app.buyer.id, order, Method::Token("tok".to_owned()))),
            )
            .await;
        assert!(started.iter().all(Result::is_ok), "{started:?}");

        let crashed = app.world.database("crashed", payments::MIGRATIONS).await;
        let (payments, events) = (count(&crashed, "payments").await, count(&crashed, "events").await);
        assert_eq!((payments, events), (expected, expected), "{step:?}");
        crashed.close().await;
    }
}

async fn file_of(db: &Database) -> PathBuf {
    let file: String = unchecked_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'")
        .fetch_one(db.reader())
        .await
        .unwrap();
    file.into()
}

async fn count(db: &Database, table: &str) -> i64 {
    unchecked_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
        .fetch_one(db.reader())
        .await
        .unwrap()
}
