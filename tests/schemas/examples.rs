//! The examples in the documents: recorded from a real host, and as its answers are today.

use super::document::{AsyncApi, OpenApi, faults};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Items of a long list that an example shows.
const ITEMS_MAX: usize = 2;
/// Lines of a long text that an example shows.
const LINES_MAX: usize = 12;

fn path(of: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(of)
}

/// Writes the examples anew where that is asked for; else what is written must be for the same bodies.
pub fn compare(answers: &BTreeMap<(String, String), Value>, frames: &BTreeMap<String, Vec<Value>>) {
    let mut operations: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for ((operation, body), value) in answers {
        let of_operation = operations.entry(operation.as_str()).or_default();
        of_operation.insert(body.clone(), brief(operation, value));
    }
    let mut messages: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (word, frames) in frames {
        messages.insert(word, telling(word, frames));
    }
    // It takes two hosts to be sent there.
    let moved =
        json!({"type": "moved", "game": messages["join"][0]["game"], "url": "https://b.league.example"});
    messages.insert("moved", vec![moved]);
    for (file, value) in [
        ("src/gateway/http/openapi/examples.json", json!(operations)),
        ("src/protocol/asyncapi/examples.json", json!(messages)),
    ] {
        if std::env::var("DUGOUT_EXAMPLES").is_ok_and(|what| what == "write") {
            let text = serde_json::to_string_pretty(&value).expect("JSON") + "\n";
            std::fs::write(path(file), text).expect("written");
        }
        let written: Value =
            serde_json::from_str(&std::fs::read_to_string(path(file)).expect("a file")).expect("JSON");
        let keys = |value: &Value| -> Vec<String> {
            let of = value.as_object().into_iter().flatten();
            of.flat_map(|(name, bodies)| {
                let bodies = bodies.as_object().into_iter().flatten();
                std::iter::once(name.clone()).chain(bodies.map(move |(body, _)| format!("{name} {body}")))
            })
            .collect()
        };
        assert_eq!(
            keys(&written),
            keys(&value),
            "{file} has other examples than the host has answers: write them anew with DUGOUT_EXAMPLES=write cargo test \
             --test integration schemas::obeyed"
        );
    }
}

/// Every example in the documents is what the host would send or take.
pub fn are_valid(api: &OpenApi, sockets: &AsyncApi) {
    for (id, operation) in &api.operations {
        let bodies = operation.json["responses"].as_object().into_iter().flatten();
        let bodies = bodies.map(|(_, response)| response).chain([&operation.json["requestBody"]]);
        for (media_type, content) in bodies.filter_map(|body| body["content"].as_object()).flatten() {
            let validator = api.document.validator(&content["schema"], true);
            for (name, example) in content["examples"].as_object().into_iter().flatten() {
                if let Some(what) = faults(&validator, &example["value"]) {
                    panic!("{id}, {media_type}, example {name}: {what}");
                }
            }
        }
    }
    for (word, message) in sockets.document.json["components"]["messages"].as_object().expect("messages") {
        let validator = sockets.document.validator(&message["payload"], true);
        for example in message["examples"].as_array().into_iter().flatten() {
            if let Some(what) = faults(&validator, &example["payload"]) {
                panic!("example of {word}: {what}");
            }
        }
    }
}

/// Frames that show what there is: of commands one of each kind, of others the first.
fn telling(word: &str, frames: &[Value]) -> Vec<Value> {
    let mut kinds: BTreeMap<String, Value> = BTreeMap::new();
    for frame in frames {
        let kind = match word {
            "command" => frame["command"]["kind"].as_str().unwrap_or_default().to_owned(),
            "events" => frame["events"][0]["kind"].as_str().unwrap_or_default().to_owned(),
            "rejected" => frame["code"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        kinds.entry(kind).or_insert_with(|| brief(word, frame));
    }
    kinds.into_values().take(8).collect()
}

/// The same with long lists and texts cut, and without a token that was somebody's.
fn brief(about: &str, value: &Value) -> Value {
    match value {
        Value::Object(fields) if about == "getOpenapi" || about == "getAsyncapi" => {
            let shown = ["openapi", "asyncapi", "info"];
            fields
                .iter()
                .filter(|(name, _)| shown.contains(&name.as_str()))
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect()
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let is_token = name == "token" && value.is_string();
                (name.clone(), if is_token { json!("eyJhbGciOiJIUzI1NiJ9.e30.…") } else { brief("", value) })
            })
            .collect(),
        Value::Array(items) => {
            let all_objects = items.iter().all(Value::is_object);
            let shown = if all_objects { items.len().min(ITEMS_MAX) } else { items.len() };
            items[..shown].iter().map(|item| brief("", item)).collect()
        }
        Value::String(text) if about == "getJournal" => {
            let lines = text.lines().take(ITEMS_MAX + 1).map(|line| {
                let line: Value = serde_json::from_str(line).expect("a line is JSON");
                brief("", &line).to_string() + "\n"
            });
            json!(lines.collect::<String>())
        }
        Value::String(text) if text.lines().count() > LINES_MAX => {
            json!(text.lines().take(LINES_MAX).map(|line| format!("{line}\n")).collect::<String>())
        }
        other => other.clone(),
    }
}
