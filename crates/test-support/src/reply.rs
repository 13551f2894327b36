//! Responses, and their form in a snapshot.

use std::fmt::{self, Write as _};

use axum::http::header::{ALLOW, LINK};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contracts::TicketId;

/// A response that was read to its end.
///
/// As text it is what a snapshot contains: the status, the headers of the contract, and the exact body. Ids are
/// numbered by their first appearance, so that equal ones can be recognized.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// Reads a response.
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// The value of a header, empty if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.status.to_string();
        for name in [ALLOW, LINK] {
            if self.headers.contains_key(&name) {
                write!(text, "\n{name}: {}", self.header(name.as_str()))?;
            }
        }
        if !self.body.is_empty() {
            text.push('\n');
            text.push_str(&self.body);
        }
        f.write_str(&number_ids(&text))
    }
}

/// Replaces every id by its number in the order of appearance.
fn number_ids(text: &str) -> String {
    const ID_LENGTH: usize = 36;
    let mut seen = Vec::new();
    let mut numbered = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let id = rest
            .get(..ID_LENGTH)
            .filter(|start| TicketId::parse(start).is_ok());
        let length = match id {
            None => {
                numbered.push(character);
                character.len_utf8()
            }
            Some(id) => {
                let known = seen.iter().position(|seen| *seen == id);
                let index = known.unwrap_or_else(|| {
                    seen.push(id);
                    seen.len() - 1
                });
                numbered.extend(["[id ", &(index + 1).to_string(), "]"]);
                ID_LENGTH
            }
        };
        rest = &rest[length..];
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ids_have_equal_numbers() {
        let (a, b) = (
            "01890a5d-ac96-774b-bcce-b302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a8058",
        );
        assert_eq!(number_ids(&format!("é{a}:{b}, {a}")), "é[id 1]:[id 2], [id 1]");
        assert_eq!(number_ids(&a[1..]), a[1..]);
    }
}
