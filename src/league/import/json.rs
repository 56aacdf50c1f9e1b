//! A JSON file of teams and their players.

use super::{Gathered, Import, ImportedTeam};
use crate::id::TeamId;
use crate::league::TeamInfo;
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    /// Whatever has to be said with the data; it is not kept.
    #[serde(rename = "notice")]
    _notice: Option<String>,
    /// The batting card of pitchers who have none.
    pitchers_batting: Option<Value>,
    #[serde(borrow)]
    teams: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Team<'a> {
    team_id: TeamId,
    name: String,
    abbreviation: String,
    lineup: Option<Vec<LineupSlot>>,
    #[serde(borrow)]
    players: Vec<&'a RawValue>,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Import {
    let mut gathered = Gathered::default();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            gathered.refuse(line as u64, "the file is not UTF-8 from here on");
            return gathered.finish();
        }
    };
    match serde_json::from_str::<File<'_>>(text) {
        Ok(file) => {
            for team in &file.teams {
                read_team(&mut gathered, text, team, file.pitchers_batting.as_ref());
            }
        }
        Err(error) => gathered.refuse(error.line() as u64, error.to_string()),
    }
    gathered.finish()
}

/// The line of `text`, from 1, in which a part of it begins.
fn line_of(text: &str, part: &RawValue) -> u64 {
    let offset = (part.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64
}

fn read_team(gathered: &mut Gathered, text: &str, raw: &RawValue, pitchers_batting: Option<&Value>) {
    let line = line_of(text, raw);
    let team: Team<'_> = match serde_json::from_str(raw.get()) {
        Ok(team) => team,
        Err(error) => return gathered.refuse(line + error.line() as u64 - 1, format!("a team: {error}")),
    };
    let Team { team_id, name, abbreviation, lineup, players } = team;
    if let Some((other, _)) = gathered.teams.get(&team_id) {
        let reason = format!("team_id: {team_id} stands in line {other} already");
        return gathered.refuse(line, reason);
    }
    let mut roster = Vec::with_capacity(players.len());
    for player in players {
        let line = line_of(text, player);
        let mut value: Value = match serde_json::from_str(player.get()) {
            Ok(value) => value,
            Err(error) => {
                gathered.refuse(line + error.line() as u64 - 1, error.to_string());
                continue;
            }
        };
        if let Some(object) = value.as_object_mut() {
            object.entry("team_id").or_insert(team_id.0.into());
            if let Some(batting) = pitchers_batting.filter(|_| !object.contains_key("batting")) {
                object.insert("batting".to_owned(), batting.clone());
            }
        }
        let Some(card) = gathered.player(line, value) else { continue };
        if card.team_id != team_id {
            gathered.refuse(line, format!("team_id: is {}, in a list of team {team_id}", card.team_id));
        }
        roster.push(card.card_id);
    }
    let info = TeamInfo { team_id, name, abbreviation };
    let lineup = lineup.map(|players| SetLineup { players });
    gathered.teams.insert(team_id, (line, ImportedTeam { info, roster, lineup }));
}
