//! Settings: where they come from and what they may be. `config/default.toml` documents each one.
//!
//! The environment is an argument, so that a test needs none of its own. What a setting means is known where it is
//! used, not here.

mod league;
mod reference;
mod sections;
mod sources;
mod telemetry;

pub use league::{CardSettings, CardSource, LeagueSettings};
pub use reference::reference;
pub use sections::{
    AllowGuests, DatabaseSettings, GatewaySettings, HostSettings, LogFormat, LogSettings, Settings,
    parse_address,
};
pub use telemetry::TelemetrySettings;

use figment::Figment;
use figment::providers::{Format, Toml};
use sources::Variable;
use std::path::{Path, PathBuf};

/// The default of every setting.
const DEFAULTS: &str = include_str!("../config/default.toml");

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file named with `--config` cannot be read.
    #[error("cannot read the configuration file {path}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A setting is unknown or has the wrong form.
    #[error("{0}")]
    Malformed(String),
    /// A setting has a value that is not allowed.
    #[error("setting {key}: {problem}")]
    NotAllowed {
        /// The setting, dotted.
        key: &'static str,
        /// What is wrong and what is allowed.
        problem: String,
    },
}

impl Settings {
    /// The settings: the defaults, then `file`, then the variables of `environment` that are meant for the host.
    ///
    /// # Errors
    /// The file cannot be read, a setting is unknown, or a value is not allowed; the message names the setting and
    /// where it came from.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let Some(path) = file else { return Self::of(None, environment) };
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        Self::of(Some((path, &text)), environment)
    }

    /// The same from the text of a file, and the name that messages give it.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn of(
        file: Option<(&Path, &str)>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut sources = Figment::from(Toml::string(DEFAULTS));
        if let Some((path, text)) = file {
            sources = sources.merge(sources::file(path, text));
        }
        for variable in Variable::of(environment) {
            sources = sources.merge(variable);
        }
        let settings: Self =
            sources.extract().map_err(|error| SettingsError::Malformed(sources::explain(&error)))?;
        settings.check()?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn with(environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::load(
            None,
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    fn with_file(text: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(text.as_bytes()).expect("written");
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::load(Some(file.path()), environment)
    }

    #[test]
    fn the_defaults_are_those_of_the_code() {
        let settings = with(&[]).expect("the defaults are allowed");
        assert_eq!(settings.host, HostSettings::default());
        assert_eq!(settings.gateway, GatewaySettings::default());
        assert_eq!(settings.league, LeagueSettings::default());
        assert_eq!(settings.telemetry, TelemetrySettings::default());
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!((settings.database.pool_size, settings.database.max_overflow), (10, 20));
    }

    #[test]
    fn the_environment_beats_the_file_and_the_file_the_defaults() {
        let file = "listen = \"0.0.0.0:1\"\n[host]\nai_pause_ms = 7\n[database]\nurl = \"sqlite:a\"\n";
        let environment = [
            ("DUGOUT__HOST__AI_PAUSE_MS", "9"),
            ("DATABASE_URL", "postgres://u:p@h/leagues"),
            ("DB_POOL_SIZE", "3"),
            ("DB_MAX_OVERFLOW", "0"),
            ("PATH", "/bin"),
        ];
        let settings = with_file(file, &environment).expect("allowed");
        assert_eq!(settings.listen.to_string(), "0.0.0.0:1");
        assert_eq!(settings.host.ai_pause_ms, 9);
        assert_eq!(settings.database.url, "postgres://u:p@h/leagues");
        assert_eq!((settings.database.pool_size, settings.database.max_overflow), (3, 0));

        let origins = [("DUGOUT__GATEWAY__ALLOWED_ORIGINS", "https://a.example, http://b.example:8080")];
        let origins = with(&origins).expect("allowed").gateway.allowed_origins;
        assert_eq!(origins, ["https://a.example", "http://b.example:8080"]);

        let standard = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/"),
            ("OTEL_SERVICE_NAME", "league"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ];
        let telemetry = with(&standard).expect("allowed").telemetry;
        assert_eq!(telemetry.traces_url().as_deref(), Some("http://collector:4318/v1/traces"));
        assert_eq!((telemetry.service_name.as_str(), telemetry.sample_ratio), ("league", 0.25));
        let empty = standard.map(|(name, _)| (name, ""));
        assert_eq!(with(&empty).expect("an empty one says nothing").telemetry, TelemetrySettings::default());

        let both = [("DATABASE_URL", "sqlite:a"), ("DUGOUT__DATABASE__URL", "sqlite:b")];
        assert_eq!(with(&both).expect("allowed").database.url, "sqlite:b");
    }

    #[test]
    fn says_what_is_wrong_where_and_what_is_allowed() {
        for (name, value, says) in [
            ("DUGOUT__HOST__AI_PAUSE", "1", &["host.ai_pause", "unknown", "ai_pause_ms"][..]),
            ("DUGOUT__HOTS__X", "1", &["hots", "unknown", "gateway"]),
            ("DUGOUT__HOST__AI_PAUSE_MS", "soon", &["host.ai_pause_ms", "soon", "DUGOUT__HOST__AI_PAUSE_MS"]),
            ("DUGOUT__HOST__AI_PAUSE_MS", "60001", &["host.ai_pause_ms", "60001", "0 to 60000"]),
            ("DUGOUT__HOST__AI_PAUSE_MS", "-1", &["host.ai_pause_ms", "-1"]),
            ("DUGOUT__GATEWAY__ALLOW_GUESTS", "some", &["allow_guests", "some", "loopback"]),
            ("DUGOUT__LISTEN", "here", &["listen", "here"]),
            ("DUGOUT__LOG__FORMAT", "xml", &["log.format", "xml", "json"]),
            ("DB_POOL_SIZE", "0", &["database.pool_size", "0", "1 to 1000"]),
            ("DB_POOL_SIZE", "many", &["database.pool_size", "many", "DB_POOL_SIZE"]),
            (
                "DUGOUT__HOST__LEASE_MS",
                "2999",
                &["host.lease_ms", "2999", "three times heartbeat_ms", "1000"],
            ),
            ("DUGOUT__HOST__PUBLIC_URL", "a.example", &["host.public_url", "a.example", "https://"]),
            ("DUGOUT__HOST__PUBLIC_URL", "http://a.example/x", &["host.public_url", "scheme, host and port"]),
            ("DUGOUT__GATEWAY__ALLOWED_ORIGINS", "*", &["gateway.allowed_origins", "`*`", "https://"]),
            ("DUGOUT__LEAGUE__PD__SOURCE", "site", &["league.pd.url", "is needed", "https://"]),
            ("DUGOUT__LEAGUE__SBA__SOURCE", "paper", &["league.sba.source", "paper", "imported"]),
            ("DUGOUT__LEAGUE__SBA__URL", "ftp://a.example", &["league.sba.url", "ftp://a.example"]),
            ("DUGOUT__LEAGUE__SBA__URL", "https://a:b@c.example", &["league.sba.url", "password"]),
            ("DUGOUT__LEAGUE__ATTEMPTS_MAX", "0", &["league.attempts_max", "0", "1 to 10"]),
            (
                "DUGOUT__TELEMETRY__OTLP_ENDPOINT",
                "collector:4318",
                &["telemetry.otlp_endpoint", "http://127.0.0.1:4318"],
            ),
            ("DUGOUT__TELEMETRY__OTLP_ENDPOINT", "http://a/?b", &["telemetry.otlp_endpoint", "path"]),
            ("DUGOUT__TELEMETRY__OTLP_ENDPOINT", "http://a:b@c", &["password", "OTEL_EXPORTER_OTLP_HEADERS"]),
            ("OTEL_TRACES_SAMPLER_ARG", "1.5", &["telemetry.sample_ratio", "1.5", "0 to 1"]),
            ("OTEL_TRACES_SAMPLER_ARG", "NaN", &["telemetry.sample_ratio", "NaN"]),
            ("DUGOUT__TELEMETRY__SERVICE_NAME", "", &["telemetry.service_name", "name"]),
            ("DUGOUT__GATEWAY__PONG_TIMEOUT_MS", "10000", &["gateway.pong_timeout_ms", "ping_interval_ms"]),
        ] {
            let message = with(&[(name, value)]).expect_err(name).to_string();
            for word in says {
                assert!(message.contains(word), "{name}={value}: `{word}` is not in: {message}");
            }
            assert!(!message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn a_file_that_is_wrong_is_named() {
        let missing = Settings::load(Some(Path::new("no/such.toml")), []).expect_err("no such file");
        assert!(missing.to_string().contains("no/such.toml"), "{missing}");

        let unknown = with_file("[gateway]\nport = 1\n", &[]).expect_err("no such setting").to_string();
        assert!(unknown.contains("gateway.port") && unknown.contains("allowed"), "{unknown}");

        let syntax = with_file("listen = \n", &[]).expect_err("not TOML").to_string();
        assert!(!syntax.contains('\n'), "{syntax}");
    }

    #[test]
    fn a_password_is_not_printed() {
        let settings = with(&[("DATABASE_URL", "postgres://u:hunter2@h/db")]).expect("allowed");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
