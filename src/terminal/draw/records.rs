//! Lists: games, teams, line-ups, plays, and what a trial came to.

use super::steps::{roll, steps};
use super::words::{half, plain};
use super::{columns, fit, wrap};
use crate::id::LineupId;
use crate::protocol::LineupView;
use crate::rules::trials::TrialReport;
use crate::rules::vocabulary::Half;
use crate::terminal::screen::Style;
use serde_json::Value;

/// The text of a field; empty where there is none.
fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Games, newest first.
pub fn games(items: &[Value], current: Option<&str>) -> Vec<String> {
    let mut rows =
        vec![["", "id", "status", "game", "score", "inning", "free", "mode"].map(String::from).to_vec()];
    for game in items {
        let metadata = &game["game_metadata"];
        let team = |side: &str| fit(word(metadata, &format!("{side}_team_name")), 10).trim_end().to_owned();
        let free: Vec<_> = ["away", "home"]
            .into_iter()
            .filter(|side| game["seats"][side].is_null() && game[format!("{side}_team_is_ai")] == false)
            .collect();
        let id = word(game, "id");
        rows.push(vec![
            if current == Some(id) { "*" } else { "" }.to_owned(),
            id.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect(),
            word(game, "status").to_owned(),
            format!("{} at {}", team("away"), team("home")),
            format!("{} : {}", game["away_score"], game["home_score"]),
            match word(game, "status") {
                "pending" => String::new(),
                _ => format!("{} {}", word(game, "current_half"), game["current_inning"]),
            },
            free.join(" "),
            word(game, "game_mode").to_owned(),
        ]);
    }
    columns(&rows)
}

/// Teams by id.
pub fn teams(items: &[Value]) -> Vec<String> {
    let mut rows = vec![["team", "abbreviation", "name"].map(String::from).to_vec()];
    rows.extend(items.iter().map(|team| {
        vec![team["id"].to_string(), word(team, "abbreviation").to_owned(), word(team, "name").to_owned()]
    }));
    columns(&rows)
}

/// A line-up with its entries' numbers, those who left last.
pub fn lineup(team: &str, lineup: &LineupView, style: Style) -> Vec<String> {
    let mut players: Vec<_> = lineup.players.iter().collect();
    players.sort_by_key(|entry| {
        (!entry.player.is_active, entry.player.batting_order.unwrap_or(u8::MAX), entry.player.lineup_id)
    });
    let mut rows = vec![["entry", "bats", "pos", "name", "card", ""].map(String::from).to_vec()];
    for entry in players {
        let player = &entry.player;
        let note = match (player.is_active, player.is_fatigued) {
            (false, _) => "left",
            (true, true) => "tired",
            (true, false) => "",
        };
        rows.push(vec![
            player.lineup_id.to_string(),
            player.batting_order.map(|order| order.to_string()).unwrap_or_default(),
            player.position.to_string(),
            entry.name.clone().unwrap_or_default(),
            player.card_id.to_string(),
            note.to_owned(),
        ]);
    }
    let mut lines = vec![style.strong(team)];
    lines.extend(columns(&rows));
    lines
}

/// Plays with what each was worth.
pub fn plays(items: &[Value]) -> Vec<String> {
    let mut lines = Vec::new();
    for play in items {
        let which = if word(play, "half") == "top" { Half::Top } else { Half::Bottom };
        let inning = u8::try_from(play["inning"].as_u64().unwrap_or_default()).unwrap_or_default();
        let number = |name: &str| play[name].as_f64().unwrap_or_default();
        let worth = format!("WPA {:+.3} RE24 {:+.2}", number("wpa"), number("re24"));
        let text = format!(
            "#{} {}: {} ({worth})",
            play["play_number"],
            half(inning, which),
            word(play, "result_description")
        );
        lines.extend(wrap(&text, 4));
    }
    lines
}

/// What a trial came to: the dice and steps of one throw, or counts beside what should come up.
pub fn trial(report: &TrialReport, name: &dyn Fn(LineupId) -> String, style: Style) -> Vec<String> {
    let mut lines = vec![style.strong(&report.about)];
    for thrown in &report.rolls {
        lines.extend(wrap(&format!("  dice  {}", roll(thrown, name)), 8));
    }
    for step in report.resolution.iter().flat_map(|trail| steps(trail, name)) {
        lines.extend(wrap(&format!("  {step}"), 4));
    }
    for group in &report.groups {
        if report.throws == 1 {
            let came = group.counts.iter().find(|count| count.count > 0);
            lines.extend(came.map(|count| {
                format!("  {}: {} (expected {:.1}%)", group.name, plain(&count.what), count.expected * 100.0)
            }));
            continue;
        }
        let mut rows = vec![[group.name.as_str(), "times", "share", "expected"].map(String::from).to_vec()];
        for count in &group.counts {
            let share = f64::from(count.count) / f64::from(report.throws);
            rows.push(vec![
                plain(&count.what),
                count.count.to_string(),
                format!("{:.1}%", share * 100.0),
                format!("{:.1}%", count.expected * 100.0),
            ]);
        }
        lines.extend(columns(&rows).iter().map(|line| format!("  {line}")));
    }
    lines
}
