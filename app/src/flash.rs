//! Flash messages: the refusal and input of a form, or a confirmation, for the next page. They travel in a short-lived
//! cookie, so that addresses stay clean and reloading a page does not repeat them.

use axum_extra::extract::cookie::{Cookie, SameSite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::{Field, Refusal};
use http::HeaderMap;
use http::header::COOKIE;
use serde::{Deserialize, Serialize};
use web::Sessions;

use crate::{context, respond};

/// The names of the cookie over plain http and over https, as for the cookie of the session.
const NAMES: (&str, &str) = ("ticketing-flash", "__Host-ticketing-flash");
/// The headers of a request by `page.js`, which only compares the page or replaces parts of it. A page that was loaded from
/// an earlier release sends the second one.
const REVALIDATION: [&str; 2] = ["x-revalidate", "x-look"];
/// What browsers keep of a cookie is limited to 4,096 bytes, its attributes included.
const MAX_LENGTH: usize = 3_800;
/// The longest text that is kept of a field: longer than any valid text, so that the error is visible.
const MAX_CHARS: usize = 300;

/// The message for the next page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flash {
    /// Nothing.
    #[default]
    Nothing,
    /// A confirmation.
    Done(Notice),
    /// A form was refused.
    Refused {
        /// The page of the form.
        page: String,
        /// Why.
        refusal: Refusal,
        /// Its input. Cookies of an earlier release have it under another name.
        #[serde(alias = "typed")]
        input: Vec<(Field, String)>,
    },
}

/// A confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Notice {
    /// A ticket was put on sale.
    Listed,
    /// A form was changed and sent again after it had put a ticket on sale.
    AlreadyListed,
    /// A ticket was changed.
    Saved,
    /// An order was paid.
    Paid,
    /// An order was refunded.
    Refunded,
    /// The session was ended.
    SignedOut,
}

impl Notice {
    /// Its text.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Listed => "Your ticket is on sale.",
            Self::AlreadyListed => {
                "This ticket was already listed, so your latest changes weren't saved. You can edit it until someone reserves it."
            }
            Self::Saved => "Your changes have been saved.",
            Self::Paid => "Thank you. Your payment went through.",
            Self::Refunded => "Ticket returned. Your refund is on its way.",
            Self::SignedOut => "You've been signed out.",
        }
    }
}

impl Flash {
    /// A refusal of a form on that page. Passwords are never kept.
    pub(crate) fn refused(page: &str, refusal: &Refusal, input: Vec<(Field, String)>) -> Self {
        let kept = input.into_iter().filter(|(field, _)| *field != Field::Password);
        Self::Refused {
            page: page.to_owned(),
            refusal: refusal.clone(),
            input: kept
                .map(|(field, text)| (field, text.chars().take(MAX_CHARS).collect()))
                .collect(),
        }
    }

    /// Why the form on that page was refused, if this is about it.
    pub(crate) fn refusal(&self, page: &str) -> Option<Refusal> {
        match self {
            Self::Refused {
                page: refused,
                refusal,
                ..
            } if refused == page && !refusal.codes().is_empty() => Some(refusal.clone()),
            _ => None,
        }
    }

    /// The input of a field of the form on that page, if it was refused.
    pub(crate) fn input(&self, page: &str, field: Field) -> Option<&str> {
        match self {
            Self::Refused {
                page: refused, input, ..
            } if refused == page => input
                .iter()
                .find(|(name, _)| *name == field)
                .map(|(_, text)| text.as_str()),
            _ => None,
        }
    }

    fn encode(&self) -> Option<String> {
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).ok()?);
        (text.len() <= MAX_LENGTH).then_some(text)
    }

    /// Anyone can write a cookie: it can only choose among our own messages, and texts that are shown in a field.
    fn decode(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// Sets the message for the next page.
pub(crate) fn set(flash: &Flash) {
    // Input that does not fit into a cookie is too long to keep.
    if let Some(text) = flash.encode() {
        respond::cookie(&cookie(text, context::is_secure()));
    }
}

/// Takes the message for this page, so that the next page does not show it again. A request that only revalidates a page
/// leaves it for the page that the user is about to see.
pub(crate) fn take() -> Flash {
    let is_secure = context::is_secure();
    let Some(flash) = context::with_request(|parts| read(&parts.headers, is_secure)) else {
        return Flash::Nothing;
    };
    let mut removal = cookie(String::new(), is_secure);
    removal.make_removal();
    respond::cookie(&removal);
    flash
}

/// The message in the cookie; `None` if there is none to take.
fn read(headers: &HeaderMap, is_secure: bool) -> Option<Flash> {
    if REVALIDATION.iter().any(|header| headers.contains_key(*header)) {
        return None;
    }
    let mut values = web::cookies::values(headers, name(is_secure)).peekable();
    values.peek()?;
    Some(values.find_map(Flash::decode).unwrap_or_default())
}

/// Whether a request tells nothing of its visitor that a page shows: it is signed in nowhere, and carries no message.
#[must_use]
pub fn is_anonymous(headers: &HeaderMap, sessions: &Sessions) -> bool {
    !headers.contains_key(COOKIE)
        || (sessions.from_headers(headers).is_none() && read(headers, sessions.is_secure()).is_none())
}

fn name(is_secure: bool) -> &'static str {
    if is_secure { NAMES.1 } else { NAMES.0 }
}

/// Secure where the cookie of the session is.
fn cookie(text: String, is_secure: bool) -> Cookie<'static> {
    Cookie::build((name(is_secure), text))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .build()
}

#[cfg(test)]
mod tests {
    use contracts::ErrorCode;
    use http::HeaderValue;

    use super::*;

    fn refused(title: &str) -> Flash {
        let refusal = Refusal::for_all(vec![ErrorCode::TitleTooLong, ErrorCode::TicketHeld]).unwrap();
        let input = vec![
            (Field::Title, title.to_owned()),
            (Field::Password, "secret".to_owned()),
        ];
        Flash::refused("/tickets/new", &refusal, input)
    }

    #[test]
    fn refusal_is_shown_on_its_own_page_only() {
        let flash = Flash::decode(&refused("<b>\"é\"</b>").encode().unwrap()).unwrap();
        let codes = flash.refusal("/tickets/new").unwrap();
        assert_eq!(codes.codes(), [ErrorCode::TitleTooLong, ErrorCode::TicketHeld]);
        assert_eq!(flash.input("/tickets/new", Field::Title), Some("<b>\"é\"</b>"));
        assert_eq!(flash.refusal("/auth/signin"), None);
        assert_eq!(flash.input("/auth/signin", Field::Title), None);
    }

    #[test]
    fn cookie_of_an_earlier_release_is_read() {
        let json = serde_json::to_string(&refused("Opera")).unwrap();
        let earlier = URL_SAFE_NO_PAD.encode(json.replace("\"input\":", "\"typed\":"));
        assert_eq!(Flash::decode(&earlier), Some(refused("Opera")));
    }

    #[test]
    fn revalidation_takes_no_message() {
        let mut headers = HeaderMap::new();
        let cookie = format!("ticketing-flash={}", refused("Opera").encode().unwrap());
        headers.insert(COOKIE, cookie.parse().unwrap());
        assert_eq!(read(&headers, false), Some(refused("Opera")));
        for header in REVALIDATION {
            let mut headers = headers.clone();
            headers.insert(header, HeaderValue::from_static("1"));
            assert_eq!(read(&headers, false), None, "{header}");
        }
    }

    #[test]
    fn cookie_is_secure_like_the_session_cookie() {
        let secure = cookie("x".to_owned(), true).to_string();
        assert_eq!(
            secure,
            "__Host-ticketing-flash=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        let plain = cookie("x".to_owned(), false).to_string();
        assert_eq!(plain, "ticketing-flash=x; HttpOnly; SameSite=Lax; Path=/");
    }

    #[test]
    fn password_is_never_kept() {
        let Flash::Refused { input, .. } = refused("Opera") else {
            panic!("not a refusal")
        };
        assert_eq!(input, [(Field::Title, "Opera".to_owned())]);
        let json = serde_json::to_string(&refused("Opera")).unwrap();
        assert!(!json.contains("secret"));
    }

    #[test]
    fn cookie_is_bounded_whatever_the_input() {
        let longest = refused(&"🎟".repeat(100_000));
        assert!(longest.encode().unwrap().len() <= MAX_LENGTH);
        assert_eq!(
            longest
                .input("/tickets/new", Field::Title)
                .unwrap()
                .chars()
                .count(),
            MAX_CHARS
        );
        let too_long = Flash::refused(&"/x".repeat(2_000), &ErrorCode::NotFound.into(), vec![]);
        assert_eq!(too_long.encode(), None);
    }

    #[test]
    fn forged_cookie_is_ignored_or_harmless() {
        for text in ["", "%", "e30", "bm90IGpzb24", &"A".repeat(MAX_LENGTH + 1)] {
            assert_eq!(Flash::decode(text), None, "{text}");
        }
        let unknown =
            URL_SAFE_NO_PAD.encode(r#"{"Refused":{"page":"/","refusal":{"codes":["<script>"]},"input":[]}}"#);
        assert_eq!(Flash::decode(&unknown), None);
        let empty = URL_SAFE_NO_PAD.encode(r#"{"Refused":{"page":"/","refusal":{"codes":[]},"input":[]}}"#);
        assert_eq!(Flash::decode(&empty).unwrap().refusal("/"), None);
    }
}
