//! Submits a form as the browser would, and reads the response.

use leptos::serde_json;
use leptos::web_sys::{FormData, HtmlFormElement, Request, RequestInit, Response, UrlSearchParams, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::outcome::{Failure, Outcome};

/// The reason why there is no outcome.
#[derive(Debug)]
pub(crate) enum SendError {
    /// The server was not reached, or something else responded.
    Unreachable,
    /// The server reported a failure.
    Failed(Failure),
}

impl From<JsValue> for SendError {
    fn from(_: JsValue) -> Self {
        Self::Unreachable
    }
}

/// Posts the form to its action.
pub(crate) async fn send(form: &HtmlFormElement) -> Result<Outcome, SendError> {
    let response = JsFuture::from(post(form)?).await?;
    let response: Response = response.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    let text = text.as_string().ok_or(SendError::Unreachable)?;
    if response.ok() {
        return serde_json::from_str(&text).map_err(|_| SendError::Unreachable);
    }
    let failure = serde_json::from_str(&text).map_err(|_| SendError::Unreachable)?;
    Err(SendError::Failed(failure))
}

fn post(form: &HtmlFormElement) -> Result<js_sys::Promise, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let data = FormData::new_with_form(form)?;
    // All fields are plain text. File uploads would need another encoding.
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body);
    let request = Request::new_with_str_and_init(&form.action(), &init)?;
    request.headers().set("Accept", "application/json")?;
    Ok(window.fetch_with_request(&request))
}
