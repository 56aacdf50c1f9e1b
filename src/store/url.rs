//! Which database: the URL an operator gives, parsed before anything is opened.
//!
//! A URL may hold a password. It is kept inside the parsed configuration and has no way out: neither
//! `Display` nor `Debug` nor any error repeats it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use thiserror::Error;
use tokio_postgres::config::{Host, SslMode};

/// The database of a host.
#[derive(Clone)]
pub struct DatabaseUrl(pub(super) Target);

#[derive(Clone)]
pub(super) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<tokio_postgres::Config>),
}

/// Why a database URL is refused.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "the database URL is refused: {0}; allowed are `sqlite:PATH` and `postgres://USER:PASSWORD@HOST:PORT/DATABASE`"
)]
pub struct DatabaseUrlError(String);

impl DatabaseUrl {
    /// The SQLite file at this path.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Target::Sqlite(path.into()))
    }

    /// Whether the database is a SQLite file.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self.0, Target::Sqlite(_))
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("sqlite", path)) => sqlite_path(path).map(|path| Self(Target::Sqlite(path))),
            Some(("postgres" | "postgresql", _)) => {
                postgres_config(text).map(|config| Self(Target::Postgres(config)))
            }
            // A scheme is short and no secret; anything longer may be a mistyped password.
            Some((scheme, _)) if scheme.len() <= 12 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                Err(DatabaseUrlError(format!("`{scheme}` is not a database that is supported")))
            }
            _ => Err(DatabaseUrlError("it does not start with a scheme".into())),
        }
    }
}

fn sqlite_path(path: &str) -> Result<PathBuf, DatabaseUrlError> {
    let refuse = |cause: &str| Err(DatabaseUrlError(cause.into()));
    // `sqlite:///srv/a.db` is how other tools write an absolute path; `sqlite://a.db` would name a host.
    let path = match path.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => return refuse("`sqlite://` names a host, and SQLite has none; leave the slashes out"),
        None => path,
    };
    if path.is_empty() {
        return refuse("`sqlite:` needs the path of a file");
    }
    if path == ":memory:" || path.starts_with("file:") {
        return refuse(
            "a SQLite database must be a plain file: in memory nothing survives, and each connection would \
             see a database of its own",
        );
    }
    if path.contains(['\0', '?', '#']) {
        return refuse("a SQLite path is taken literally and cannot hold `?`, `#` or NUL");
    }
    Ok(PathBuf::from(path))
}

fn postgres_config(text: &str) -> Result<Box<tokio_postgres::Config>, DatabaseUrlError> {
    // The driver knows `require` only, and means by it what libpq calls `verify-full`: rustls always checks
    // the certificate and the name.
    let text = text
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    let mut config: tokio_postgres::Config = text.parse().map_err(|error| refused(&error))?;
    if config.get_hosts().is_empty() {
        return Err(DatabaseUrlError("it names no host".into()));
    }
    if config.get_dbname().is_none() {
        return Err(DatabaseUrlError("it names no database".into()));
    }
    // `prefer` protects from nobody who can answer "no", so encryption is either required or off.
    if config.get_ssl_mode() != SslMode::Require {
        config.ssl_mode(SslMode::Disable);
    }
    if config.get_application_name().is_none() {
        config.application_name("dugout");
    }
    Ok(Box::new(config))
}

/// The driver's complaint, unless it quotes the URL: a badly escaped password looks like an option.
fn refused(error: &tokio_postgres::Error) -> DatabaseUrlError {
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    DatabaseUrlError(if cause.contains("unknown option") {
        "it has an option that is not known; characters like `?`, `&`, `@` and `/` in a password must be \
         written as %3F, %26, %40 and %2F"
            .into()
    } else {
        cause
    })
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = match &self.0 {
            Target::Sqlite(path) => return write!(f, "sqlite:{}", path.display()),
            Target::Postgres(config) => config,
        };
        f.write_str("postgres://")?;
        if let Some(user) = config.get_user() {
            write!(f, "{user}@")?;
        }
        for (index, host) in config.get_hosts().iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
            if let Some(port) = config.get_ports().get(index) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        url.parse::<DatabaseUrl>().unwrap().to_string()
    }

    fn refusal(url: &str) -> String {
        url.parse::<DatabaseUrl>().unwrap_err().to_string()
    }

    #[test]
    fn both_databases_are_understood() {
        assert_eq!(shown("sqlite:data/dugout.db"), "sqlite:data/dugout.db");
        assert_eq!(shown("sqlite:///srv/dugout.db"), "sqlite:/srv/dugout.db");
        assert_eq!(shown("postgres://ann@db.example:5433/league"), "postgres://ann@db.example:5433/league");
        assert_eq!(
            shown("postgresql://db.example/league?sslmode=verify-full"),
            "postgres://db.example:5432/league"
        );
    }

    #[test]
    fn the_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://ann:h0medrun@db.example/league".parse().unwrap();
        assert!(!format!("{url} {url:?}").contains("h0medrun"));
        for broken in
            ["postgres://ann:h0medrun@db.example:x/league", "postgres://ann:a@b?h0medrun=1@c/league"]
        {
            assert!(!refusal(broken).contains("h0medrun"), "{}", refusal(broken));
        }
    }

    #[test]
    fn a_required_certificate_is_required_however_it_is_said() {
        for (mode, expected) in
            [("require", SslMode::Require), ("verify-full", SslMode::Require), ("prefer", SslMode::Disable)]
        {
            let url: DatabaseUrl = format!("postgres://a@h/d?sslmode={mode}").parse().unwrap();
            let Target::Postgres(config) = url.0 else { panic!("not PostgreSQL") };
            assert_eq!(config.get_ssl_mode(), expected, "{mode}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_with_the_reason() {
        assert!(refusal("sqlite::memory:").contains("in memory nothing survives"));
        assert!(refusal("sqlite:").contains("needs the path"));
        assert!(refusal("sqlite://a.db").contains("names a host"));
        assert!(refusal("sqlite:a.db?mode=ro").contains("taken literally"));
        assert!(refusal("mysql://h/d").contains("`mysql` is not"));
        assert!(refusal("dugout.db").contains("scheme"));
        assert!(refusal("postgres://ann@db.example").contains("names no database"));
        assert!(refusal("postgres://a@h/d?sslmode=perhaps").contains("sslmode"));
    }
}
