//! A served document, read as an outside program would, and what it says about an answer or a frame.

use crate::support::http::{Answer, Http};
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A document with its schemas.
pub struct Document {
    pub json: Value,
}

impl Document {
    pub async fn fetch(http: &Http, path: &str) -> Self {
        let answer = http.get(path).await;
        Self { json: answer.ok() }
    }

    /// What checks a value against a schema of this document. `strict` refuses fields that the schema does not name.
    pub fn validator(&self, schema: &Value, strict: bool) -> Validator {
        let mut schemas = self.json["components"]["schemas"].clone();
        let mut schema = schema.clone();
        if strict {
            schemas.as_object_mut().into_iter().flatten().for_each(|(_, schema)| close(schema, false));
            close(&mut schema, true);
        }
        let root = json!({"allOf": [schema], "components": {"schemas": schemas}});
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.build(&root).unwrap_or_else(|error| panic!("not a schema: {error}"))
    }
}

/// Refuses other fields than those that are named, wherever a value stands: at the top, in a field, in a list.
fn close(schema: &mut Value, is_value: bool) {
    const APPLIED: [&str; 3] = ["allOf", "anyOf", "oneOf"];
    let Value::Object(fields) = schema else { return };
    let says_something =
        ["type", "$ref", "properties"].iter().chain(&APPLIED).any(|word| fields.contains_key(*word));
    for (word, part) in fields.iter_mut() {
        match (word.as_str(), part) {
            ("properties", Value::Object(named)) => named.values_mut().for_each(|field| close(field, true)),
            ("prefixItems", Value::Array(items)) => items.iter_mut().for_each(|item| close(item, true)),
            ("items" | "additionalProperties", part) => close(part, true),
            (word, Value::Array(parts)) if APPLIED.contains(&word) => {
                parts.iter_mut().for_each(|part| close(part, false));
            }
            _ => {}
        }
    }
    if is_value && says_something {
        fields.insert("unevaluatedProperties".into(), json!(false));
    }
}

/// Everything that is wrong with a value, or nothing.
pub fn faults(validator: &Validator, value: &Value) -> Option<String> {
    let faults: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if faults.is_empty() { None } else { Some(faults.join("; ").chars().take(2_000).collect()) }
}

/// One operation of the OpenAPI document.
#[derive(Clone)]
pub struct Operation {
    pub method: String,
    pub path: String,
    pub json: Value,
}

/// The OpenAPI document, ready to check answers.
pub struct OpenApi {
    pub document: Document,
    pub operations: BTreeMap<String, Operation>,
    validators: BTreeMap<String, Validator>,
    /// What was checked: operation, status, media type.
    pub checked: BTreeSet<(String, String, String)>,
}

impl OpenApi {
    pub async fn fetch(http: &Http) -> Self {
        let document = Document::fetch(http, "/openapi.json").await;
        let mut operations = BTreeMap::new();
        for (path, methods) in document.json["paths"].as_object().expect("paths") {
            for (method, json) in methods.as_object().expect("methods") {
                let id = json["operationId"].as_str().expect("an id").to_owned();
                let operation =
                    Operation { method: method.to_uppercase(), path: path.clone(), json: json.clone() };
                operations.insert(id, operation);
            }
        }
        Self { document, operations, validators: BTreeMap::new(), checked: BTreeSet::new() }
    }

    /// Checks an answer: its status, type and body are those that the operation says.
    pub fn check(&mut self, id: &str, answer: &Answer) -> Result<(), String> {
        let status = answer.status.as_u16().to_string();
        let shown: String = answer.text.chars().take(600).collect();
        let told = |what: &str| format!("{id} answered {status}: {what}\n  {shown}");
        let response = &self.operations[id].json["responses"][&status];
        if response.is_null() {
            return Err(told("the document knows no such status"));
        }
        let plain = |media_type: &str| media_type.split(';').next().unwrap_or_default().trim().to_owned();
        let no_content = Map::new();
        let contents = response["content"].as_object().unwrap_or(&no_content);
        let content = contents.iter().find(|(known, _)| plain(known) == plain(&answer.content_type));
        let Some((media_type, content)) = content else {
            let bare = contents.is_empty() && answer.text.is_empty();
            return if bare { Ok(()) } else { Err(told(&format!("no such type: {}", answer.content_type))) };
        };
        self.checked.insert((id.to_owned(), status.clone(), media_type.clone()));
        let media_type = media_type.clone();
        let is_json = plain(&media_type) == "application/json" || plain(&media_type).ends_with("+json");
        if !is_json {
            return Ok(());
        }
        let body = serde_json::from_str(&answer.text).map_err(|error| told(&format!("not JSON: {error}")))?;
        let key = format!("{id} {status} {media_type}");
        if !self.validators.contains_key(&key) {
            let validator = self.document.validator(&content["schema"], true);
            self.validators.insert(key.clone(), validator);
        }
        faults(&self.validators[&key], &body).map_or(Ok(()), |what| Err(told(&what)))
    }

    /// The lines of a journal, each against the schema of a line.
    pub fn check_journal(&self, text: &str) -> Result<(), String> {
        let journal = &self.document.json["components"]["schemas"]["Journal"];
        let validator = self.document.validator(&journal["contentSchema"], true);
        for line in text.lines() {
            let value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            if let Some(what) = faults(&validator, &value) {
                return Err(format!("{what}\n  {}", line.chars().take(400).collect::<String>()));
            }
        }
        Ok(())
    }
}

/// The AsyncAPI document, ready to check frames.
pub struct AsyncApi {
    pub document: Document,
    validators: BTreeMap<String, Validator>,
    /// The types of the frames that were checked.
    pub checked: BTreeSet<String>,
}

impl AsyncApi {
    pub async fn fetch(http: &Http) -> Self {
        let document = Document::fetch(http, "/asyncapi.json").await;
        let messages = document.json["components"]["messages"].as_object().expect("messages").clone();
        let validators = messages
            .iter()
            .map(|(word, message)| (word.clone(), document.validator(&message["payload"], true)))
            .collect();
        Self { document, validators, checked: BTreeSet::new() }
    }

    /// Checks a frame, whoever sent it.
    pub fn check(&mut self, frame: &Value) -> Result<(), String> {
        let word = frame["type"].as_str().unwrap_or_default();
        let told =
            |what: &str| format!("{what}\n  {}", frame.to_string().chars().take(1_500).collect::<String>());
        let validator = self.validators.get(word).ok_or_else(|| told("no such message"))?;
        self.checked.insert(word.to_owned());
        faults(validator, frame).map_or(Ok(()), |what| Err(told(&what)))
    }
}
