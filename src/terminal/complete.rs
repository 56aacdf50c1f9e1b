//! Completion: commands, and what can follow them in the game as it stands.

use super::board::Table;
use super::catalog::{CATALOG, find};
use crate::protocol::GameView;
use crate::rules::charts::CHARTS;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::dice::RollDice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::{DecisionPhase, Half, Position};

/// What can stand in the place of the word that ends at the end of `line`, and where that word starts.
pub fn complete(table: &Table, line: &str) -> (usize, Vec<String>) {
    let start = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let word = &line[start..];
    let before: Vec<_> = line[..start].split_whitespace().collect();
    let candidates = match before.as_slice() {
        [] => CATALOG.iter().map(|entry| entry.name.to_owned()).collect(),
        [command, rest @ ..] => match find(command) {
            Ok(entry) => arguments(table, entry.name, rest),
            Err(_) => Vec::new(),
        },
    };
    let lower = word.to_lowercase();
    let fits = |candidate: &String| candidate.to_lowercase().starts_with(&lower);
    (start, candidates.into_iter().filter(fits).collect())
}

fn arguments(table: &Table, command: &str, before: &[&str]) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let view = table.view.as_ref();
    let left_out = |words: Vec<String>| -> Vec<String> {
        words.into_iter().filter(|word| !before.contains(&word.as_str())).collect()
    };
    match command {
        "help" => CATALOG.iter().map(|entry| entry.name.to_owned()).collect(),
        "new_game" => left_out(owned(&[
            "home=",
            "away=",
            "me=home",
            "me=away",
            "me=both",
            "me=none",
            "vs=ai",
            "vs=open",
            "level=easy",
            "level=medium",
            "level=hard",
            "league=pd",
            "league=sba",
            "mode=exhibition",
            "mode=practice",
            "mode=league",
            "manual",
            "auto",
            "private",
            "innings=",
            "extra_runner",
            "mercy=",
            "reliever=",
            "park_homerun=",
            "park_single=",
            "park_homerun_left=",
            "park_single_left=",
            "injuries",
            "cardsets=",
            "clock=",
            "misses=",
        ])),
        "list_games" => left_out(owned(&["pending", "active", "paused", "completed", "mine"])),
        "claim" => owned(&["home", "away"]),
        "teams" => owned(&["pd", "sba"]),
        "players" => view
            .map(|view| vec![view.away_team_name.clone(), view.home_team_name.clone()])
            .unwrap_or_default(),
        "defensive" => view.map(defences).map(left_out).unwrap_or_default(),
        "offensive" => view.map(offences).map(left_out).unwrap_or_default(),
        "runner" => table.pending.as_ref().map(|pending| pending.choices.clone()).unwrap_or_default(),
        "resolve" | "resolve_with" | "test_location" => outcomes(view, command, before),
        "x_check" => x_check(view, before.len()),
        "quick_play" => owned(&["half", "inning", "game"]),
        "wait" => owned(&["turn", "play", "over"]),
        "forfeit" => owned(&["yes"]),
        "detail" => owned(&["full", "brief"]),
        "roll_fielding" | "test_fielding" if before.is_empty() => positions(LocationRule::Any),
        "roll_fielding" | "test_fielding" => left_out(owned(&["range=", "error=", "in"])),
        "roll_jump" | "test_jump" => {
            let mut words = players(table);
            words.extend(owned(&["base=1", "base=2", "base=3", "held"]));
            left_out(words)
        }
        "card" | "substitute" | "set_lineup" => players(table),
        _ => Vec::new(),
    }
}

/// The family names of both rosters.
fn players(table: &Table) -> Vec<String> {
    let family = |name: &str| name.split_whitespace().last().unwrap_or_default().to_owned();
    let mut names: Vec<_> = table.cards.values().map(|card| family(&card.name)).collect();
    names.sort();
    names.dedup();
    names
}

fn positions(rule: LocationRule) -> Vec<String> {
    let fits = |position: &&Position| rule.fits(Some(**position));
    Position::FIELD.iter().filter(fits).map(|position| position.to_string()).collect()
}

/// The parts of a defence that are legal now (`decisions.toml [legality]`); the host judges again.
fn defences(view: &GameView) -> Vec<String> {
    let [first, second, third] = taken(view);
    let mut words = vec!["shifted_left", "shifted_right", "extreme_shift"];
    if third {
        words.push("infield_in");
    }
    if first || third {
        words.push("corners_in");
    }
    let last = view.half == Half::Bottom && view.inning >= view.settings.innings;
    if last && view.home_score == view.away_score && third && view.outs < 2 {
        words.push("outfield_in");
    }
    let holds = [("hold=1", first && !second), ("hold=2", second && !third), ("hold=3", third)];
    words.extend(holds.into_iter().filter_map(|(word, legal)| legal.then_some(word)));
    words.push("walk");
    words.into_iter().map(String::from).collect()
}

/// The parts of an offence that are legal now.
fn offences(view: &GameView) -> Vec<String> {
    let [first, second, third] = taken(view);
    let mut words = vec!["contact", "power", "patient"];
    let steals = [
        ("steal=2", first && !second),
        ("steal=3", second && !third),
        ("steal=4", third),
        ("steal=2,3", first && second && !third),
        ("steal=3,4", second && third),
        ("steal=2,4", first && third && !second),
        ("steal=2,3,4", first && second && third),
    ];
    words.extend(steals.into_iter().filter_map(|(word, legal)| legal.then_some(word)));
    if first && !(second && third) {
        words.push("hit_and_run");
    }
    if (first || second || third) && view.outs < 2 {
        words.push("bunt");
    }
    words.into_iter().map(String::from).collect()
}

const fn taken(view: &GameView) -> [bool; 3] {
    [view.on_first.is_some(), view.on_second.is_some(), view.on_third.is_some()]
}

/// Outcomes, then the places that the outcome takes.
fn outcomes(view: Option<&GameView>, command: &str, before: &[&str]) -> Vec<String> {
    if let [outcome, rest @ ..] = before {
        let outcome = outcome.replace('-', "_").parse::<PlayOutcome>();
        return match outcome {
            Ok(outcome) if rest.is_empty() && command != "test_location" => {
                positions(CHARTS.outcomes.facts(outcome).location)
            }
            Ok(PlayOutcome::Error) => vec!["bases=1".into(), "bases=2".into(), "bases=3".into()],
            _ => Vec::new(),
        };
    }
    let waits_for_jump = view.is_some_and(|view| {
        let jump = view.pending_manual_roll.as_ref();
        jump.is_some_and(|roll| matches!(roll.dice, RollDice::Jump { .. }))
            && view.decision_phase == DecisionPhase::AwaitingOutcome
    });
    let fits = |outcome: &&PlayOutcome| match command {
        "test_location" => {
            matches!(
                CHARTS.outcomes.facts(**outcome).location,
                LocationRule::Infield | LocationRule::Outfield
            )
        }
        "resolve" if waits_for_jump => matches!(
            outcome,
            PlayOutcome::StolenBase | PlayOutcome::CaughtStealing | PlayOutcome::PickOff | PlayOutcome::Balk
        ),
        _ => true,
    };
    PlayOutcome::ALL.iter().filter(fits).map(|outcome| outcome.to_string()).collect()
}

fn x_check(view: Option<&GameView>, words: usize) -> Vec<String> {
    let row = view.and_then(|view| view.pending.pending_x_check.as_ref()).map(|roll| roll.chart_row.clone());
    match words {
        0 => {
            let mut codes: Vec<_> = row.unwrap_or_default().iter().map(|code| code.to_string()).collect();
            codes.dedup();
            codes
        }
        1 => ["no", "e1", "e2", "e3"].map(String::from).to_vec(),
        _ => Vec::new(),
    }
}
