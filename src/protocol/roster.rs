//! Bodies of `/games/{id}/rosters`. A PD game's rosters have cards, an SBA game's have players: which of the two is meant
//! is said once, by the field's name, and whatever names both or neither goes no further than here.

use super::operator::parse_act;
use super::schema::without_default;
use crate::id::{CardId, CommandId, TeamId};
use crate::rules::rejection::Rejection;
use crate::rules::vocabulary::LeagueId;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Somebody who is to be on a roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RosterEntry {
    /// A card of a Paper Dynasty game.
    Pd(CardId),
    /// A player of an SBA game.
    Sba(CardId),
}

/// `POST /games/{id}/rosters`: a player becomes eligible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RosterAddition {
    /// The request's id, which makes it exactly-once; a new one where left out.
    pub id: CommandId,
    /// The team that may use him.
    pub team_id: TeamId,
    /// Who.
    pub entry: RosterEntry,
}

/// The body of it: exactly one of `card_id` and `player_id`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterBody {
    /// The request's id, which makes it exactly-once; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    id: CommandId,
    /// The team that may use him.
    team_id: TeamId,
    /// Who, in a PD game: a card.
    #[serde(default)]
    card_id: Option<CardId>,
    /// Who, in an SBA game: a player.
    #[serde(default)]
    player_id: Option<CardId>,
}

impl RosterAddition {
    /// Reads the body.
    ///
    /// # Errors
    /// `malformed` where it is not an object; `invalid`, with the field, its problem and what is allowed.
    pub fn parse(body: Value) -> Result<Self, Rejection> {
        let RosterBody { id, team_id, card_id, player_id } = parse_act(body)?;
        let entry = match (card_id, player_id) {
            (Some(card), None) => RosterEntry::Pd(card),
            (None, Some(player)) => RosterEntry::Sba(player),
            (Some(_), Some(_)) => {
                let problem = "player_id: stands beside card_id; exactly one of the two is allowed";
                return Err(Rejection::invalid("player_id", problem));
            }
            (None, None) => {
                let problem = "card_id: is missing; a PD game needs card_id, an SBA game player_id";
                return Err(Rejection::invalid("card_id", problem));
            }
        };
        Ok(Self { id, team_id, entry })
    }
}

impl RosterEntry {
    /// The id, where this is one for a game of this league.
    ///
    /// # Errors
    /// `invalid`, with the field that does not belong there.
    pub fn for_league(self, league: LeagueId) -> Result<CardId, Rejection> {
        match (self, league) {
            (Self::Pd(id), LeagueId::Pd) | (Self::Sba(id), LeagueId::Sba) => Ok(id),
            (Self::Pd(_), LeagueId::Sba) => {
                Err(Rejection::invalid("card_id", "card_id: an SBA game has players; give player_id"))
            }
            (Self::Sba(_), LeagueId::Pd) => {
                Err(Rejection::invalid("player_id", "player_id: a PD game has cards; give card_id"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exactly_one_of_card_and_player_is_named() {
        let parse = |body| RosterAddition::parse(body).map(|addition| addition.entry);
        assert_eq!(parse(json!({"team_id": 1, "card_id": 7})), Ok(RosterEntry::Pd(CardId(7))));
        assert_eq!(parse(json!({"team_id": 1, "player_id": 7})), Ok(RosterEntry::Sba(CardId(7))));
        for (body, field) in [
            (json!({"team_id": 1, "card_id": 7, "player_id": 7}), "player_id"),
            (json!({"team_id": 1}), "card_id"),
            (json!({"card_id": 7}), "team_id"),
            (json!({"team_id": 1, "card_id": 7, "season": 3}), "season"),
        ] {
            let refused = parse(body.clone()).expect_err("must be refused");
            assert_eq!(refused.field.as_deref(), Some(field), "{body}");
        }
    }

    #[test]
    fn each_league_has_its_own_kind() {
        let (card, player) = (RosterEntry::Pd(CardId(7)), RosterEntry::Sba(CardId(7)));
        assert_eq!(card.for_league(LeagueId::Pd), Ok(CardId(7)));
        assert_eq!(player.for_league(LeagueId::Sba), Ok(CardId(7)));
        assert!(card.for_league(LeagueId::Sba).is_err());
        assert!(player.for_league(LeagueId::Pd).is_err());
    }
}
