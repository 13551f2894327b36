//! Methods that the paths do not support.

use insta::assert_snapshot;

use crate::app::TestApp;

#[tokio::test]
async fn another_method_is_refused_in_the_envelope() {
    let app = TestApp::start().await;
    assert_snapshot!(app.buyer().delete("/api/orders").await, @r#"
    405 Method Not Allowed
    allow: GET,HEAD,POST
    {"errors":[{"message":"Method not allowed"}]}
    "#);
    assert_snapshot!(app.buyer().put(&format!("/api/orders/{}", app.world.ids.next()), "{}").await, @r#"
    405 Method Not Allowed
    allow: GET,HEAD,DELETE
    {"errors":[{"message":"Method not allowed"}]}
    "#);
}
