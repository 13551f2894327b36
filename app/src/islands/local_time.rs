//! An instant, in the visitor's time zone once scripts run.

use contracts::Timestamp;
use leptos::html::Time;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

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

/// Renders the instant in UTC, then replaces it with the visitor's local time.
#[island]
pub fn LocalTime(
    /// The instant, in milliseconds since the epoch.
    at_ms: i64,
    /// The part that is shown.
    part: Part,
) -> impl IntoView {
    let at = Timestamp::from_millis(at_ms);
    let utc = match part {
        Part::Date => dates::day(at),
        Part::Time => dates::time_of_day(at),
        Part::DateTime => format!("{}, {}", dates::day(at), dates::time_of_day(at)),
    };
    let time = NodeRef::<Time>::new();
    Effect::new(move || {
        if let (Some(time), Some(text)) = (time.get(), localised(at, part)) {
            time.set_text_content(Some(&text));
        }
    });
    view! {
        <time datetime=at.to_string() node_ref=time>
            {utc}
        </time>
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 are far below 2^53"
)]
fn localised(at: Timestamp, part: Part) -> Option<String> {
    let date = js_sys::Date::new(&JsValue::from_f64(at.as_millis() as f64));
    let options = js_sys::Object::new();
    let set = |name: &str, value: &str| js_sys::Reflect::set(&options, &name.into(), &value.into()).is_ok();
    // The pages are in English; only the time zone is the visitor's.
    let languages = js_sys::Array::of2(&"en-GB".into(), &"en".into());
    let with_day = || set("day", "numeric") && set("month", "short") && set("year", "numeric");
    let with_time = || set("hour", "2-digit") && set("minute", "2-digit");
    let is_set = match part {
        Part::Date => with_day(),
        Part::Time => with_time(),
        Part::DateTime => with_day() && with_time(),
    };
    let format = js_sys::Intl::DateTimeFormat::new(&languages, &options).format();
    let text = format.call1(&JsValue::UNDEFINED, &date).ok()?;
    text.as_string().filter(|_| is_set)
}
