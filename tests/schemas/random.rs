//! Values by a schema, and values that it refuses, from one seed.

use super::document::Document;
use jsonschema::Validator;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};

/// Items of a random list.
const ITEMS_MAX: usize = 3;
/// Texts that programs trip over.
const TEXTS: [&str; 8] = ["", " ", "Ann", "Žofie 山田", "a\u{202e}b", "1", "'; --", "\u{1f600}"];

pub struct Random<'a> {
    random: ChaCha8Rng,
    document: &'a Document,
}

impl<'a> Random<'a> {
    pub fn new(document: &'a Document, seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), document }
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// A value that the schema allows.
    pub fn value(&mut self, schema: &Value) -> Value {
        if let Some(target) = schema["$ref"].as_str() {
            let named = self.document.json.pointer(target.trim_start_matches('#'));
            return self.value(&named.unwrap_or_else(|| panic!("{target} is not there")).clone());
        }
        for choice in ["oneOf", "anyOf", "enum"] {
            if let Some(choices) = schema[choice].as_array() {
                let chosen = self.pick(choices);
                return if choice == "enum" { chosen } else { self.value(&chosen) };
            }
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => self.pick(kinds),
            kind => kind.clone(),
        };
        match kind.as_str().unwrap_or("string") {
            "boolean" => json!(self.chance(50)),
            "null" => Value::Null,
            "integer" => json!(self.integer(schema)),
            "array" => self.list(schema),
            "object" => self.object(schema),
            _ => json!(self.text(schema)),
        }
    }

    fn integer(&mut self, schema: &Value) -> i64 {
        let bound = |name: &str, or: i64| schema[name].as_f64().map_or(or, |bound| bound as i64);
        let (min, max) = (bound("minimum", i64::from(i32::MIN)), bound("maximum", i64::from(i32::MAX)));
        if self.chance(70) {
            // Where things happen: near the lower bound, and near nought.
            let from = if min <= 0 { 0 } else { min };
            return self.random.random_range(from..=max.min(from + 40));
        }
        self.random.random_range(min..=max)
    }

    fn text(&mut self, schema: &Value) -> String {
        match schema["format"].as_str() {
            Some("uuid") => {
                let mut bytes = [0; 16];
                self.random.fill(&mut bytes);
                return uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
            }
            Some("date-time") => return "2026-04-01T18:00:00.000000Z".to_owned(),
            _ => {}
        }
        let text = self.pick(&TEXTS);
        let short = text.chars().count() < schema["minLength"].as_u64().unwrap_or(0) as usize;
        if short { "Ann".to_owned() } else { text.to_owned() }
    }

    fn list(&mut self, schema: &Value) -> Value {
        let most = schema["maxItems"].as_u64().map_or(ITEMS_MAX, |most| ITEMS_MAX.min(most as usize));
        let count = self.below(most + 1);
        let mut items = Vec::new();
        for _ in 0..count {
            let item = self.value(&schema["items"]);
            if schema["uniqueItems"] != true || !items.contains(&item) {
                items.push(item);
            }
        }
        items.into()
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut object = Map::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let is_required =
                schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name));
            if is_required || self.chance(40) {
                object.insert(name.clone(), self.value(field));
            }
        }
        object.into()
    }

    /// A value that the schema refuses, made from one that it allows.
    pub fn wrong(&mut self, schema: &Value, validator: &Validator) -> Value {
        loop {
            let mut value = self.value(schema);
            self.spoil(&mut value);
            if !validator.is_valid(&value) {
                return value;
            }
        }
    }

    fn spoil(&mut self, value: &mut Value) {
        let strange = [
            json!(null),
            json!([]),
            json!("?"),
            json!(-1),
            json!(1e300),
            json!({"a": 1}),
            json!(true),
            json!(999_999),
        ];
        match value {
            Value::Object(fields) if !fields.is_empty() && self.chance(80) => {
                let names: Vec<_> = fields.keys().cloned().collect();
                let name = self.pick(&names);
                match self.below(3) {
                    0 => {
                        fields.remove(&name);
                    }
                    1 => self.spoil(fields.get_mut(&name).expect("it was just there")),
                    _ => {
                        fields.insert(format!("{name}x"), json!(1));
                    }
                }
            }
            Value::Array(items) if !items.is_empty() && self.chance(80) => {
                let at = self.below(items.len());
                self.spoil(&mut items[at]);
            }
            Value::Object(fields) if self.chance(50) => {
                fields.insert("unknown".to_owned(), json!(1));
            }
            other => *other = self.pick(&strange),
        }
    }
}
