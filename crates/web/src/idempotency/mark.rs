//! What stands for a request.

use jsonwebtoken::errors::Error;

use crate::{Sessions, SigningKey};

/// Stands for a request, without telling anything about it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// For who asks, for what, and with which key.
    pub(super) name: String,
    /// For the body.
    pub(super) fingerprint: String,
}

/// What a request is known by.
pub(super) struct Request<'r> {
    pub(super) who: &'r str,
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    pub(super) key: &'r str,
    pub(super) body: &'r [u8],
}

/// The mark of a request by the present signing key, and its marks by the former ones.
pub(super) fn marks(sessions: &Sessions, request: &Request<'_>) -> Result<(Mark, Vec<Mark>), Error> {
    let (present, former) = sessions.keys();
    let former = former
        .iter()
        .map(|key| mark(key, request))
        .collect::<Result<_, _>>()?;
    Ok((mark(present, request)?, former))
}

fn mark(signing_key: &SigningKey, request: &Request<'_>) -> Result<Mark, Error> {
    let key = signing_key.derive("idempotent requests")?;
    let Request {
        who,
        method,
        path,
        key: idempotency_key,
        body,
    } = request;
    // None of the parts can hold a line break, so no two requests have the same text.
    let name = format!("name\n{who}\n{method}\n{path}\n{idempotency_key}");
    let content = [b"body\n", *body].concat();
    Ok(Mark {
        name: key.hmac(name.as_bytes())?,
        fingerprint: key.hmac(&content)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionConfig;
    use event_log::SystemClock;

    const REQUEST: Request<'_> = Request {
        who: "ada",
        method: "POST",
        path: "/api/orders",
        key: "1",
        body: b"{}",
    };

    fn key(byte: &str) -> SigningKey {
        SigningKey::parse(&byte.repeat(32)).unwrap()
    }

    fn sessions(accepted_keys: Vec<SigningKey>) -> Sessions {
        let config = SessionConfig {
            accepted_keys,
            ..SessionConfig::new(key("01"))
        };
        Sessions::new(config, SystemClock::shared())
    }

    #[test]
    fn every_part_of_a_request_makes_a_difference() {
        let sessions = sessions(vec![]);
        let mark = |request| marks(&sessions, &request).unwrap().0;
        let original = mark(REQUEST);
        assert!(original == mark(REQUEST));
        let others = [
            Request {
                who: "bob",
                ..REQUEST
            },
            Request {
                method: "PUT",
                ..REQUEST
            },
            Request {
                path: "/api/tickets",
                ..REQUEST
            },
            Request { key: "2", ..REQUEST },
            // The same characters, cut at another place.
            Request {
                who: "ad",
                method: "aPOST",
                ..REQUEST
            },
        ];
        for other in others {
            assert!(mark(other).name != original.name);
        }
        let other_body = mark(Request {
            body: b"{ }",
            ..REQUEST
        });
        assert!(other_body.name == original.name && other_body.fingerprint != original.fingerprint);
    }

    #[test]
    fn a_former_signing_key_still_finds_its_marks() {
        let former = Sessions::new(SessionConfig::new(key("02")), SystemClock::shared());
        let (mark_then, _) = marks(&former, &REQUEST).unwrap();
        let (mark_now, marks_before) = marks(&sessions(vec![key("02")]), &REQUEST).unwrap();
        assert!(mark_now != mark_then && marks_before == [mark_then]);
    }

    #[test]
    fn a_mark_tells_nothing() {
        let (mark, _) = marks(&sessions(vec![]), &REQUEST).unwrap();
        // 32 bytes in base64.
        assert_eq!((mark.name.len(), mark.fingerprint.len()), (43, 43));
    }
}
