//! Before the first pitch: line-ups, entropy, the start.

use super::turn::Turn;
use crate::rules::card::CardBook;
use crate::rules::command::{ContributeEntropy, Issuer, SetLineup};
use crate::rules::dice::roller::Roller;
use crate::rules::dice::{Dice, WEATHER};
use crate::rules::event::Event;
use crate::rules::lineup::legality;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::text::is_lower_hex;
use crate::rules::vocabulary::{DecisionPhase, Side};

/// Hexadecimal digits of a manager's entropy: 16 to 64 bytes.
const ENTROPY_DIGITS: std::ops::RangeInclusive<usize> = 32..=128;

/// A side names its starters; a later card replaces an earlier one.
pub(super) fn set_lineup(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    lineup: &SetLineup,
) -> Result<Vec<Event>, Rejection> {
    not_started(state)?;
    let side = match issuer {
        Issuer::Manager(side) => side,
        Issuer::Operator | Issuer::Host => side_of_roster(state, lineup)?,
    };
    let opponents = &state.lineups[side.opponent()];
    let players = legality::enter(side, lineup, &state.setup, cards, opponents, state.next_lineup_id)?;
    Ok(vec![Event::LineupSet { side, players }])
}

/// A manager mixes his own randomness into the dice, once, before anything is rolled.
pub(super) fn contribute_entropy(
    state: &GameState,
    issuer: Issuer,
    share: &ContributeEntropy,
) -> Result<Vec<Event>, Rejection> {
    not_started(state)?;
    let Issuer::Manager(side) = issuer else {
        let text = "only the two managers contribute entropy";
        return Err(Rejection::new(RejectionCode::Forbidden, text));
    };
    if state.entropy[side].is_some() {
        return Err(Rejection::new(
            RejectionCode::WrongPhase,
            "you have contributed already; once is allowed",
        ));
    }
    let digits = share.entropy.len();
    if !ENTROPY_DIGITS.contains(&digits) || digits % 2 == 1 || !is_lower_hex(&share.entropy) {
        let problem = "must be 16 to 64 bytes in lower-case hexadecimal (32 to 128 digits)";
        return Err(Rejection::invalid("entropy", problem));
    }
    Ok(vec![Event::EntropyContributed { side, entropy: share.entropy.clone() }])
}

/// Begins the game: either manager's, once both line-ups stand. The weather die comes first (RULES 1.4).
pub(super) fn start(
    state: &GameState,
    cards: &CardBook,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    not_started(state)?;
    if let Some((side, _)) = state.lineups.iter().find(|(_, lineup)| lineup.players.is_empty()) {
        let text = format!("the {side} side has no line-up yet; it needs a `set_lineup`");
        return Err(Rejection::new(RejectionCode::WrongPhase, text));
    }
    let mut roller = Roller::new(dice, state.next_roll_id);
    roller.d20(WEATHER, None);
    let mut turn = Turn::new(state, cards);
    turn.rolled(&mut roller);
    turn.push(Event::GameStarted {});
    let fielding = turn.state().fielding_side();
    Ok(turn.request(DecisionPhase::AwaitingDefensive, fielding))
}

pub(super) fn not_started(state: &GameState) -> Result<(), Rejection> {
    if state.decision_phase == DecisionPhase::AwaitingStart {
        return Ok(());
    }
    Err(Rejection::new(RejectionCode::WrongPhase, "the game has started; this is for before the first pitch"))
}

/// Whose roster the first starter is on: the operator sets either side's line-up.
fn side_of_roster(state: &GameState, lineup: &SetLineup) -> Result<Side, Rejection> {
    let first = lineup.players.first().map(|slot| slot.card_id);
    let owns = |side: &Side| first.is_some_and(|id| state.setup.teams[*side].roster.contains(&id));
    Side::ALL.iter().copied().find(owns).ok_or_else(|| {
        Rejection::invalid("players.0.card_id", "is on neither roster, so the side is not clear")
    })
}
