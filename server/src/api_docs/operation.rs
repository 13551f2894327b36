//! One operation: its request, and all of its responses.

use leptos::prelude::*;
use serde_json::Value;

use super::prose::{inline, paragraphs};
use super::schema::{description, field, kind};

/// An operation of the document, with its place in it.
#[derive(Clone, Copy)]
pub(super) struct Operation<'d> {
    pub(super) method: &'d str,
    pub(super) path: &'d str,
    pub(super) described: &'d Value,
}

impl<'d> Operation<'d> {
    /// For example `POST /api/orders`.
    pub(super) fn line(self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub(super) fn id(self) -> &'d str {
        self.described["operationId"].as_str().unwrap_or_default()
    }

    pub(super) fn summary(self) -> &'d str {
        self.described["summary"].as_str().unwrap_or_default()
    }

    /// Whether it belongs to this tag.
    pub(super) fn has_tag(self, tag: &str) -> bool {
        let mut tags = self.described["tags"].as_array().into_iter().flatten();
        tags.any(|own| own == tag)
    }

    fn needs_session(self) -> bool {
        let mut ways = self.described["security"].as_array().into_iter().flatten();
        ways.clone().next().is_some() && ways.all(|way| way.as_object().is_some_and(|way| !way.is_empty()))
    }

    pub(super) fn render(self) -> AnyView {
        let needs_session = self
            .needs_session()
            .then(|| view! { <span class="badge badge--pending">"Requires sign-in"</span> });
        view! {
            <article class="operation" id=self.id().to_owned()>
                <h3>{self.summary().to_owned()}</h3>
                <p class="operation__line">
                    <code>{self.line()}</code>
                    " "
                    {needs_session}
                </p>
                {paragraphs(description(self.described))}
                {parameters(&self.described["parameters"])}
                {request_body(&self.described["requestBody"])}
                <h4>"Responses"</h4>
                <dl class="answers">{responses(&self.described["responses"])}</dl>
            </article>
        }
        .into_any()
    }
}

fn parameters(parameters: &Value) -> Option<AnyView> {
    let parameters = parameters.as_array().filter(|all| !all.is_empty())?;
    let fields = parameters.iter().map(|parameter| {
        let place = match parameter["in"].as_str() {
            Some("header") => "header",
            Some("query") => "query",
            _ => "path",
        };
        let name = parameter["name"].as_str().unwrap_or_default();
        field(name, kind(&parameter["schema"]), place, description(parameter))
    });
    let fields = fields.collect_view();
    Some(
        view! {
            <h4>"Parameters"</h4>
            <dl class="fields">{fields}</dl>
        }
        .into_any(),
    )
}

fn request_body(body: &Value) -> Option<AnyView> {
    let (media_type, content) = body["content"].as_object()?.iter().next()?;
    let about = description(body);
    Some(
        view! {
            <h4>"Request body"</h4>
            <p>
                <code>{media_type.clone()}</code>
                ": "
                {kind(&content["schema"])}
                {(!about.is_empty()).then(|| view! { ". " {inline(about)} })}
            </p>
            {example(&content["example"])}
        }
        .into_any(),
    )
}

fn responses(responses: &Value) -> AnyView {
    let answers = responses.as_object().into_iter().flatten();
    answers
        .map(|(status, response)| {
            let content = response["content"]
                .as_object()
                .and_then(|all| all.values().next());
            view! {
                <div class="answers__item">
                    <dt>
                        <code>{status.clone()}</code>
                        " "
                        {inline(description(response))}
                    </dt>
                    <dd>
                        {headers(&response["headers"])}
                        {content.map(|content| body(status, content))}
                    </dd>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn headers(headers: &Value) -> AnyView {
    let headers = headers.as_object().into_iter().flatten();
    headers
        .map(|(name, header)| {
            view! {
                <p>
                    <code>{name.clone()}</code>
                    ": "
                    {inline(description(header))}
                </p>
            }
        })
        .collect_view()
        .into_any()
}

/// For a success its schema and examples, for a refusal the messages.
fn body(status: &str, content: &Value) -> AnyView {
    let examples = content["examples"].as_object().into_iter().flatten();
    if status.starts_with('2') {
        let examples = examples.map(|(_, named)| {
            view! {
                <p>{named["summary"].as_str().unwrap_or_default().to_owned()}</p>
                {example(&named["value"])}
            }
        });
        view! {
            <p>{kind(&content["schema"])}</p>
            {example(&content["example"])}
            {examples.collect_view()}
        }
        .into_any()
    } else {
        let messages = examples.map(|(_, named)| {
            let refusal = &named["value"]["errors"][0];
            let field = refusal["field"].as_str().map(str::to_owned);
            view! {
                <li>
                    {refusal["message"].as_str().unwrap_or_default().to_owned()}
                    {field.map(|field| view! { " (" <code>{field}</code> ")" })}
                </li>
            }
        });
        view! { <ul class="facts">{messages.collect_view()}</ul> }.into_any()
    }
}

fn example(value: &Value) -> Option<AnyView> {
    if value.is_null() {
        return None;
    }
    let text = format!("{value:#}");
    Some(view! { <pre class="example"><code>{text}</code></pre> }.into_any())
}
