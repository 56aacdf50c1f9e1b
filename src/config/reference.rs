//! The reference of the settings, generated from their types: `docs/CONFIGURATION.md`.

use super::DEFAULTS;
use super::sections::Settings;
use super::sources::{KNOWN_VARIABLES, PREFIX};
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::fmt::Write;

const HEAD: &str = "\
# Configuration

Every setting of the host, its default, what it may be, and the environment variable that sets it. Nothing has to be
configured. Three things change a setting, each stronger than the one before: a file named with `--config` (TOML, as
[config/default.toml](../config/default.toml), which says more about many of them), environment variables, and the options
of the command line. A setting that does not exist, or has a value that is not allowed, stops the start with a line that
names it. Lists are comma-separated in an environment variable.

This page is what `dugout schema config` prints.
";

/// One setting.
struct Setting {
    /// Its name, dotted.
    key: String,
    /// The JSON Schema of its value.
    schema: Value,
    default: Value,
}

/// Every section that has settings, with what it is about; the settings that stand in none come first.
fn sections() -> Vec<(String, String, Vec<Setting>)> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<Settings>().to_value();
    let defaults: Value = toml::from_str(DEFAULTS).expect("the defaults are TOML");
    let mut sections = Vec::new();
    collect("", &schema, &defaults, &mut sections);
    sections.sort_by_key(|(name, ..)| !name.is_empty());
    sections
}

fn collect(name: &str, schema: &Value, defaults: &Value, found: &mut Vec<(String, String, Vec<Setting>)>) {
    let at = found.len();
    found.push((name.to_owned(), text(schema), Vec::new()));
    for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
        let key = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
        let default = defaults.get(field).cloned().expect("every setting has a default");
        if schema["properties"].is_object() {
            collect(&key, schema, &default, found);
        } else {
            found[at].2.push(Setting { key, schema: schema.clone(), default });
        }
    }
}

/// What a comment of the code says, in one line and without links.
fn text(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace('\n', " ").replace("[`", "`").replace("`]", "`")
}

/// The reference, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    for (name, about, settings) in sections().into_iter().filter(|(.., settings)| !settings.is_empty()) {
        let title = if name.is_empty() { "Outside any section".to_owned() } else { format!("`[{name}]`") };
        let about = if name.is_empty() { "The first lines of a file.".to_owned() } else { about };
        let _ = write!(page, "\n## {title}\n\n{about}\n\n");
        page += "| setting | default | allowed | environment | |\n|---|---|---|---|---|\n";
        for setting in settings {
            let name = setting.key.rsplit('.').next().unwrap_or_default();
            let (default, allowed) = (setting.default.to_string(), setting.allowed());
            let (variables, about) = (setting.variables().join(", "), setting.about());
            let _ = writeln!(page, "| `{name}` | `{default}` | {allowed} | {variables} | {about} |");
        }
    }
    page
}

impl Setting {
    /// The unit in which the value is, by the end of the name.
    fn unit(&self) -> &'static str {
        let name = self.key.rsplit('.').next().unwrap_or_default();
        let words: Vec<_> = name.split('_').collect();
        match words.as_slice() {
            [.., "ms"] => " ms",
            [.., "s"] => " s",
            [.., "bytes", "max" | "burst"] => " bytes",
            [.., "bytes", "per", "second"] => " bytes",
            _ => "",
        }
    }

    fn allowed(&self) -> String {
        let words = self.schema["oneOf"].as_array().into_iter().flatten();
        let words: Vec<_> =
            words.filter_map(|word| Some(format!("`\"{}\"`", word["const"].as_str()?))).collect();
        if !words.is_empty() {
            return words.join(", ");
        }
        match (&self.schema["type"], &self.schema["minimum"], &self.schema["maximum"]) {
            (_, Value::Number(min), Value::Number(max)) => format!("{min} to {max}{}", self.unit()),
            (kind, Value::Number(min), _) if kind == "integer" => format!("{min} or more{}", self.unit()),
            (kind, ..) if kind == "array" => "a list of texts".to_owned(),
            (kind, ..) if kind == "boolean" => "`true`, `false`".to_owned(),
            _ => "text".to_owned(),
        }
    }

    /// The environment variables that set it, the stronger one first.
    fn variables(&self) -> Vec<String> {
        let own = format!("{PREFIX}{}", self.key.to_uppercase().replace('.', "__"));
        let known =
            KNOWN_VARIABLES.iter().filter(|(_, key)| *key == self.key).map(|(name, _)| (*name).to_owned());
        std::iter::once(own).chain(known).map(|name| format!("`{name}`")).collect()
    }

    fn about(&self) -> String {
        let words = self.schema["oneOf"].as_array().into_iter().flatten();
        let words: Vec<_> = words
            .filter_map(|word| Some(format!("`\"{}\"`: {}", word["const"].as_str()?, text(word))))
            .collect();
        let about = if words.is_empty() {
            text(&self.schema)
        } else {
            format!("{} {}", text(&self.schema), words.join(" "))
        };
        about.replace('|', "\\|")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SettingsError;

    fn settings() -> Vec<Setting> {
        sections().into_iter().flat_map(|(.., settings)| settings).collect()
    }

    impl Setting {
        /// Sets this setting alone, as an environment variable does.
        fn set(&self, value: &str) -> Result<Settings, SettingsError> {
            let name = self.variables()[0].trim_matches('`').to_owned();
            Settings::load(None, [(name, value.to_owned())])
        }
    }

    #[test]
    fn the_page_is_what_the_types_say() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/CONFIGURATION.md");
        let written = std::fs::read_to_string(page).unwrap_or_default();
        assert!(
            written == reference(),
            "docs/CONFIGURATION.md is not what the settings are: dugout schema config > docs/CONFIGURATION.md"
        );
    }

    /// A bound stands in three places: with the type, for the reference; in the check; in the words of the defaults.
    #[test]
    fn every_number_has_the_bounds_that_the_reference_says() {
        for setting in settings().iter().filter(|setting| setting.schema["type"] == "integer") {
            let key = &setting.key;
            let bound = |name: &str| setting.schema[name].as_u64();
            let (Some(min), Some(max)) = (bound("minimum"), bound("maximum")) else {
                panic!(
                    "{key} has no bounds: give it `#[schemars(range(min = …, max = …))]` and a `within` in its check"
                )
            };
            for beyond in [max + 1, min.wrapping_sub(1)] {
                if beyond == u64::MAX {
                    continue;
                }
                let refused = setting.set(&beyond.to_string()).expect_err(key).to_string();
                let is_range = refused.contains(&format!("{min} to {max}"));
                // The largest and smallest number of the type itself.
                assert!(is_range || refused.contains("is not"), "{key} = {beyond}: {refused}");
            }
            for within in [min, max] {
                if let Err(refused) = setting.set(&within.to_string()) {
                    let says = refused.to_string();
                    assert!(!says.contains(" is not in "), "{key} = {within}: {says}");
                }
            }
            let words = comment_of(key);
            assert!(words.contains(&format!("{min} to {max}")), "config/default.toml says of {key}: {words}");
        }
    }

    #[test]
    fn every_setting_is_explained() {
        for setting in settings() {
            assert!(setting.about().len() > 5, "{} has no comment", setting.key);
        }
        let keys: Vec<_> = settings().into_iter().map(|setting| setting.key).collect();
        for key in ["listen", "database.url", "host.ai_pause_ms", "league.pd.source", "log.format"] {
            assert!(keys.iter().any(|known| known == key), "{key} is not in the reference");
        }
    }

    /// The comment of a setting in the defaults; settings that stand under one comment share it.
    fn comment_of(key: &str) -> String {
        let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
        let (mut here, mut comment, mut after_setting) = ("", String::new(), false);
        for line in DEFAULTS.lines() {
            if let Some(text) = line.strip_prefix("# ") {
                if after_setting {
                    comment.clear();
                }
                comment += text;
                comment.push(' ');
                after_setting = false;
            } else if let Some(name) = line.strip_prefix('[') {
                here = name.trim_end_matches(']');
            } else if line.split(" = ").next() == Some(name) && here == section {
                return comment;
            } else {
                after_setting = true;
            }
        }
        panic!("{key} is not in config/default.toml")
    }
}
