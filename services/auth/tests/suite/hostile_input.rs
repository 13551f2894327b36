//! Hostile bodies and paths: always the right refusal, never a 5xx, nothing stored.

use crate::support::{Reply, TestApp};
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use insta::assert_snapshot;
use serde_json::json;

const PATHS: [&str; 2] = ["/api/users/signup", "/api/users/signin"];

fn assert_refused(reply: &Reply, status: StatusCode, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    let body = reply.json();
    let errors = body["errors"].as_array().unwrap();
    assert!(
        !errors.is_empty() && errors.iter().all(|error| error["message"].is_string()),
        "{what}: {body}"
    );
    assert_eq!(reply.token(), None, "{what}");
}

#[tokio::test]
async fn invalid_json_is_refused() {
    let app = TestApp::start().await;
    let deep = r#"{"email":"#.repeat(10_000);
    let deep_array = "[".repeat(90_000);
    let twice = r#"{"email":"a@example.com","email":"b@example.com","password":"correct horse"}"#;
    let bodies = [
        "",
        "null",
        "1",
        "\"text\"",
        "[]",
        r#"["ada@example.com","correct horse"]"#,
        "{",
        "{email:1}",
        "{'email':1}",
        "{}{}",
        &deep,
        &deep_array,
        twice,
        "email=ada@example.com&password=correct+horse",
    ];
    assert_snapshot!(app.post_text(PATHS[0], "{").await, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"The body must be valid JSON of the documented shape"}]}
    "#);
    for path in PATHS {
        for body in bodies {
            let reply = app.post_text(path, body.to_owned()).await;
            assert_refused(&reply, StatusCode::BAD_REQUEST, &body[..body.len().min(60)]);
        }
        let not_utf8 = app.post_text(path, b"{\"email\":\"\xff\"}".to_vec()).await;
        assert_refused(&not_utf8, StatusCode::BAD_REQUEST, "not UTF-8");
    }
    assert_eq!(app.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn deep_values_are_only_of_the_wrong_type() {
    let app = TestApp::start().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for path in PATHS {
        let reply = app
            .post_text(
                path,
                format!(r#"{{"email":{deep},"password":{deep},"other":{deep}}}"#),
            )
            .await;
        assert_refused(&reply, StatusCode::BAD_REQUEST, "deep");
        assert_eq!(reply.json()["errors"].as_array().unwrap().len(), 2);
    }
    assert_eq!(app.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let app = TestApp::start().await;
    let large =
        json!({ "email": "ada@example.com", "password": "correct horse", "other": "x".repeat(2_000_000) });
    let chunks = || (0..2_000).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1_000])));
    assert_snapshot!(app.post(PATHS[0], &large).await, @r#"
    413 Payload Too Large
    cache-control: no-store
    {"errors":[{"message":"The body must be at most 100 kB"}]}
    "#);
    for path in PATHS {
        assert_refused(
            &app.post(path, &large).await,
            StatusCode::PAYLOAD_TOO_LARGE,
            "large",
        );
        let streamed = app
            .post_text(path, Body::from_stream(futures::stream::iter(chunks())))
            .await;
        assert_refused(&streamed, StatusCode::PAYLOAD_TOO_LARGE, "streamed");
    }
    assert_eq!(app.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn other_types_of_content_are_refused() {
    let app = TestApp::start().await;
    let body = json!({ "email": "ada@example.com", "password": "correct horse" }).to_string();
    for path in PATHS {
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data"),
        ] {
            let mut request = Request::post(path);
            if let Some(content_type) = content_type {
                request = request.header(CONTENT_TYPE, content_type);
            }
            let reply = app.send(request.body(body.clone().into()).unwrap()).await;
            assert_refused(
                &reply,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                content_type.unwrap_or("none"),
            );
        }
    }
    let request = Request::post(PATHS[0]).body(Body::from(body)).unwrap();
    assert_snapshot!(app.send(request).await, @r#"
    415 Unsupported Media Type
    cache-control: no-store
    {"errors":[{"message":"The Content-Type must be application/json"}]}
    "#);
    assert_eq!(app.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn sql_and_html_are_no_addresses() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let before = app.counts().await;
    for email in [
        "' OR '1'='1",
        "ada@example.com' --",
        "ada@example.com'; DROP TABLE users; --",
        "\" OR \"\"=\"",
        "<script>alert(1)</script>@example.com",
        "ada@example.com\0",
        "\0",
        "ada@example.com\r\nSet-Cookie: session=x",
        "%",
        "_@example.com%",
        "ada@example.com%",
    ] {
        for path in PATHS {
            let reply = app
                .post(path, &json!({ "email": email, "password": "' OR '1'='1" }))
                .await;
            assert_refused(&reply, StatusCode::BAD_REQUEST, email);
        }
    }
    assert_eq!(app.counts().await, before);
}

#[tokio::test]
async fn any_text_is_a_possible_password() {
    let app = TestApp::start().await;
    let passwords = [
        "' OR '1'='1",
        "<script>alert(1)</script>",
        "nul\0nul\0nul",
        "🎟🎟🎟🎟🎟🎟🎟🎟",
        "\u{202e}backwards",
        "        ",
        "\r\n\t\r\n\t\r\n",
    ];
    for (number, password) in passwords.iter().enumerate() {
        let email = format!("person{number}@example.com");
        let body = json!({ "email": email, "password": password });
        assert_eq!(
            app.post(PATHS[0], &body).await.status,
            StatusCode::CREATED,
            "{password:?}"
        );
        assert_eq!(
            app.sign_in(&email, password).await.status,
            StatusCode::OK,
            "{password:?}"
        );
        let other = format!("{password}x");
        assert_eq!(
            app.sign_in(&email, &other).await.status,
            StatusCode::BAD_REQUEST,
            "{password:?}"
        );
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_answered_in_the_envelope() {
    let app = TestApp::start().await;
    assert_snapshot!(app.call(Method::GET, "/api/users/nothing", None).await, @r#"
    404 Not Found
    cache-control: no-store
    {"errors":[{"message":"Not Found"}]}
    "#);
    assert_snapshot!(app.call(Method::GET, "/api/users/signup", None).await, @r#"
    405 Method Not Allowed
    allow: POST
    cache-control: no-store
    {"errors":[{"message":"Method not allowed"}]}
    "#);
    for (method, path) in [
        (Method::PUT, "/api/users/signup"),
        (Method::DELETE, "/api/users/signin"),
        (Method::GET, "/api/users/signout"),
        (Method::POST, "/api/users/currentuser"),
        (Method::PATCH, "/api/users/currentuser"),
    ] {
        assert_refused(
            &app.call(method, path, None).await,
            StatusCode::METHOD_NOT_ALLOWED,
            path,
        );
    }
    for path in [
        "/api/users",
        "/api/users/",
        "/api/users/signup/",
        "/api/users/SIGNUP",
        "/api/users/%00",
        "/api/users/..%2fsignup",
    ] {
        assert_refused(
            &app.call(Method::POST, path, None).await,
            StatusCode::NOT_FOUND,
            path,
        );
    }
}
