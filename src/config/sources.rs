//! Where settings come from: text and environment variables as figment's providers, and its errors in words.

use figment::error::{Actual, Kind};
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};
use std::path::Path;

/// Variables that the leagues' deployments already set, and those of OpenTelemetry, with the setting they stand for.
pub const KNOWN_VARIABLES: [(&str, &str); 6] = [
    ("DATABASE_URL", "database.url"),
    ("DB_POOL_SIZE", "database.pool_size"),
    ("DB_MAX_OVERFLOW", "database.max_overflow"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry.otlp_endpoint"),
    ("OTEL_SERVICE_NAME", "telemetry.service_name"),
    ("OTEL_TRACES_SAMPLER_ARG", "telemetry.sample_ratio"),
];

const OTEL_PREFIX: &str = "OTEL_";

/// The host's own variables start with this; `__` stands for the dot between section and setting.
pub const PREFIX: &str = "DUGOUT__";

/// A configuration file, with its name for messages.
pub fn file(path: &Path, text: &str) -> Named<impl Provider> {
    Named { name: path.display().to_string(), provider: Toml::string(text) }
}

/// Settings under the name that a message shall give their source.
pub struct Named<P> {
    name: String,
    provider: P,
}

impl<P: Provider> Provider for Named<P> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        self.provider.data()
    }
}

/// One environment variable that is meant for the host.
pub struct Variable {
    name: String,
    key: String,
    value: Value,
}

impl Variable {
    /// Those of `environment` that are meant for the host; the host's own come last and so win.
    pub fn of(environment: impl IntoIterator<Item = (String, String)>) -> Vec<Self> {
        let mut variables: Vec<_> =
            environment.into_iter().filter_map(|(name, value)| Self::new(name, &value)).collect();
        variables.sort_by_key(|variable| (variable.name.starts_with(PREFIX), variable.name.clone()));
        variables
    }

    fn new(name: String, text: &str) -> Option<Self> {
        if name.starts_with(OTEL_PREFIX) && text.is_empty() {
            return None; // by its specification the same as not set
        }
        let known = KNOWN_VARIABLES.iter().find(|(variable, _)| *variable == name);
        let key = match known {
            Some((_, key)) => (*key).to_owned(),
            None => name.strip_prefix(PREFIX)?.replace("__", ".").to_lowercase(),
        };
        Some(Self { name, key, value: value_of(text) })
    }
}

/// Numbers and booleans are read as such, everything else is text: an address or a URL is never read as a list.
fn value_of(text: &str) -> Value {
    if let Ok(number) = text.parse::<i64>() {
        Value::from(number)
    } else if let Ok(boolean) = text.parse::<bool>() {
        Value::from(boolean)
    } else if let Some(share) = share(text) {
        Value::from(share)
    } else {
        Value::from(text)
    }
}

/// A number with a point; nothing else that Rust takes for one, such as `inf`.
fn share(text: &str) -> Option<f64> {
    let is_plain = text.chars().all(|character| character.is_ascii_digit() || character == '.');
    text.parse().ok().filter(|_| is_plain)
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("the environment variable {}", self.name))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let nested = figment::util::nest(&self.key, self.value.clone());
        let dict =
            nested.into_dict().ok_or_else(|| Error::from(format!("{} names no setting", self.name)))?;
        Ok(Profile::Default.collect(dict))
    }
}

/// An error of figment in one line: the setting, the problem, what is allowed, and where the value came from.
pub fn explain(error: &Error) -> String {
    let (path, problem) = match &error.kind {
        Kind::UnknownField(field, allowed) => {
            let mut path = error.path.clone();
            if path.last() != Some(field) {
                path.push(field.clone());
            }
            (path, format!("unknown setting; allowed: {}", allowed.join(", ")))
        }
        Kind::UnknownVariant(value, allowed) => {
            (error.path.clone(), format!("`{value}` is not allowed; allowed: {}", allowed.join(", ")))
        }
        Kind::InvalidType(actual, expected) => {
            (error.path.clone(), format!("{} is not {expected}", shown(actual)))
        }
        Kind::InvalidValue(actual, expected) => {
            (error.path.clone(), format!("{} is not {expected}", shown(actual)))
        }
        other => (error.path.clone(), other.to_string()),
    };
    let source =
        error.metadata.as_ref().map(|metadata| format!(" (in {})", metadata.name)).unwrap_or_default();
    let problem = problem.split_whitespace().collect::<Vec<_>>().join(" ");
    match path.as_slice() {
        [] => format!("{problem}{source}"),
        path => format!("setting {}: {problem}{source}", path.join(".")),
    }
}

fn shown(actual: &Actual) -> String {
    match actual {
        Actual::Str(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}
