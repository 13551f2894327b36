//! Fingerprints of requests.

use jsonwebtoken::errors::Error;

use crate::{Sessions, SigningKey};

/// Identifies a request without revealing anything about it: two HMACs.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RequestFingerprint {
    /// Of the caller, the method, the path and the idempotency key: the key of the stored reply.
    pub(super) key: String,
    /// Of the body.
    pub(super) body: String,
}

/// The parts of a request that make its fingerprint.
pub(super) struct Request<'r> {
    pub(super) caller: &'r str,
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    pub(super) key: &'r str,
    pub(super) body: &'r [u8],
}

/// The fingerprint of a request under the current signing key, and those under the former keys.
pub(super) fn fingerprints(
    sessions: &Sessions,
    request: &Request<'_>,
) -> Result<(RequestFingerprint, Vec<RequestFingerprint>), Error> {
    let (current, former) = sessions.keys();
    let former = former
        .iter()
        .map(|key| fingerprint(key, request))
        .collect::<Result<_, _>>()?;
    Ok((fingerprint(current, request)?, former))
}

fn fingerprint(signing_key: &SigningKey, request: &Request<'_>) -> Result<RequestFingerprint, Error> {
    let key = signing_key.derive("idempotent requests")?;
    let Request {
        caller,
        method,
        path,
        key: idempotency_key,
        body,
    } = request;
    // None of the parts can contain a line break, so no two requests have the same text.
    let name = format!("name\n{caller}\n{method}\n{path}\n{idempotency_key}");
    let content = [b"body\n", *body].concat();
    Ok(RequestFingerprint {
        key: key.hmac(name.as_bytes())?,
        body: key.hmac(&content)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionConfig;
    use event_log::SystemClock;

    const REQUEST: Request<'_> = Request {
        caller: "ada",
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
    fn fingerprint_depends_on_every_part_of_the_request() {
        let sessions = sessions(vec![]);
        let of = |request| fingerprints(&sessions, &request).unwrap().0;
        let original = of(REQUEST);
        assert!(original == of(REQUEST));
        let others = [
            Request {
                caller: "bob",
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
                caller: "ad",
                method: "aPOST",
                ..REQUEST
            },
        ];
        for other in others {
            assert!(of(other).key != original.key);
        }
        let other_body = of(Request {
            body: b"{ }",
            ..REQUEST
        });
        assert!(other_body.key == original.key && other_body.body != original.body);
    }

    #[test]
    fn former_signing_keys_still_find_their_replies() {
        let former = Sessions::new(SessionConfig::new(key("02")), SystemClock::shared());
        let (then, _) = fingerprints(&former, &REQUEST).unwrap();
        let (now, under_former_keys) = fingerprints(&sessions(vec![key("02")]), &REQUEST).unwrap();
        assert!(now != then && under_former_keys == [then]);
    }

    #[test]
    fn fingerprint_reveals_nothing() {
        let (fingerprint, _) = fingerprints(&sessions(vec![]), &REQUEST).unwrap();
        // 32 bytes in base64.
        assert_eq!((fingerprint.key.len(), fingerprint.body.len()), (43, 43));
    }
}
