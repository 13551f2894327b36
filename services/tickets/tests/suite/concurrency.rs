//! Many writers of one ticket.

use std::collections::BTreeSet;

use crate::app::{TestApp, new_ticket};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_edits_each_make_a_version_of_their_own() {
    const EDITS: i64 = 50;
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let edits: Vec<_> = (1..=EDITS)
        .map(|cents| {
            let (tickets, seller, id) = (app.tickets.clone(), app.seller.id, ticket.id);
            tokio::spawn(async move {
                tickets
                    .edit(seller, id, new_ticket("Concert", cents))
                    .await
                    .unwrap()
                    .version
            })
        })
        .collect();
    let mut versions = BTreeSet::new();
    for edit in edits {
        versions.insert(edit.await.unwrap());
    }
    assert_eq!(versions, (1..=EDITS).collect());
    assert_eq!(app.reread(ticket.id).await.version, EDITS);
    assert_eq!(i64::try_from(app.events().await.len()).unwrap(), EDITS + 1);
}
