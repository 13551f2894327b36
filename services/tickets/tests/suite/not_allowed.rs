//! Methods that no path has.

use axum::http::Method;
use insta::assert_snapshot;

use crate::app::TestApp;

#[tokio::test]
async fn another_method_is_refused_in_the_envelope() {
    let app = TestApp::start().await;
    assert_snapshot!(app.seller().send(Method::PATCH, "/api/tickets", None, "").await, @r#"
    405 Method Not Allowed
    allow: GET,HEAD,POST
    {"errors":[{"message":"Method not allowed"}]}
    "#);
    assert_snapshot!(app.seller().delete(&format!("/api/tickets/{}", app.world.ids.next())).await, @r#"
    405 Method Not Allowed
    allow: GET,HEAD,PUT
    {"errors":[{"message":"Method not allowed"}]}
    "#);
}
