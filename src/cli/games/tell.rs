//! What an operator is told, in lines for people.

use crate::terminal::columns;
use serde_json::Value;

/// The longest text of an event or command that is shown, in characters.
const SHOWN_CHARS_MAX: usize = 100;

/// Games as a table.
pub fn games(items: &[Value]) -> Vec<String> {
    if items.is_empty() {
        return vec!["no games".to_owned()];
    }
    let head = ["game", "status", "trouble", "inning", "score", "age", "quiet", "late", "here", "host"];
    let mut rows = vec![head.map(String::from).to_vec()];
    rows.extend(items.iter().map(|game| {
        vec![
            word(&game["id"]),
            word(&game["status"]),
            troubles(game),
            inning(game),
            score(game),
            span(&game["age_s"]),
            span(&game["quiet_s"]),
            millis(&game["here"]["slowest_answer_ms"]),
            word(&game["here"]["connected_count"]),
            host(&game["host"]),
        ]
    }));
    columns(&rows)
}

/// One game.
pub fn game(game: &Value) -> Vec<String> {
    let mut lines = vec![format!("game {}", word(&game["id"]))];
    let team = |side: &str| {
        let name = word(&game["game_metadata"][format!("{side}_team_name")]);
        let manager = match &game["seats"][side] {
            _ if game[format!("{side}_team_is_ai")] == true => "the AI".to_owned(),
            Value::Null => "nobody".to_owned(),
            seat => format!("{} ({})", word(&seat["user_name"]), word(&seat["user_id"])),
        };
        format!("{name}, managed by {manager}")
    };
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("  {name:<12} {value}"));
        }
    };
    fact("status", word(&game["status"]));
    fact("trouble", troubles(game));
    fact("set aside", word(&game["quarantined_at"]));
    fact("because", word(&game["quarantine_reason"]));
    fact("unreadable", word(&game["unreadable"]));
    fact("away", team("away"));
    fact("home", team("home"));
    fact("score", format!("{} {}", inning(game), score(game)));
    fact("waits for", waits_for(game));
    fact("due", word(&game["due_at"]));
    fact("age", span(&game["age_s"]));
    fact("quiet", format!("{}, since entry {}", span(&game["quiet_s"]), word(&game["last_seq"])));
    fact("rules", format!("version {}", word(&game["rules_version"])));
    fact("host", host(&game["host"]));
    let here = &game["here"];
    if here.is_null() {
        fact("in memory", "no: it is read when somebody asks for it".to_owned());
    } else {
        fact("in memory", format!("{}, {} waiting", word(&here["life"]), word(&here["waiting"])));
        fact(
            "late",
            format!(
                "last answer {}, slowest of 16 {}, last commit {}",
                millis(&here["last_answer_ms"]),
                millis(&here["slowest_answer_ms"]),
                millis(&here["last_commit_ms"])
            ),
        );
        fact("failures", word(&here["failures"]));
        fact("the last", word(&here["last_failure"]));
        fact("connected", connected(here));
    }
    lines.push("  last entries:".to_owned());
    let tail = game["tail"].as_array().map(Vec::as_slice).unwrap_or_default();
    lines.extend(tail.iter().map(entry));
    lines
}

/// What operators did, as a table.
pub fn acts(items: &[Value]) -> Vec<String> {
    if items.is_empty() {
        return vec!["no acts".to_owned()];
    }
    let mut rows = vec![["asked", "who", "act", "game", "answer", "detail"].map(String::from).to_vec()];
    rows.extend(items.iter().map(|act| {
        let answer = match &act["answer"] {
            Value::Null => "none: see the journal".to_owned(),
            answer => match answer["seq"].as_i64() {
                Some(seq) => format!("{}, entry {seq}", word(&answer["code"])),
                None => word(&answer["code"]),
            },
        };
        vec![
            moment(&act["asked_at"]),
            word(&act["user_name"]),
            word(&act["act"]),
            word(&act["game_id"]),
            answer,
            shown(&act["detail"]),
        ]
    }));
    columns(&rows)
}

/// The hosts, and how the one that answers does.
pub fn hosts(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut rows = vec![["host", "presence", "games", "started", "silent", "url"].map(String::from).to_vec()];
    rows.extend(items.iter().map(|host| {
        vec![
            word(&host["id"]),
            word(&host["presence"]),
            word(&host["games"]),
            moment(&host["started_at"]),
            millis(&host["silent_ms"]),
            word(&host["url"]),
        ]
    }));
    let mut lines = columns(&rows);
    let here = &answer["here"];
    let is = |name: &str, yes: &str, no: &str| if here[name] == true { yes } else { no }.to_owned();
    lines.push(format!(
        "this host: version {}, rules {}; {}; {}; {}",
        word(&here["version"]),
        word(&here["rules_version"]),
        is("database", "the database answers", "THE DATABASE IS AWAY"),
        is("lease_held", "its lease is held", "ITS LEASE IS LOST"),
        is("draining", "it is about to stop", "it takes games"),
    ));
    lines.push(format!(
        "  {} games in memory, {} connections; {} of {} connections to the database are open, {} of them idle",
        word(&here["games_live"]),
        word(&here["connections"]),
        word(&here["database_connections"]),
        word(&here["database_connections_max"]),
        word(&here["database_connections_idle"]),
    ));
    lines
}

/// An act that had its effect.
pub fn done(what: &str, done: &Value) -> Vec<String> {
    let entry = done["seq"].as_i64().map(|seq| format!(", entry {seq}")).unwrap_or_default();
    vec![format!("{what}: done{entry} (act {})", word(&done["id"]))]
}

/// A value as text; nothing for null. Control characters of names do not reach the terminal.
fn word(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

fn shown(value: &Value) -> String {
    let text = word(value);
    if text == "{}" {
        return String::new();
    }
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn troubles(game: &Value) -> String {
    let list = game["trouble"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn inning(game: &Value) -> String {
    match game["current_inning"].as_i64() {
        None | Some(0) => String::new(),
        Some(inning) => format!("{} {inning}", word(&game["current_half"])),
    }
}

fn score(game: &Value) -> String {
    format!("{} : {}", word(&game["away_score"]), word(&game["home_score"]))
}

fn waits_for(game: &Value) -> String {
    match &game["waits_for"] {
        Value::Null => String::new(),
        pending => {
            format!(
                "{}: {} (entry {})",
                word(&pending["side"]),
                word(&pending["phase"]),
                word(&pending["seq"])
            )
        }
    }
}

fn connected(here: &Value) -> String {
    let users = here["connected_users"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named: Vec<_> = users
        .iter()
        .map(|user| format!("{} ({}, {})", word(&user["name"]), word(&user["seat"]), word(&user["id"])))
        .collect();
    if named.is_empty() { "nobody".to_owned() } else { named.join(", ") }
}

fn entry(entry: &Value) -> String {
    let events = entry["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    let kinds: Vec<_> = events.iter().map(|event| word(&event["kind"])).collect();
    format!(
        "  {:>6}  {}  {:<8}  {}  ->  {}",
        word(&entry["seq"]),
        moment(&entry["recorded_at"]),
        word(&entry["issuer"]),
        shown(&entry["command"]),
        kinds.join(" ")
    )
}

fn host(host: &Value) -> String {
    match host {
        Value::Null => "nobody's".to_owned(),
        host => {
            let place = if host["url"].is_null() { word(&host["id"]) } else { word(&host["url"]) };
            format!("{} {place}", word(&host["presence"]))
        }
    }
}

/// A moment to the second.
fn moment(value: &Value) -> String {
    word(value).chars().take(19).collect::<String>().replace('T', " ")
}

fn millis(value: &Value) -> String {
    value.as_f64().map(|ms| format!("{ms} ms")).unwrap_or_default()
}

/// A span of time in its two largest units.
fn span(seconds: &Value) -> String {
    let Some(seconds) = seconds.as_i64() else { return String::new() };
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours, minutes) {
        (1.., ..) => format!("{days} d {} h", hours % 24),
        (_, 1.., _) => format!("{hours} h {} min", minutes % 60),
        (_, _, 1..) => format!("{minutes} min {} s", seconds % 60),
        _ => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spans_are_told_in_two_units() {
        for (seconds, told) in [(0, "0 s"), (61, "1 min 1 s"), (7_260, "2 h 1 min"), (90_000, "1 d 1 h")] {
            assert_eq!(span(&json!(seconds)), told);
        }
        assert_eq!(span(&Value::Null), "");
    }

    #[test]
    fn no_name_reaches_the_terminal_with_control_characters() {
        let act = json!({"user_name": "\u{1b}[2JEve", "act": "pause", "detail": {}, "answer": null});
        let told = acts(&[act]).join("\n");
        assert!(
            !told.contains('\u{1b}') && told.contains("Eve") && told.contains("see the journal"),
            "{told}"
        );
    }
}
