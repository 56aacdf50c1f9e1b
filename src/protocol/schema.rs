//! JSON Schemas of the types on the wire, for the documents that describe it.
//!
//! A type that is sent has all its fields; of one that is read, fields with a default may be left out, and unknown
//! ones are refused. Where the two differ, a document has both: `GameSettings`, and `GameSettingsInput` for what is read.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where a document keeps the schemas that are named.
const SENT: &str = "#/components/schemas/";
/// Where those of what is read are until the document is finished.
const READ: &str = "#/components/read/";

/// Collects the schemas that a document names.
pub struct Schemas {
    sent: SchemaGenerator,
    read: SchemaGenerator,
}

impl Schemas {
    /// Schemas as OpenAPI 3.1 has them.
    #[must_use]
    pub fn draft2020_12() -> Self {
        Self::new(&SchemaSettings::draft2020_12())
    }

    /// Schemas as AsyncAPI 3 has them.
    #[must_use]
    pub fn draft07() -> Self {
        Self::new(&SchemaSettings::draft07())
    }

    fn new(settings: &SchemaSettings) -> Self {
        let settings = |path: &str| {
            let path = path.trim_start_matches('#').trim_end_matches('/').to_owned();
            settings.clone().with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = path.into();
            })
        };
        Self {
            sent: settings(SENT).for_serialize().into_generator(),
            read: settings(READ).for_deserialize().into_generator(),
        }
    }

    /// The schema of what the host sends: a reference, where the type has a name.
    pub fn sent<T: JsonSchema>(&mut self) -> Value {
        self.sent.subschema_for::<T>().to_value()
    }

    /// The schema of what the host reads.
    pub fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// The schema of what the host sends, itself in the place of a reference to it.
    pub fn sent_whole<T: JsonSchema>(&mut self) -> Value {
        whole::<T>(&mut self.sent)
    }

    /// The schema of what the host reads, itself in the place of a reference to it.
    pub fn read_whole<T: JsonSchema>(&mut self) -> Value {
        whole::<T>(&mut self.read)
    }

    /// Puts the schemas that `document` refers to under its `components`, by name and in order.
    pub fn finish(mut self, document: &mut Value) {
        let sent = self.sent.take_definitions(true);
        let read = self.read.take_definitions(true);
        let other = differing(&sent, &read);
        let names: BTreeMap<_, _> = read
            .keys()
            .map(|name| {
                let suffix = if other.contains(name) { "Input" } else { "" };
                (format!("{READ}{name}"), format!("{SENT}{name}{suffix}"))
            })
            .collect();
        let mut all: BTreeMap<String, Value> = sent.into_iter().collect();
        for (name, schema) in read {
            let final_name = names[&format!("{READ}{name}")].trim_start_matches(SENT).to_owned();
            all.insert(final_name, schema);
        }
        document["components"]["schemas"] = json!(all);
        amend(document, &names);
    }
}

fn whole<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let mut schema = T::json_schema(generator);
    generator.transforms_mut().for_each(|transform| transform.transform(&mut schema));
    schema.to_value()
}

/// The names under which something else is read than is sent, in itself or in what it refers to.
fn differing(sent: &Map<String, Value>, read: &Map<String, Value>) -> BTreeSet<String> {
    let shared = |name: &&String| sent.contains_key(*name);
    let plain: BTreeMap<String, String> =
        read.keys().map(|name| (format!("{READ}{name}"), format!("{SENT}{name}"))).collect();
    let mut other: BTreeSet<String> = BTreeSet::new();
    loop {
        let found: BTreeSet<String> = read
            .keys()
            .filter(shared)
            .filter(|name| {
                let mut as_sent = read[*name].clone();
                let refers_to_other =
                    references(&as_sent).iter().any(|target| other.contains(target.trim_start_matches(READ)));
                amend(&mut as_sent, &plain);
                let mut sent = sent[*name].clone();
                amend(&mut sent, &plain);
                refers_to_other || as_sent != sent
            })
            .cloned()
            .collect();
        if found == other {
            return other;
        }
        other = found;
    }
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Renames references, and turns comments of the code into text: one line, links as plain words.
fn amend(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some(name) = names.get(target)
            {
                name.clone_into(target);
            }
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " ");
            }
            fields.values_mut().for_each(|value| amend(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| amend(value, names)),
        _ => {}
    }
}

/// An object's schema with one more field, which always has the same text: what tells it from its siblings.
#[must_use]
pub fn tagged(schema: Value, tag: &str, word: &str) -> Value {
    let mut schema = schema;
    schema["properties"][tag] = json!({"type": "string", "const": word});
    let mut required = schema["required"].as_array().cloned().unwrap_or_default();
    required.insert(0, json!(tag));
    schema["required"] = json!(required);
    schema
}

/// An object's schema that allows no other field than those it names.
#[must_use]
pub fn closed(schema: Value) -> Value {
    let mut schema = schema;
    schema["additionalProperties"] = json!(false);
    schema
}

/// The parts of a choice, each with the word that its field `tag` has.
#[must_use]
pub fn variants(choice: &Value, tag: &str) -> Vec<(String, Value)> {
    let parts = choice["oneOf"].as_array().into_iter().flatten();
    let word = |part: &Value| Some(part["properties"][tag]["const"].as_str()?.to_owned());
    parts.filter_map(|part| Some((word(part)?, part.clone()))).collect()
}

/// For a field whose default is another one each time.
pub(super) fn without_default(schema: &mut Schema) {
    schema.remove("default");
}

/// A schema from its JSON.
pub(super) fn schema_of(value: Value) -> Schema {
    Schema::try_from(value).expect("a schema is an object")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Inner {
        n: u8,
    }

    impl Default for Inner {
        fn default() -> Self {
            Self { n: 7 }
        }
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Outer {
        /// See [`Inner`],
        /// please.
        inner: Inner,
        plain: Plain,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Plain {
        x: bool,
    }

    #[test]
    fn what_is_read_otherwise_than_sent_has_a_name_of_its_own() {
        let mut schemas = Schemas::draft2020_12();
        let mut document = json!({"sent": schemas.sent::<Outer>(), "read": schemas.read::<Outer>()});
        schemas.finish(&mut document);
        let names: Vec<_> = document["components"]["schemas"].as_object().expect("schemas").keys().collect();
        assert_eq!(names, ["Inner", "InnerInput", "Outer", "OuterInput", "Plain"]);
        assert_eq!(document["sent"]["$ref"], "#/components/schemas/Outer");
        assert_eq!(document["read"]["$ref"], "#/components/schemas/OuterInput");
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Inner"]["required"], json!(["n"]));
        assert_eq!(schemas["InnerInput"]["required"], Value::Null);
        let field = &schemas["OuterInput"]["properties"]["inner"];
        assert_eq!(field["$ref"], "#/components/schemas/InnerInput");
        assert_eq!(field["description"], "See `Inner`, please.");
        assert_eq!(
            schemas["OuterInput"]["properties"]["plain"],
            json!({"$ref": "#/components/schemas/Plain"})
        );
    }
}
