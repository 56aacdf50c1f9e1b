//! Who is eligible in a game, with the cards that are pinned for it.

use super::super::export::CardHash;
use super::super::schema::{cards, game_cardset_links, roster_links};
use super::super::types::{DbUuid, JsonText};
use crate::id::{CardId, GameId, TeamId};
use crate::rules::vocabulary::LeagueId;
use diesel::prelude::*;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = cards)]
pub struct CardRow {
    pub hash: Vec<u8>,
    pub card: JsonText,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = roster_links, treat_none_as_default_value = false)]
pub struct RosterRow {
    pub game_id: DbUuid,
    pub id: i32,
    pub team_id: i32,
    pub card_id: Option<i32>,
    pub player_id: Option<i32>,
    pub card_hash: Vec<u8>,
    pub is_active: bool,
}

impl RosterRow {
    /// A player who is eligible, with his card.
    pub fn of(
        game_id: GameId,
        league: LeagueId,
        id: i32,
        team_id: TeamId,
        card: CardId,
        hash: &CardHash,
    ) -> Self {
        let (card_id, player_id) = card_or_player(league, card);
        let (game_id, card_hash) = (DbUuid(game_id.0), hash.to_vec());
        Self { game_id, id, team_id: team_id.0, card_id, player_id, card_hash, is_active: true }
    }
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = game_cardset_links)]
pub struct CardsetRow {
    pub game_id: DbUuid,
    pub cardset_id: i32,
    pub priority: i16,
}

/// `(card_id, player_id)`: which of the two columns a card goes to is the league's affair.
pub fn card_or_player(league: LeagueId, card: CardId) -> (Option<i32>, Option<i32>) {
    match league {
        LeagueId::Pd => (Some(card.0), None),
        LeagueId::Sba => (None, Some(card.0)),
    }
}
