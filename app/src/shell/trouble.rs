//! The responses when no page and no form can respond: after a timeout, a panic, or a malformed request.

use contracts::ErrorCode;
use http::StatusCode;
use leptos::config::LeptosOptions;
use leptos::prelude::*;

use super::assets::Assets;
use crate::components::{BrokenMessage, BusyMessage, RefusedMessage};
use crate::outcome::Failure;

/// The reason why a request was not handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It took too long; trying again helps.
    Busy,
    /// Something broke.
    Broken,
    /// It cannot be read, or is not let in.
    Refused(ErrorCode),
}

impl Trouble {
    /// The status of the response.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(code) => web::status_of(code),
        }
    }

    /// A complete HTML document with the error. It depends on nothing that may be slow or broken.
    #[must_use]
    pub fn document(self, options: &LeptosOptions) -> String {
        let css = Assets::of(options).css;
        let owner = Owner::new_root(None);
        owner.with(|| {
            let (title, message) = match self {
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
                        <meta charset="utf-8" />
                        <meta name="viewport" content="width=device-width, initial-scale=1" />
                        <meta name="color-scheme" content="light dark" />
                        <title>{title}</title>
                        <link rel="stylesheet" href=css />
                        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
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

    /// The response to a script that sent a form, as JSON.
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
    fn a_document_says_what_the_matter_is_and_carries_no_script() {
        let options = LeptosOptions::builder().output_name("ticketing").build();
        let busy = Trouble::Busy.document(&options);
        assert!(
            busy.starts_with("<!DOCTYPE html>") && busy.contains("Ticketing is busy"),
            "{busy}"
        );
        assert!(
            busy.contains("/pkg/ticketing.css") && !busy.contains("<script"),
            "{busy}"
        );
        assert!(
            Trouble::Broken
                .document(&options)
                .contains("Something went wrong")
        );
    }

    #[test]
    fn a_script_can_read_what_the_matter_is() {
        let failure: Failure = serde_json::from_str(&Trouble::Busy.failure()).unwrap();
        assert_eq!(failure, Failure::Busy);
    }
}
