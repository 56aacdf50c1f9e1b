//! The database: version, tables, settings, clock, and how long a commit takes.

use super::Check;
use super::machine::spread;
use crate::store::{Checkup, DatabaseUrl, StoreSettings, checkup};
use std::time::Duration;

/// The oldest PostgreSQL that is supported.
const POSTGRES_MIN: u32 = 15;
/// Clocks that are further apart tell different times in logs and in rows.
const CLOCK_APART_MS_MAX: u64 = 1_000;
/// A commit that takes longer is felt with every roll.
const COMMIT_SLOW: Duration = Duration::from_millis(25);

/// Looks at the database.
pub async fn look(url: &DatabaseUrl, settings: &StoreSettings) -> Vec<Check> {
    match checkup(url, settings).await {
        Ok(checkup) => judge(&checkup, url, settings),
        Err(error) => {
            let advice = "is it running, does it let this user in, is the URL right?";
            vec![Check::failure("database", error.to_string(), advice)]
        }
    }
}

fn judge(checkup: &Checkup, url: &DatabaseUrl, settings: &StoreSettings) -> Vec<Check> {
    let mut checks = vec![server(checkup, url), tables(checkup)];
    if url.is_sqlite() {
        return checks;
    }
    checks.push(durability(checkup));
    checks.push(connections(checkup, settings));
    checks.push(role(checkup));
    checks.push(language(checkup));
    checks.extend(clock(checkup));
    checks.extend(commits(checkup));
    checks
}

fn server(checkup: &Checkup, url: &DatabaseUrl) -> Check {
    let found = format!("{} at {url}", checkup.server);
    let major: Option<u32> =
        checkup.server.split_once(' ').and_then(|(_, version)| version.split('.').next()?.parse().ok());
    match major {
        Some(major) if !url.is_sqlite() && major < POSTGRES_MIN => {
            Check::failure("database", found, format!("PostgreSQL {POSTGRES_MIN} or newer is needed"))
        }
        _ => Check::ok("database", found),
    }
}

fn tables(checkup: &Checkup) -> Check {
    let what = "tables";
    if let Some(newer) = checkup.migrations_unknown.first() {
        let found = format!("made by another version of dugout (migration {newer})");
        return Check::failure(what, found, "run the version that made them, or a newer one");
    }
    match checkup.migrations_missing.len() {
        0 => Check::ok(what, "up to date"),
        missing => Check::ok(
            what,
            format!("{missing} migrations are missing; the host or `dugout migrate` makes them"),
        ),
    }
}

fn durability(checkup: &Checkup) -> Check {
    let what = "durability";
    let off = |name: &str| checkup.setting(name) == Some("off");
    if off("fsync") {
        return Check::failure(what, "fsync is off: a crash of the server loses plays", "set fsync = on");
    }
    if off("full_page_writes") {
        let advice = "set full_page_writes = on, unless the file system writes whole pages";
        return Check::warning(what, "full_page_writes is off", advice);
    }
    let commit = checkup.setting("synchronous_commit").unwrap_or("unknown");
    Check::ok(what, format!("fsync is on; the host's commits are synchronous ({commit})"))
}

fn connections(checkup: &Checkup, settings: &StoreSettings) -> Check {
    let what = "connections";
    let number = |name: &str| checkup.setting(name).and_then(|value| value.parse::<u32>().ok());
    let allowed = number("max_connections").unwrap_or_default();
    let allowed = allowed.saturating_sub(number("superuser_reserved_connections").unwrap_or_default());
    let wanted = settings.pool_size.saturating_add(settings.pool_max_overflow);
    let found = format!("the host opens {wanted} at most, the server allows {allowed} in all");
    if wanted > allowed {
        return Check::warning(what, found, "raise max_connections, or lower database.max_overflow");
    }
    Check::ok(what, found)
}

fn role(checkup: &Checkup) -> Check {
    if checkup.setting("is_superuser") == Some("on") {
        let advice = "give the host a role that owns its own database and nothing else (docs/OPERATING.md)";
        return Check::warning("database user", "a superuser", advice);
    }
    Check::ok("database user", "no superuser")
}

fn language(checkup: &Checkup) -> Check {
    let what = "messages";
    let language = checkup.setting("lc_messages").unwrap_or_default();
    let is_english =
        ["", "C", "POSIX"].contains(&language) || language.starts_with("C.") || language.starts_with("en");
    if is_english {
        return Check::ok(what, "in English");
    }
    let advice =
        "failures are partly known by their words: GRANT SET ON PARAMETER lc_messages to the host's user";
    Check::warning(what, format!("in {language}"), advice)
}

fn clock(checkup: &Checkup) -> Option<Check> {
    let ahead_ms = checkup.clock_ahead_ms?;
    let found = match ahead_ms {
        0.. => format!("the database's is {ahead_ms} ms ahead of the host's"),
        _ => format!("the database's is {} ms behind the host's", -ahead_ms),
    };
    if ahead_ms.unsigned_abs() > CLOCK_APART_MS_MAX {
        return Some(Check::warning("clocks", found, "let both machines keep their time by NTP"));
    }
    Some(Check::ok("clocks", found))
}

fn commits(checkup: &Checkup) -> Option<Check> {
    let mut took = checkup.commits.clone();
    took.sort_unstable();
    let median = *took.get(took.len() / 2)?;
    let found = format!("a commit takes {}", spread(&mut took));
    if median > COMMIT_SLOW {
        let advice =
            "managers wait for it with every roll: a faster disk for the server, or a shorter way to it";
        return Some(Check::warning("commits", found, advice));
    }
    Some(Check::ok("commits", found))
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn healthy() -> Checkup {
        let settings = [
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
            ("max_connections", "100"),
            ("superuser_reserved_connections", "3"),
            ("is_superuser", "off"),
            ("lc_messages", "en_US.UTF-8"),
        ];
        Checkup {
            server: "PostgreSQL 17.2".to_owned(),
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            migrations_missing: Vec::new(),
            migrations_unknown: Vec::new(),
            clock_ahead_ms: Some(-3),
            commits: vec![Duration::from_millis(2); 5],
        }
    }

    fn levels(checkup: &Checkup) -> Vec<(&'static str, Level)> {
        let url: DatabaseUrl = "postgres://dugout:secret@db.example/dugout".parse().expect("a URL");
        let checks = judge(checkup, &url, &StoreSettings::default());
        assert!(checks.iter().all(|check| !check.found.contains("secret")));
        checks
            .iter()
            .filter(|check| check.level != Level::Ok)
            .map(|check| (check.what, check.level))
            .collect()
    }

    #[test]
    fn a_healthy_server_is_left_alone() {
        assert_eq!(levels(&healthy()), []);
    }

    #[test]
    fn each_fault_is_named_once() {
        let set = |name: &str, value: &str| {
            let mut checkup = healthy();
            checkup.settings.insert(name.to_owned(), value.to_owned());
            checkup
        };
        let (fails, warns) = (Level::Failure, Level::Warning);
        assert_eq!(levels(&set("fsync", "off")), [("durability", fails)]);
        assert_eq!(levels(&set("full_page_writes", "off")), [("durability", warns)]);
        assert_eq!(levels(&set("max_connections", "20")), [("connections", warns)]);
        assert_eq!(levels(&set("is_superuser", "on")), [("database user", warns)]);
        assert_eq!(levels(&set("lc_messages", "de_DE.UTF-8")), [("messages", warns)]);
        assert_eq!(
            levels(&Checkup { server: "PostgreSQL 14.9".to_owned(), ..healthy() }),
            [("database", fails)]
        );
        assert_eq!(levels(&Checkup { clock_ahead_ms: Some(-5_000), ..healthy() }), [("clocks", warns)]);
        assert_eq!(
            levels(&Checkup { migrations_unknown: vec!["2030".to_owned()], ..healthy() }),
            [("tables", fails)]
        );
        let slow = vec![Duration::from_millis(80); 5];
        assert_eq!(levels(&Checkup { commits: slow, ..healthy() }), [("commits", warns)]);
    }
}
