//! Reading what a site sends. Sites differ: a number may come as text, an object as its id, a list by itself or under a
//! name. What is not there is `None`; what is there and makes no sense is an error that names the field.

use serde_json::{Map, Value};

/// A JSON object of a site, with the words for where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    object: &'a Map<String, Value>,
    what: &'a str,
}

/// The longest text that is taken; longer ones are cut.
const TEXT_CHARS_MAX: usize = 100;

impl<'a> Shape<'a> {
    /// The object; `what` names it in errors.
    pub fn of(value: &'a Value, what: &'a str) -> Result<Self, String> {
        match value {
            Value::Object(object) => Ok(Self { object, what }),
            other => Err(format!("{what}: is {}, not an object", kind(other))),
        }
    }

    /// The value of the first of these fields that has one.
    pub fn get(&self, names: &[&str]) -> Option<&'a Value> {
        names.iter().filter_map(|name| self.object.get(*name)).find(|value| !value.is_null())
    }

    /// A nested object, where it is there and is one: some sites send its id instead.
    pub fn nested(&self, names: &[&str]) -> Option<Shape<'a>> {
        match self.get(names)? {
            Value::Object(object) => Some(Shape { object, what: self.what }),
            _ => None,
        }
    }

    /// Text, without what no name holds; none where it is missing or empty.
    pub fn text(&self, names: &[&str]) -> Result<Option<String>, String> {
        let text = match self.get(names) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(other) => return Err(self.wrong(names, &kind(other), "text")),
        };
        let plain: String = text.trim().chars().filter(|letter| !letter.is_control()).collect();
        let plain: String = plain.chars().take(TEXT_CHARS_MAX).collect();
        Ok(Some(plain).filter(|plain| !plain.is_empty()))
    }

    /// The same, which must be there.
    pub fn required_text(&self, names: &[&str]) -> Result<String, String> {
        self.text(names)?.ok_or_else(|| self.missing(names))
    }

    /// A number.
    pub fn number(&self, names: &[&str]) -> Result<Option<f64>, String> {
        let Some(value) = self.get(names) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite());
        number.map(Some).ok_or_else(|| self.wrong(names, &value.to_string(), "a number"))
    }

    /// A whole number that fits.
    pub fn integer<T: TryFrom<i64>>(&self, names: &[&str]) -> Result<Option<T>, String> {
        let Some(number) = self.number(names)? else { return Ok(None) };
        // Beyond 2^53 not every number is whole; no id and no rating is there.
        let whole = (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
        let fitting = whole.and_then(|whole| T::try_from(whole).ok());
        fitting.map(Some).ok_or_else(|| self.wrong(names, &number.to_string(), "a whole number that fits"))
    }

    /// The same, which must be there.
    pub fn required_integer<T: TryFrom<i64>>(&self, names: &[&str]) -> Result<T, String> {
        self.integer(names)?.ok_or_else(|| self.missing(names))
    }

    /// An id: by itself, or of the object that stands there.
    pub fn id(&self, names: &[&str], ids: &[&str]) -> Result<Option<i32>, String> {
        match self.nested(names) {
            Some(nested) => nested.integer(ids),
            None => self.integer(names),
        }
    }

    /// True or false; 0 and 1 are taken for it.
    pub fn flag(&self, names: &[&str]) -> Result<bool, String> {
        match self.get(names) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::Number(number)) => Ok(number.as_f64() != Some(0.0)),
            Some(other) => Err(self.wrong(names, &other.to_string(), "true or false")),
        }
    }

    /// What this is called in errors.
    pub const fn what(&self) -> &'a str {
        self.what
    }

    fn missing(&self, names: &[&str]) -> String {
        format!("{}: `{}` is missing", self.what, names.join("` or `"))
    }

    fn wrong(&self, names: &[&str], found: &str, wanted: &str) -> String {
        let found: String = found.chars().take(TEXT_CHARS_MAX).collect();
        format!("{}: `{}` is {found}, not {wanted}", self.what, names.join("` or `"))
    }
}

/// The items of a list: by itself, or under one of these names in an object.
pub fn list<'a>(value: &'a Value, names: &[&str]) -> Result<&'a [Value], String> {
    let found = match value {
        Value::Array(items) => Some(items),
        Value::Object(object) => names.iter().find_map(|name| object.get(*name)).and_then(Value::as_array),
        _ => None,
    };
    found.map(Vec::as_slice).ok_or_else(|| {
        format!("the answer is neither a list nor an object with one as `{}`", names.join("` or `"))
    })
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
