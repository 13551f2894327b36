//! The responses where no page and no form can respond: the request timed out, the code panicked, or it was not a valid request.

use std::sync::Arc;

use contracts::ErrorCode;
use http::StatusCode;
use leptos::prelude::*;

use super::assets::Assets;
use super::head::CommonHead;
use crate::components::{BrokenMessage, BusyFormMessage, BusyMessage, RefusedMessage};
use crate::outcome::Failure;

/// Why no page or form responds to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorPage {
    /// It took too long; trying again helps.
    Busy,
    /// Something failed.
    Broken,
    /// It is malformed or not allowed.
    Refused(ErrorCode),
}

impl ErrorPage {
    /// The status of the response.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(code) => web::status_of(code),
        }
    }

    /// A whole document with the message. It needs nothing of what may be slow or broken.
    #[must_use]
    pub fn document(self, assets: &Assets) -> String {
        self.render(assets, false)
    }

    /// The same in response to a form that was submitted without a script.
    #[must_use]
    pub fn form_document(self, assets: &Assets) -> String {
        self.render(assets, true)
    }

    fn render(self, assets: &Assets, is_for_form: bool) -> String {
        let stylesheet = Arc::clone(&assets.css);
        let owner = Owner::new_root(None);
        owner.with(|| {
            let (title, message) = match self {
                Self::Busy if is_for_form => ("Busy · Ticketing", BusyFormMessage().into_any()),
                Self::Busy => ("Busy · Ticketing", BusyMessage().into_any()),
                Self::Broken => ("Something went wrong · Ticketing", BrokenMessage().into_any()),
                Self::Refused(code) => (
                    "Request refused · Ticketing",
                    view! { <RefusedMessage code status=self.status().as_u16() /> }.into_any(),
                ),
            };
            view! {
                <!DOCTYPE html>
                <html lang="en">
                    <head>
                        <CommonHead stylesheet />
                        <title>{title}</title>
                    </head>
                    <body>
                        <main class="main" id="main">
                            {message}
                        </main>
                    </body>
                </html>
            }
            .to_html()
        })
    }

    /// The response to a form that a script submitted, as JSON.
    #[must_use]
    pub fn failure(self) -> String {
        let failure = match self {
            Self::Busy => Failure::Busy,
            Self::Broken => Failure::Internal,
            Self::Refused(code) => Failure::Refused(code),
        };
        serde_json::to_string(&failure).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_has_the_message_and_no_script() {
        let assets = Assets::named("");
        let busy = ErrorPage::Busy.document(&assets);
        assert!(
            busy.starts_with("<!DOCTYPE html>") && busy.contains("Ticketing is busy"),
            "{busy}"
        );
        assert!(
            busy.contains("/pkg/ticketing.css") && !busy.contains("<script"),
            "{busy}"
        );
        assert!(
            ErrorPage::Broken
                .document(&assets)
                .contains("Something went wrong")
        );
    }

    #[test]
    fn script_can_read_the_failure() {
        let failure: Failure = serde_json::from_str(&ErrorPage::Busy.failure()).unwrap();
        assert_eq!(failure, Failure::Busy);
    }
}
