//! Examples: bodies that a real host and its clients sent, long lists cut short.

use serde_json::{Value, json};
use std::sync::LazyLock;

/// By operation, then `request`, or status and media type.
static EXAMPLES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).expect("the examples are JSON"));

/// The examples of one body of an operation.
pub fn examples(operation: &str, body: &str) -> Value {
    match &EXAMPLES[operation][body] {
        Value::Null => json!({}),
        value => json!({"recorded": {"value": value}}),
    }
}
