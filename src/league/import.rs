//! Teams and cards out of files, for a league without a site. A file is read to its end: every row that cannot be used
//! is reported with its line and what is wrong. Nothing is written here.

mod csv;
mod json;
#[cfg(test)]
mod tests;

pub use csv::columns;

use super::TeamInfo;
use super::shelf::{KeptTeam, Said};
use crate::id::{CardId, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::Position;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A row that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// What a file holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Import {
    /// The teams, by id.
    pub teams: Vec<ImportedTeam>,
    /// The cards, by id.
    pub cards: Vec<Arc<PlayerCard>>,
    /// The rows that cannot be used, in the order of the file.
    pub bad_rows: Vec<BadRow>,
}

/// A team of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedTeam {
    /// The team.
    pub info: TeamInfo,
    /// Its players, in the order of the file.
    pub roster: Vec<CardId>,
    /// The starters it names.
    pub lineup: Option<SetLineup>,
}

impl Import {
    /// Reads a file of comma or semicolon separated values: one row a player, [`columns`] names the columns.
    #[must_use]
    pub fn of_csv(bytes: &[u8]) -> Self {
        csv::read(bytes)
    }

    /// Reads a JSON file: `{"teams": [{"team_id", "name", "abbreviation", "lineup", "players"}]}`, players as
    /// [`PlayerCard`].
    #[must_use]
    pub fn of_json(bytes: &[u8]) -> Self {
        json::read(bytes)
    }

    /// The teams and cards as they are kept.
    #[must_use]
    pub fn kept(self, at: DateTime<Utc>) -> (Vec<KeptTeam>, Vec<Said<Arc<PlayerCard>>>) {
        let team = |team: ImportedTeam| KeptTeam {
            info: Said { what: team.info, at },
            lineup: team.lineup,
            roster: Some(Said { what: team.roster, at }),
        };
        let cards = self.cards.into_iter().map(|what| Said { what, at });
        (self.teams.into_iter().map(team).collect(), cards.collect())
    }
}

/// What is gathered while a file is read.
#[derive(Default)]
struct Gathered {
    teams: BTreeMap<TeamId, (u64, ImportedTeam)>,
    cards: BTreeMap<CardId, (u64, Arc<PlayerCard>)>,
    bad_rows: Vec<BadRow>,
}

impl Gathered {
    fn refuse(&mut self, line: u64, reason: impl Into<String>) {
        self.bad_rows.push(BadRow { line, reason: reason.into() });
    }

    /// Takes a player of a team, if he can be played with.
    fn player(&mut self, line: u64, value: Value) -> Option<Arc<PlayerCard>> {
        match card_of(value).and_then(|card| self.place(line, card)) {
            Ok(card) => Some(card),
            Err(reason) => {
                self.refuse(line, reason);
                None
            }
        }
    }

    fn place(&mut self, line: u64, card: PlayerCard) -> Result<Arc<PlayerCard>, String> {
        let id = card.card_id;
        let same = |known: &PlayerCard| PlayerCard { team_id: card.team_id, ..known.clone() } == card;
        match self.cards.get(&id) {
            Some((other, known)) if known.team_id == card.team_id => {
                Err(format!("card_id: {id} stands in line {other} already"))
            }
            Some((other, known)) if !same(known) => {
                Err(format!("card_id: {id} stands in line {other} with another card"))
            }
            Some(_) => Ok(Arc::new(card)),
            None => {
                let card = Arc::new(card);
                self.cards.insert(id, (line, Arc::clone(&card)));
                Ok(card)
            }
        }
    }

    fn finish(mut self) -> Import {
        let mut wrong = Vec::new();
        for (line, team) in self.teams.values_mut() {
            let Some(Err(reason)) = team.lineup.as_ref().map(|lineup| check_lineup(lineup, &team.roster))
            else {
                continue;
            };
            wrong.push(BadRow {
                line: *line,
                reason: format!("line-up of team {}: {reason}", team.info.team_id),
            });
        }
        // A row that was refused leaves holes in its team: that is said already.
        if self.bad_rows.is_empty() {
            self.bad_rows = wrong;
        }
        self.bad_rows.sort_by_key(|row| row.line);
        Import {
            teams: self.teams.into_values().map(|(_, team)| team).collect(),
            cards: self.cards.into_values().map(|(_, card)| card).collect(),
            bad_rows: self.bad_rows,
        }
    }
}

/// The card of a JSON object, checked.
fn card_of(value: Value) -> Result<PlayerCard, String> {
    let card: PlayerCard = serde_path_to_error::deserialize(&value).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if path == "." { inner.to_string() } else { format!("{path}: {inner}") }
    })?;
    let known = serde_json::to_value(&card).map_err(|error| error.to_string())?;
    if let Some(path) = unknown(&value, &known) {
        return Err(format!("{path}: is no field of a card"));
    }
    if card.name.trim().is_empty() || card.name.chars().count() > 100 || card.name.contains(char::is_control)
    {
        return Err("name: must be 1 to 100 letters".to_owned());
    }
    if card.positions.is_empty() {
        return Err("positions: he plays somewhere, best first".to_owned());
    }
    card.check().map_err(|error| error.problem)?;
    Ok(card)
}

/// The path of something in `given` that was not read.
fn unknown(given: &Value, read: &Value) -> Option<String> {
    let below =
        |at: String, given: &Value, read: &Value| unknown(given, read).map(|path| format!("{at}.{path}"));
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            given.iter().find_map(|(key, value)| match read.get(key) {
                Some(read) => {
                    below(key.clone(), value, read).map(|path| path.trim_end_matches('.').to_owned())
                }
                None if value.is_null() => None,
                None => Some(key.clone()),
            })
        }
        (Value::Array(given), Value::Array(read)) => {
            let mut items = given.iter().zip(read).enumerate();
            items.find_map(|(index, (given, read))| below(index.to_string(), given, read))
        }
        _ => None,
    }
}

/// Whether nine, or ten with a designated hitter, stand each at a place and in the order once (RULES 7.3).
fn check_lineup(lineup: &SetLineup, roster: &[CardId]) -> Result<(), String> {
    let slots = &lineup.players;
    let has_dh = slots.iter().any(|slot| slot.position == Position::DesignatedHitter);
    let expected = if has_dh { 10 } else { 9 };
    if slots.len() != expected {
        return Err(format!("{} starters; nine, or ten with a designated hitter (DH)", slots.len()));
    }
    if let Some(slot) = slots.iter().find(|slot| !roster.contains(&slot.card_id)) {
        return Err(format!("{} is not a player of the team", slot.card_id));
    }
    let distinct =
        |of: fn(&LineupSlot) -> i32| slots.iter().map(of).collect::<BTreeSet<_>>().len() == slots.len();
    if !distinct(|slot| slot.card_id.0) {
        return Err("somebody stands twice".to_owned());
    }
    if !distinct(|slot| slot.position as i32) {
        return Err("a position stands twice".to_owned());
    }
    let batters = slots.iter().filter(|slot| !(has_dh && slot.position == Position::Pitcher));
    let order: BTreeSet<_> = batters.map(|slot| slot.batting_order.unwrap_or_default()).collect();
    if order != (1..=9).collect() {
        return Err("the batting order is not 1 to 9, each once".to_owned());
    }
    Ok(())
}
