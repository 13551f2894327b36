//! The readable page of the document. It needs no script: everything is on it, and the browser's own search finds it.

use app::CommonHead;
use leptos::prelude::*;
use serde_json::Value;

use super::operation::Operation;
use super::prose::paragraphs;
use super::schema::{definition, description};
use super::{DOCUMENT_PATH, STYLE_PATH};

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// The whole page of a document.
pub(super) fn render(document: &Value, stylesheet: &str) -> String {
    let owner = Owner::new_root(None);
    let mut document = document.clone();
    let examples = document["components"]["examples"].clone();
    put_in_place(&mut document["paths"], &examples);
    owner.with(|| page(&document, stylesheet).to_html())
}

/// Inserts the examples of refusals where they are referenced.
fn put_in_place(value: &mut Value, examples: &Value) {
    let name = value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.strip_prefix("#/components/examples/"));
    if let Some(name) = name {
        *value = examples[name].clone();
        return;
    }
    match value {
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| put_in_place(field, examples)),
        Value::Array(items) => items.iter_mut().for_each(|item| put_in_place(item, examples)),
        _ => {}
    }
}

fn page(document: &Value, stylesheet: &str) -> impl IntoView {
    let info = &document["info"];
    let title = info["title"].as_str().unwrap_or_default().to_owned();
    let version = info["version"].as_str().unwrap_or_default().to_owned();
    let operations = operations(document);
    let tags = document["tags"].as_array().into_iter().flatten();
    let parts = tags.map(|tag| part(tag, &operations)).collect_view();
    let schemas = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    let schemas = schemas
        .map(|(name, schema)| definition(name, schema))
        .collect_view();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <CommonHead stylesheet=stylesheet.into() />
                <title>{title.clone()}</title>
                <link rel="stylesheet" href=STYLE_PATH />
            </head>
            <body>
                <a class="skip-link" href="#main">
                    "Skip to content"
                </a>
                <header class="header">
                    <div class="header__inner">
                        <a class="brand" href="/">
                            "Ticketing"
                        </a>
                    </div>
                </header>
                <main class="main api" id="main" tabindex="-1">
                    <h1>{title}</h1>
                    <p>
                        "Version " {version} ". For programs: "
                        <a href=DOCUMENT_PATH>"the OpenAPI document"</a> "."
                    </p>
                    {paragraphs(description(info))} {contents(&operations)} {parts}
                    <section class="api__part" id="schemas">
                        <h2>"Schemas"</h2>
                        {schemas}
                    </section>
                </main>
            </body>
        </html>
    }
}

/// The operations, path by path.
fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                let described = item.get(*method)?;
                Some(Operation {
                    method,
                    path,
                    described,
                })
            })
        })
        .collect()
}

fn contents(operations: &[Operation<'_>]) -> AnyView {
    let links = operations.iter().map(|operation| {
        let href = format!("#{}", operation.id());
        let summary = operation.summary().to_owned();
        view! {
            <li>
                <a href=href>{summary}</a>
                " "
                <code>{operation.line()}</code>
            </li>
        }
    });
    view! {
        <nav aria-label="Operations">
            <ul class="api__contents">{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn part(tag: &Value, operations: &[Operation<'_>]) -> AnyView {
    let name = tag["name"].as_str().unwrap_or_default();
    let own = operations.iter().filter(|operation| operation.has_tag(name));
    let own = own.map(|operation| operation.render()).collect_view();
    view! {
        <section class="api__part">
            <h2>{name.to_owned()}</h2>
            {paragraphs(description(tag))}
            {own}
        </section>
    }
    .into_any()
}
