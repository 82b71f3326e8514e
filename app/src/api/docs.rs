//! The JSON API, read from its own description (OpenAPI) for the page that shows it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use serde_json::Value;

use crate::AppError;

/// The whole API.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ApiView {
    /// What it is, and what holds for all of it.
    pub about: String,
    /// Its operations, by what they are about.
    pub groups: Vec<ApiGroup>,
    /// What is sent and answered, by name.
    pub schemas: Vec<ApiSchema>,
}

/// Operations that belong together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiGroup {
    pub name: String,
    pub about: String,
    pub operations: Vec<ApiOperation>,
}

/// What can be asked at one address with one method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiOperation {
    pub method: String,
    pub path: String,
    pub summary: String,
    pub about: String,
    /// In which ways callers can say who they are; `nobody` where they need not.
    pub callers: Vec<String>,
    pub parameters: Vec<ApiField>,
    pub body: Option<ApiType>,
    pub answers: Vec<ApiAnswer>,
}

/// What an operation may answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiAnswer {
    pub status: String,
    pub about: String,
    pub body: Option<ApiType>,
}

/// A parameter, or a field of a schema.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiField {
    pub name: String,
    /// Where a parameter stands: `path`, `query` or `header`.
    pub place: String,
    pub kind: ApiType,
    pub is_required: bool,
    pub about: String,
}

/// What something is: in words, and as a schema that has a name.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ApiType {
    pub words: String,
    pub schema: Option<String>,
}

/// Something that is sent or answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiSchema {
    pub name: String,
    pub about: String,
    pub kind: ApiType,
    pub fields: Vec<ApiField>,
    /// One that works, as it would be sent.
    pub example: Option<String>,
}

/// The API, as the server describes it.
#[server(endpoint = "find_api")]
pub async fn find_api() -> Result<ApiView, AppError> {
    let document = use_context::<crate::ssr::ApiDocument>().ok_or(AppError::Internal)?;
    Ok(read(&document.0))
}

#[cfg(feature = "ssr")]
fn read(document: &Value) -> ApiView {
    let operations: Vec<(String, ApiOperation)> = entries(&document["paths"])
        .flat_map(|(path, item)| {
            let operations = entries(item).filter(|(_, it)| it["responses"].is_object());
            operations.map(move |(method, it)| (text(&it["tags"][0]), operation(method, path, it)))
        })
        .collect();
    let groups = list(&document["tags"]).map(|tag| ApiGroup {
        name: text(&tag["name"]),
        about: text(&tag["description"]),
        operations: operations
            .iter()
            .filter(|(name, _)| *name == text(&tag["name"]))
            .map(|(_, operation)| operation.clone())
            .collect(),
    });
    let schemas = entries(&document["components"]["schemas"]).map(|(name, it)| schema(name, it));
    ApiView {
        about: text(&document["info"]["description"]),
        groups: groups.collect(),
        schemas: schemas.collect(),
    }
}

#[cfg(feature = "ssr")]
fn operation(method: &str, path: &str, it: &Value) -> ApiOperation {
    let callers = list(&it["security"])
        .map(|it| entries(it).next().map_or("nobody", |(name, _)| name))
        .map(str::to_owned);
    let parameters = list(&it["parameters"]).map(|it| ApiField {
        name: text(&it["name"]),
        place: text(&it["in"]),
        kind: kind(&it["schema"]),
        is_required: it["required"] == true,
        about: text(&it["description"]),
    });
    let answers = entries(&it["responses"]).map(|(status, it)| ApiAnswer {
        status: status.to_owned(),
        about: text(&it["description"]),
        body: body(&it["content"]),
    });
    ApiOperation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&it["summary"]),
        about: text(&it["description"]),
        callers: callers.collect(),
        parameters: parameters.collect(),
        body: body(&it["requestBody"]["content"]),
        answers: answers.collect(),
    }
}

#[cfg(feature = "ssr")]
fn body(content: &Value) -> Option<ApiType> {
    let (_, it) = entries(content).next()?;
    Some(kind(&it["schema"]))
}

#[cfg(feature = "ssr")]
fn schema(name: &str, it: &Value) -> ApiSchema {
    // A schema that is made of others has their fields and its own.
    let parts = std::iter::once(it).chain(list(&it["allOf"]));
    let fields = parts.flat_map(|part| {
        let required: Vec<String> = list(&part["required"]).map(text).collect();
        entries(&part["properties"]).map(move |(name, it)| ApiField {
            name: name.to_owned(),
            place: String::new(),
            kind: kind(it),
            is_required: required.contains(&name.to_owned()),
            about: text(&it["description"]),
        })
    });
    ApiSchema {
        name: name.to_owned(),
        about: text(&it["description"]),
        kind: kind(it),
        fields: fields.collect(),
        example: it
            .get("example")
            .and_then(|it| serde_json::to_string_pretty(it).ok()),
    }
}

/// What a schema is, in a few words: `text`, `list of Order`, `pending, confirmed, … or nothing`.
#[cfg(feature = "ssr")]
fn kind(it: &Value) -> ApiType {
    if let Some(name) = it["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return ApiType {
            words: name.to_owned(),
            schema: Some(name.to_owned()),
        };
    }
    let choices = [&it["oneOf"], &it["anyOf"], &it["allOf"]];
    if let Some(choices) = choices.into_iter().find(|it| it.is_array()) {
        let kinds: Vec<ApiType> = list(choices).map(kind).collect();
        let words: Vec<_> = kinds.iter().map(|it| it.words.clone()).collect();
        return ApiType {
            words: words.join(" or "),
            schema: kinds.into_iter().find_map(|it| it.schema),
        };
    }
    let words: Vec<String> = list(&it["enum"]).map(text).collect();
    if !words.is_empty() {
        let words = words.join(", ");
        return ApiType {
            words,
            schema: None,
        };
    }
    let types: Vec<&str> = match &it["type"] {
        Value::String(one) => vec![one],
        several => list(several).filter_map(Value::as_str).collect(),
    };
    let mut schema = None;
    let words = types.into_iter().map(|name| match name {
        "array" => {
            let item = kind(&it["items"]);
            schema = item.schema;
            format!("list of {}", item.words)
        }
        "string" => it["format"].as_str().unwrap_or("text").to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "null" => "nothing".to_owned(),
        other => other.to_owned(),
    });
    let words: Vec<_> = words.collect();
    ApiType {
        words: if words.is_empty() {
            "anything".to_owned()
        } else {
            words.join(" or ")
        },
        schema,
    }
}

#[cfg(feature = "ssr")]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(feature = "ssr")]
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(feature = "ssr")]
fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, it)| (name.as_str(), it))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_said_in_words() {
        let words = |schema| kind(&schema).words;

        assert_eq!(words(json!({"type": "string"})), "text");
        assert_eq!(
            words(json!({"type": ["string", "null"], "format": "uuid"})),
            "uuid or nothing"
        );
        assert_eq!(
            words(json!({"type": "array", "items": {"$ref": "#/components/schemas/Order"}})),
            "list of Order"
        );
        assert_eq!(
            words(json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Address"}]})),
            "nothing or Address"
        );
        assert_eq!(
            words(json!({"type": "string", "enum": ["read", "orders"]})),
            "read, orders"
        );
    }
}
