//! Sessions in the headers of requests and responses.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::Cookie;

use super::{Session, SessionToken, Sessions, cookie};

impl Sessions {
    /// The session that a request identifies: its token is ours, valid or expired.
    ///
    /// Of several it is the first valid one, or else the first.
    pub(crate) fn identified_by(&self, headers: &HeaderMap) -> Option<Session> {
        let named = || cookie::tokens(headers, self.config()).filter_map(|token| self.read(token));
        named()
            .find(|session| self.is_alive(session))
            .or_else(|| named().next())
    }

    /// The sessions that a request to sign out ends: every one whose token it carries and that has not ended, the one that it
    /// identifies first. An expired token counts too: it may be valid by another clock.
    #[must_use]
    pub fn sessions_to_end(&self, headers: &HeaderMap) -> Vec<Session> {
        let others = cookie::tokens(headers, self.config()).filter_map(|token| self.read(token));
        let mut sessions: Vec<Session> = Vec::new();
        for session in self.identified_by(headers).into_iter().chain(others) {
            let is_new = sessions
                .iter()
                .all(|known| known.session_id != session.session_id);
            if is_new && !self.is_ended(session.session_id) {
                sessions.push(session);
            }
        }
        sessions
    }

    /// The session of a request: that of the first token that verifies. Others are ignored.
    #[must_use]
    pub fn from_headers(&self, headers: &HeaderMap) -> Option<Session> {
        cookie::tokens(headers, self.config()).find_map(|token| self.verify(token))
    }

    /// Whether a request carries a token of ours, valid or expired, under the former name of the cookie. Cookies of other
    /// programs under that name are ignored.
    pub(super) fn has_former_cookie(&self, headers: &HeaderMap) -> bool {
        cookie::former_tokens(headers).any(|token| self.read(token).is_some())
    }

    /// The cookie that carries a token.
    #[must_use]
    pub fn cookie(&self, token: &SessionToken) -> Cookie<'static> {
        cookie::of_token(token, self.config())
    }

    /// The cookie that removes the token.
    #[must_use]
    pub fn cleared_cookie(&self) -> Cookie<'static> {
        cookie::cleared(self.config())
    }

    /// The cookie that removes a token under the former name.
    pub(super) fn cleared_former_cookie(&self) -> Cookie<'static> {
        cookie::former_cleared(self.config())
    }

    /// Whether cookies are sent over https only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.config().is_secure
    }
}
