//! Injuries in manual games: the reading that hurts somebody, and how badly (RULES 1.1, `injuries.toml`).

use super::super::turn::Turn;
use crate::rules::charts::CHARTS;
use crate::rules::charts::injuries::Injury;
use crate::rules::command::ManualOutcomeSubmission;
use crate::rules::dice::RollDice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::Event;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::rejection::Rejection;
use crate::rules::resolve::Situation;
use crate::rules::vocabulary::Side;

/// Rolls for the injury that the reading asks for, if it asks for one.
pub(super) fn suffer(
    turn: &mut Turn,
    roller: &mut Roller,
    situation: &Situation,
    dice: &RollDice,
    submission: &ManualOutcomeSubmission,
) -> Result<(), Rejection> {
    if !submission.injury {
        return Ok(());
    }
    let (side, player) = whom(situation, dice)?;
    let card = situation.cards.get(player.card_id);
    let rating = card.and_then(|card| card.injury_rating.clone());
    let rating = rating.ok_or_else(|| refuse("the player has no injury rating; leave it out"))?;
    let lineup_id = player.lineup_id;
    let total = roller.injury(lineup_id);
    turn.rolled(roller);
    let injury = CHARTS.injuries.duration(&rating, total);
    turn.push(Event::PlayerInjured { side, lineup_id, rating, total, injury });
    if injury == Injury::RestOfGame && lineup_id == situation.pitcher.lineup_id && !player.is_fatigued {
        turn.push(Event::PitcherTired { side, lineup_id });
    }
    Ok(())
}

/// Whom the reading is about: the batter on his own card, the pitcher where the roll asks for his check.
fn whom<'a>(situation: &Situation<'a>, dice: &RollDice) -> Result<(Side, &'a LineupPlayerState), Rejection> {
    let state = situation.state;
    if !state.setup.settings.injuries {
        return Err(refuse("this game is played without injuries; leave it out"));
    }
    match *dice {
        RollDice::Ab { d6_one: 1..=3, .. } => Ok((state.batting_side(), situation.batter)),
        RollDice::Ab { d6_one, d6_two_a, d6_two_b, .. }
            if CHARTS.triggers.injury_number(d6_one, d6_two_a + d6_two_b).is_some() =>
        {
            Ok((state.fielding_side(), situation.pitcher))
        }
        RollDice::Ab { .. } => {
            Err(refuse("this roll hurts nobody: it reads the pitcher's card and asks for no check"))
        }
        _ => Err(refuse("only an at-bat roll can hurt somebody; leave it out")),
    }
}

fn refuse(problem: &str) -> Rejection {
    Rejection::invalid("injury", problem)
}
