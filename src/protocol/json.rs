//! JSON from outside: bounded in depth, no name twice, and errors that say where and what.

use crate::rules::rejection::{Rejection, RejectionCode};
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// How deep arrays and objects may nest; the deepest legal message needs 4.
const DEPTH_MAX: usize = 16;

/// The longest message of a refusal, in characters: a hostile value is not echoed at length. The longest list of
/// what is allowed, the outcomes', fits.
const MESSAGE_CHARS_MAX: usize = 1000;
/// How much of the beginning of a longer message is kept; the rest is its end, where it says what is allowed.
const MESSAGE_HEAD_CHARS: usize = 100;

/// Reads one JSON value, nested [`DEPTH_MAX`] deep at most.
///
/// # Errors
/// `malformed` when the text is not one JSON value, nests too deep, or names a field of an object twice (which
/// of the two counts would depend on the reader).
pub fn parse_json(text: &str) -> Result<Value, Rejection> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Bounded { depth: DEPTH_MAX }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| Rejection::new(RejectionCode::Malformed, format!("not valid JSON: {error}")))
}

/// Reads `value` as a `T`.
///
/// # Errors
/// `code`, with the path of the field that is wrong, its problem, and what is allowed.
pub fn from_value<T: DeserializeOwned>(value: Value, code: RejectionCode) -> Result<T, Rejection> {
    if let Some(field) = nul_in(&value, "") {
        let field = bounded(&field.replace('\0', "\\0"));
        let message = format!("{field}: holds a NUL character, which no text here may");
        return Err(Rejection { field: Some(field), ..Rejection::new(code, message) });
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let field = field_of(&path, &message);
        let message = match &field {
            Some(field) => bounded(&format!("{field}: {message}")),
            None => bounded(&message),
        };
        Rejection { field, ..Rejection::new(code, message) }
    })
}

/// Where a text, or the name of a field, holds a NUL character: PostgreSQL cannot store it, and no name or reason
/// needs it. The depth is bounded, as [`parse_json`] reads it.
fn nul_in(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul_in(item, &format!("{path}[{index}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if name.contains('\0') { Some(path) } else { nul_in(value, &path) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The field an error is about. Serde reports a missing or unknown field at the object that lacks or has it, so
/// its name is taken from the message, whose form `serde::de::Error` fixes.
fn field_of(path: &str, message: &str) -> Option<String> {
    let path = if path == "." { "" } else { path };
    let named = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|prefix| message.strip_prefix(prefix))
        .and_then(|rest| rest.split('`').next());
    let field = match named {
        Some(name) if path.is_empty() => name.to_owned(),
        Some(name) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        Some(name) => format!("{path}.{name}"),
        None => path.to_owned(),
    };
    (!field.is_empty()).then(|| bounded(&field))
}

fn bounded(text: &str) -> String {
    let count = text.chars().count();
    if count <= MESSAGE_CHARS_MAX {
        return text.to_owned();
    }
    let head = text.chars().take(MESSAGE_HEAD_CHARS);
    let tail = text.chars().skip(count - (MESSAGE_CHARS_MAX - MESSAGE_HEAD_CHARS));
    head.chain(std::iter::once('…')).chain(tail).collect()
}

/// Builds a [`Value`] as serde_json does, but refuses what [`parse_json`] refuses.
#[derive(Clone, Copy)]
struct Bounded {
    depth: usize,
}

impl Bounded {
    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth }),
            None => Err(E::custom(format_args!("nested deeper than {DEPTH_MAX}"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut map = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(inner)?;
            if map.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the field `{}` is there twice", bounded(&name))));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

/// A command or frame that has no fields of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoFields {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::command::SetLineup;
    use serde_json::json;

    #[test]
    fn reads_what_serde_json_reads() {
        let text = r#"{"a":[1,-2,2.5,"é\n",null,true,{"b":{}}],"c":""}"#;
        assert_eq!(parse_json(text).expect("legal"), serde_json::from_str::<Value>(text).expect("legal"));
    }

    #[test]
    fn refuses_depth_doubles_and_trailing_text() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse_json(&nested(DEPTH_MAX)).is_ok());
        for (text, says) in [
            (nested(DEPTH_MAX + 1), "nested deeper"),
            (r#"{"a":1,"a":2}"#.into(), "twice"),
            ("{} {}".into(), "trailing"),
            (String::new(), "EOF"),
            ("{\"a\":1e999}".into(), "number"),
        ] {
            let rejection = parse_json(&text).expect_err("must be refused");
            assert_eq!(rejection.code, RejectionCode::Malformed);
            assert!(rejection.message.contains(says), "{text}: {}", rejection.message);
        }
    }

    #[test]
    fn names_the_field() {
        for (value, field) in [
            (json!({}), "players"),
            (json!({"players": [], "bench": []}), "bench"),
            (json!({"players": [{"card_id": 1, "position": "1X"}]}), "players[0].position"),
            (json!({"players": [{"position": "1B"}]}), "players[0].card_id"),
            (json!({"players": [{"card_id": 1, "position": "1B", "x": 1}]}), "players[0].x"),
            (json!({"players": [{"card_id": 1e9, "position": "1B"}]}), "players[0].card_id"),
            (json!({"players": 3}), "players"),
        ] {
            let rejection = from_value::<SetLineup>(value.clone(), RejectionCode::Invalid);
            let rejection = rejection.expect_err("must be refused");
            assert_eq!(rejection.field.as_deref(), Some(field), "{value}: {}", rejection.message);
        }
    }

    #[test]
    fn nul_is_refused_with_its_field() {
        for (value, field) in [
            (json!({"players": [{"card_id": 1, "position": "1\0B"}]}), "players[0].position"),
            (json!({"players": [], "x\0": 1}), "x\\0"),
        ] {
            let rejection = from_value::<SetLineup>(value, RejectionCode::Invalid).expect_err("NUL");
            assert_eq!(rejection.field.as_deref(), Some(field), "{}", rejection.message);
            assert!(rejection.message.contains("NUL"));
        }
        assert_eq!(from_value::<String>(json!("a\\u0000"), RejectionCode::Invalid), Ok("a\\u0000".into()));
    }

    #[test]
    fn lists_what_is_allowed_and_stays_short() {
        let value = json!({"players": [{"card_id": 1, "position": "x".repeat(5000)}]});
        let rejection = from_value::<SetLineup>(value, RejectionCode::Invalid).expect_err("no such position");
        assert!(rejection.message.chars().count() <= MESSAGE_CHARS_MAX + 1);
        assert!(rejection.message.contains("`SS`"));
        let value = json!({"players": [{"card_id": 1, "position": "short"}]});
        let rejection = from_value::<SetLineup>(value, RejectionCode::Invalid).expect_err("no such position");
        assert!(rejection.message.contains("`short`") && rejection.message.contains("`SS`"));
    }
}
