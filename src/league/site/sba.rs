//! The SBA's site: where its documents are, and how they become players (SYSTEM 2). It knows no ratings: the managers
//! own the cards.

use super::pd::positions;
use super::shape::{Shape, list};
use crate::id::{CardId, TeamId};
use crate::rules::card::{PlayerCard, ReadyLines};
use crate::rules::vocabulary::{Bats, Hand};
use serde_json::Value;

/// The list of teams.
pub const TEAMS: &str = "teams";
/// The players of a team.
pub const ROSTER: &str = "players";

/// Where a player's document is.
pub fn player_path(CardId(id): CardId) -> String {
    format!("players/{id}")
}

/// The player of a document, for a team.
pub fn player(document: &Value, team_id: TeamId) -> Result<PlayerCard, String> {
    let player = Shape::of(document, "player")?;
    let hand = |names: &[&str]| -> Result<Option<Bats>, String> {
        player.text(names)?.map(|hand| hand.to_uppercase().parse()).transpose()
    };
    Ok(PlayerCard {
        card_id: CardId(player.required_integer(&["id", "player_id"])?),
        name: player.required_text(&["name", "p_name"])?,
        team_id,
        cardset_id: None,
        positions: positions(document),
        // The site does not say; in play the manager reads the printed card.
        bats: hand(&["bats", "hand"])?.unwrap_or(Bats::Right),
        throws: match hand(&["throws"])? {
            Some(Bats::Left) => Hand::Left,
            _ => Hand::Right,
        },
        batting: None,
        pitching: None,
        fielding: Vec::new(),
        injury_rating: player.text(&["injury_rating"])?,
        ready: ReadyLines::default(),
    })
}

/// The ids of a team's players, with the documents of those that came whole.
pub fn roster(answer: &Value) -> Result<(Vec<CardId>, Vec<Value>), String> {
    let (mut ids, mut documents) = (Vec::new(), Vec::new());
    for item in list(answer, &["players", "items"])? {
        let id = match item {
            Value::Object(_) => {
                documents.push(item.clone());
                Shape::of(item, "player")?.required_integer(&["id", "player_id"])?
            }
            other => other
                .as_i64()
                .and_then(|id| i32::try_from(id).ok())
                .ok_or_else(|| "an item of the roster is neither a player nor an id".to_owned())?,
        };
        if !ids.contains(&CardId(id)) {
            ids.push(CardId(id));
        }
    }
    Ok((ids, documents))
}
