//! An instant, in the visitor's time zone once scripts run.

#[cfg(feature = "ssr")]
use contracts::Timestamp;
use leptos::html::Time;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use super::effect::effect;
#[cfg(feature = "ssr")]
use crate::dates;

/// Which part of an instant is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The date.
    Date,
    /// The time of day.
    Time,
    /// The date and the time of day.
    DateTime,
}

impl Part {
    /// The options of `Intl.DateTimeFormat`, as JSON.
    fn options(self) -> &'static str {
        match self {
            Self::Date => r#"{"day":"numeric","month":"short","year":"numeric"}"#,
            Self::Time => r#"{"hour":"2-digit","minute":"2-digit"}"#,
            Self::DateTime => {
                r#"{"day":"numeric","month":"short","year":"numeric","hour":"2-digit","minute":"2-digit"}"#
            }
        }
    }
}

/// Renders the instant in UTC, then replaces it with the visitor's local time.
#[island]
pub fn LocalTime(
    /// The instant, in milliseconds since the epoch.
    at_ms: i64,
    /// The part that is shown.
    part: Part,
) -> impl IntoView {
    let (machine_readable, utc) = texts(at_ms, part);
    let time = NodeRef::<Time>::new();
    effect(move || {
        if let (Some(time), Some(text)) = (time.get(), localised(at_ms, part)) {
            time.set_text_content(Some(&text));
        }
    });
    view! {
        <time datetime=machine_readable node_ref=time>
            {utc}
        </time>
    }
}

/// The instant for machines, and for people without scripts.
#[cfg(feature = "ssr")]
fn texts(at_ms: i64, part: Part) -> (String, String) {
    let at = Timestamp::from_millis(at_ms);
    let utc = match part {
        Part::Date => dates::day(at),
        Part::Time => dates::time_of_day(at),
        Part::DateTime => format!("{}, {}", dates::day(at), dates::time_of_day(at)),
    };
    (at.to_string(), utc)
}

/// Hydration leaves the texts of the page as they are, so that the browser needs not write them again.
#[cfg(not(feature = "ssr"))]
fn texts(_at_ms: i64, _part: Part) -> (String, String) {
    (String::new(), String::new())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 are far below 2^53"
)]
fn localised(at_ms: i64, part: Part) -> Option<String> {
    // The pages are in English; only the time zone is the visitor's.
    let languages = js_sys::Array::of2(&"en-GB".into(), &"en".into());
    let options = js_sys::JSON::parse(part.options()).ok()?;
    let format = js_sys::Intl::DateTimeFormat::new(&languages, options.unchecked_ref()).format();
    let date = js_sys::Date::new(&JsValue::from_f64(at_ms as f64));
    let text = format.call1(&JsValue::UNDEFINED, &date).ok()?;
    text.as_string()
}
