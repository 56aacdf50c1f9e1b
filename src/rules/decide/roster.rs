//! Before the first pitch: who is eligible (SYSTEM 3, `roster_links`; RULES 7.3).

use super::before::not_started;
use crate::rules::card::CardBook;
use crate::rules::command::{AddToRoster, Issuer, RemoveFromRoster};
use crate::rules::create::{ROSTER_MAX, not_eligible};
use crate::rules::event::Event;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::text::is_lower_hex;
use crate::rules::vocabulary::Side;

/// A player becomes eligible; his card is in `cards` already.
pub(super) fn add(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    request: &AddToRoster,
) -> Result<Vec<Event>, Rejection> {
    let AddToRoster { side, card_id, cards_digest } = request;
    may_change(state, issuer, *side)?;
    if cards_digest.len() != 64 || !is_lower_hex(cards_digest) {
        return Err(Rejection::invalid("cards_digest", "must be a SHA-256 in lower-case hexadecimal"));
    }
    if let Some((owner, _)) = state.setup.teams.iter().find(|(_, team)| team.roster.contains(card_id)) {
        let problem = format!("{card_id} is on the {owner} roster; a player is on one roster, once");
        return Err(Rejection::invalid("card_id", problem));
    }
    if state.setup.teams[*side].roster.len() >= ROSTER_MAX {
        let problem = format!("the {side} roster is full; at most {ROSTER_MAX} players are allowed");
        return Err(Rejection::invalid("card_id", problem));
    }
    if let Some(problem) = not_eligible(*card_id, &state.setup, cards) {
        return Err(Rejection::invalid("card_id", problem));
    }
    Ok(vec![Event::RosterAdded { side: *side, card_id: *card_id, cards_digest: cards_digest.clone() }])
}

/// A player is eligible no more, unless he is to start.
pub(super) fn remove(
    state: &GameState,
    issuer: Issuer,
    request: RemoveFromRoster,
) -> Result<Vec<Event>, Rejection> {
    let RemoveFromRoster { side, card_id } = request;
    may_change(state, issuer, side)?;
    if !state.setup.teams[side].roster.contains(&card_id) {
        return Err(Rejection::invalid("card_id", format!("{card_id} is not on the {side} roster")));
    }
    if state.lineups[side].players.iter().any(|player| player.card_id == card_id) {
        let problem = format!("{card_id} is in the {side} line-up; name other starters first");
        return Err(Rejection::invalid("card_id", problem));
    }
    Ok(vec![Event::RosterRemoved { side, card_id }])
}

fn may_change(state: &GameState, issuer: Issuer, side: Side) -> Result<(), Rejection> {
    not_started(state)?;
    match issuer {
        Issuer::Operator => Ok(()),
        Issuer::Manager(own) if own == side => Ok(()),
        Issuer::Manager(_) | Issuer::Host => {
            let text = format!("the {side} roster is its manager's, and the operator's");
            Err(Rejection::new(RejectionCode::Forbidden, text))
        }
    }
}
