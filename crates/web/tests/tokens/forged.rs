//! Forged and modified tokens.

use jsonwebtoken::Algorithm;
use serde_json::json;

use super::*;

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn valid_token_yields_its_session() {
    let fixture = fixture();
    let session = fixture.sessions.verify(&fixture.token).unwrap();
    assert_eq!((session.user, session.session_id), (user(), session_id()));
    assert_eq!((session.started_at, session.issued_at), (START, START));
    assert_eq!(session.expires_at, START.plus(HOUR));
    assert!(
        fixture.is_accepted(&fixture.signed_with("unknown", json!(1))),
        "the forging of these tests works"
    );
}

#[test]
fn changed_token_is_refused() {
    let fixture = fixture();
    // It is remembered from now on, which must help no other.
    assert!(fixture.is_accepted(&fixture.token));
    let parts: Vec<&str> = fixture.token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        unreachable!()
    };
    let mut other_claims = fixture.part(1);
    other_claims["sub"] = json!("01890a5d-ac96-774b-bcce-b302099a8059");
    let other_claims = encoded(&other_claims);
    let no_alg = |name: &str| encoded(&json!({ "typ": "JWT", "alg": name, "kid": fixture.part(0)["kid"] }));
    let table = [
        format!("{header}.{other_claims}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}x"),
        format!("{header}.{claims}.{}", "A".repeat(43)),
        format!("{}.{claims}.", no_alg("none")),
        format!("{}.{claims}.", no_alg("None")),
        format!("{}.{claims}.{signature}", no_alg("none")),
        format!("{}.{claims}.{signature}", no_alg("HS512")),
        format!(" {}", fixture.token),
        format!("{}.{}", fixture.token, fixture.token),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "\u{0}".to_owned(),
        "🎟.🎟.🎟".to_owned(),
        "a".repeat(100_000),
    ];
    for token in table {
        assert!(!fixture.is_accepted(&token), "{}", &token[..token.len().min(200)]);
    }
    assert!(fixture.is_accepted(&fixture.token));
}

#[test]
fn every_bit_of_the_signed_text_counts() {
    let fixture = fixture();
    let signed = fixture.token.rfind('.').unwrap();
    for place in 0..signed {
        let mut bytes = fixture.token.clone().into_bytes();
        bytes[place] ^= 1;
        let token = String::from_utf8(bytes).unwrap();
        assert!(!fixture.is_accepted(&token), "changed at {place}");
    }
}

#[test]
fn other_keys_and_algorithms_are_refused() {
    let fixture = fixture();
    let claims = fixture.part(1);
    let kid = fixture.part(0)["kid"].as_str().unwrap().to_owned();
    let sign = |algorithm, kid: Option<&str>, secret: &EncodingKey| {
        let header = Header {
            kid: kid.map(str::to_owned),
            ..Header::new(algorithm)
        };
        jsonwebtoken::encode(&header, &claims, secret).unwrap()
    };
    assert!(fixture.is_accepted(&sign(Algorithm::HS256, Some(&kid), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, Some(&kid), &secret(2))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, Some("other"), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, Some(""), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, None, &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS384, Some(&kid), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS512, Some(&kid), &secret(1))));
}

#[test]
fn every_claim_is_needed_and_of_its_kind() {
    let fixture = fixture();
    let claims = fixture.part(1);
    for claim in ["iss", "aud", "sub", "sid", "email", "auth_time", "iat", "exp"] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(claim).unwrap();
        assert!(!fixture.is_accepted(&fixture.signed(&without)), "without {claim}");
        for value in [
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!("x"),
            json!(-1),
        ] {
            let is_free_text = claim == "email" && value.is_string();
            let token = fixture.signed_with(claim, value.clone());
            assert_eq!(fixture.is_accepted(&token), is_free_text, "{claim} = {value}");
        }
    }
    for (claim, value) in [
        ("iss", "elsewhere"),
        ("aud", "elsewhere"),
        ("sub", "1"),
        ("sid", "1"),
    ] {
        assert!(
            !fixture.is_accepted(&fixture.signed_with(claim, json!(value))),
            "{claim}"
        );
    }
}

#[test]
fn token_lifetime_claims_are_capped() {
    let fixture = fixture();
    let now = START.as_millis() / 1_000;
    assert!(!fixture.is_accepted(&fixture.signed_with("exp", json!(now - 5))));
    assert!(
        !fixture.is_accepted(&fixture.signed_with("iat", json!(now + 60))),
        "signed in the future"
    );
    assert!(fixture.is_accepted(&fixture.signed_with("iat", json!(now + 5))));
    let for_ever = fixture.signed_with("exp", json!(i64::MAX));
    let from_ever = fixture.signed_with("iat", json!(i64::MIN));
    assert!(fixture.is_accepted(&for_ever) && !fixture.is_accepted(&from_ever));
    fixture.clock.advance(HOUR + Duration::from_secs(5));
    assert!(
        !fixture.is_accepted(&for_ever),
        "the idle time counts from the signing, whatever exp says"
    );
}

#[test]
fn keys_rotate_without_signing_anybody_out() {
    let Fixture { clock, token, .. } = fixture();
    let rotated = SessionConfig {
        accepted_keys: vec![key(1)],
        ..SessionConfig::new(key(2))
    };
    let rotated = Sessions::new(rotated, clock.shared());
    let session = rotated.verify(&token).unwrap();
    clock.advance(HOUR / 2);
    let fresh = rotated.renew_if_old(&session).unwrap();
    let only_new = Sessions::new(SessionConfig::new(key(2)), clock.shared());
    assert!(
        only_new.verify(fresh.expose()).is_some(),
        "renewed under the new key"
    );
    assert_eq!(
        only_new.verify(&token),
        None,
        "the former key is accepted only while it is listed"
    );
}
