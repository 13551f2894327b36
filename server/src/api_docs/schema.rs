//! Schemas: the type of a value, and the fields of an object.

use leptos::prelude::*;
use serde_json::Value;

use super::prose::inline;

/// The name of a schema, with a link to it, or the kind of the value.
pub(super) fn kind(schema: &Value) -> AnyView {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let href = format!("#{}", anchor(name));
        let name = name.to_owned();
        return view! { <a href=href>{name}</a> }.into_any();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return joined(choices.iter().map(kind));
    }
    if schema["type"] == "array" {
        let items = kind(&schema["items"]);
        return view! { "array of " {items} }.into_any();
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        Value::String(kind) => vec![kind.as_str()],
        _ => vec!["anything"],
    };
    [types.join(" or "), limits(schema)].concat().into_any()
}

/// Limits of a value, as in `, 1 to 200 characters`.
fn limits(schema: &Value) -> String {
    let format = schema["format"]
        .as_str()
        .filter(|format| !format.starts_with("int"));
    let mut limits: Vec<String> = format.map(str::to_owned).into_iter().collect();
    let lengths = [&schema["minLength"], &schema["maxLength"]];
    let range = [&schema["minimum"], &schema["maximum"]];
    limits.extend(range_of(lengths).map(|range| format!("{range} characters")));
    limits.extend(range_of(range));
    if let Some(names) = schema["enum"].as_array() {
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        limits.push(format!("one of {}", names.join(", ")));
    }
    limits.iter().flat_map(|limit| [", ", limit]).collect()
}

fn range_of([least, most]: [&Value; 2]) -> Option<String> {
    match (least.is_number(), most.is_number()) {
        (true, true) => Some(format!("{least} to {most}")),
        (true, false) => Some(format!("at least {least}")),
        (false, true) => Some(format!("at most {most}")),
        (false, false) => None,
    }
}

/// A named schema with its fields.
pub(super) fn definition(name: &str, schema: &Value) -> AnyView {
    let about = description(schema);
    let fields = schema["properties"].as_object().map(|properties| {
        let required = schema["required"].as_array();
        let is_required = |field: &str| required.is_some_and(|names| names.iter().any(|name| name == field));
        let fields = properties.iter().map(|(name, schema)| {
            let note = if is_required(name) { "" } else { "optional" };
            field(name, kind(schema), note, description(schema))
        });
        view! { <dl class="fields">{fields.collect_view()}</dl> }
    });
    let value = fields.is_none().then(|| view! { <p>{kind(schema)}</p> });
    view! {
        <section class="api-schema" id=anchor(name)>
            <h3>{name.to_owned()}</h3>
            <p>{inline(about)}</p>
            {value}
            {fields}
        </section>
    }
    .into_any()
}

/// A row of a list of fields: its name, type, a note, its meaning.
pub(super) fn field(name: &str, kind: AnyView, note: &'static str, about: &str) -> AnyView {
    let note = (!note.is_empty()).then(|| view! { <span class="fields__note">{note}</span> });
    view! {
        <div class="fields__item">
            <dt>
                <code>{name.to_owned()}</code>
                " "
                <span class="fields__kind">{kind}</span>
                " "
                {note}
            </dt>
            <dd>{inline(about)}</dd>
        </div>
    }
    .into_any()
}

/// The description of a value. A schema that is used by name may have an additional description.
pub(super) fn description(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

fn joined(views: impl Iterator<Item = AnyView>) -> AnyView {
    let parts = views.enumerate().map(|(place, view)| {
        let or = (place > 0).then_some(" or ");
        view! { {or} {view} }
    });
    parts.collect_view().into_any()
}

fn anchor(name: &str) -> String {
    format!("schema-{name}")
}
