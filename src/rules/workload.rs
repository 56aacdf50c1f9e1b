//! What the pitcher in the game has done so far, and when that tires him (`fatigue.toml`, RULES 7.4, 7.5).

use super::card::CardBook;
use super::charts::CHARTS;
use super::charts::fatigue::{FatigueCount, FatigueRule, FatigueScope};
use super::event::Play;
use super::lineup::LineupPlayerState;
use super::outcome::PlayOutcome;
use super::state::GameState;
use super::vocabulary::Position;
use crate::id::LineupId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The work of one side's pitcher since he came in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Workload {
    /// Who he is; none before the game.
    pub pitcher: Option<LineupId>,
    /// Batters whose plate appearance ended against him.
    pub batters_faced: u16,
    /// He has been on the mound when a half inning ended.
    pub half_inning_ended: bool,
    /// What he allowed, by inning, the latest last.
    pub innings: Vec<InningWork>,
}

/// What a pitcher allowed in one inning.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InningWork {
    /// The inning.
    pub inning: u8,
    /// Hits, walks and hit batters.
    pub on_base: u8,
    /// Runs he answers for.
    pub runs: u8,
}

impl Workload {
    /// The work of a pitcher who comes in now.
    #[must_use]
    pub fn of(pitcher: Option<LineupId>) -> Self {
        Self { pitcher, ..Self::default() }
    }

    /// Takes a play into account.
    pub(super) fn observe(&mut self, play: &Play) {
        if self.pitcher != Some(play.pitcher_id) {
            *self = Self::of(Some(play.pitcher_id));
        }
        self.batters_faced += u16::from(play.plate_appearance);
        if self.innings.last().is_none_or(|last| last.inning != play.inning) {
            self.innings.push(InningWork { inning: play.inning, on_base: 0, runs: 0 });
        }
        if let Some(work) = self.innings.last_mut() {
            work.on_base = work.on_base.saturating_add(u8::from(is_hit_or_walk(play)));
            work.runs = work.runs.saturating_add(runs_charged(play));
        }
    }

    /// Which inning of work `inning` is for him, from 1.
    #[must_use]
    pub fn inning_of_work(&self, inning: u8) -> usize {
        let started = self.innings.iter().filter(|work| work.inning < inning).count();
        started + 1
    }

    /// What a rule counts, over its innings up to the latest.
    fn count(&self, rule: &FatigueRule) -> u16 {
        let Some(latest) = self.innings.last() else { return 0 };
        let within =
            self.innings.iter().filter(|work| latest.inning - work.inning < rule.within_innings).map(
                |work| match rule.counts {
                    FatigueCount::HitsAndWalks => u16::from(work.on_base),
                    FatigueCount::Runs => u16::from(work.runs),
                },
            );
        within.sum()
    }
}

fn is_hit_or_walk(play: &Play) -> bool {
    let walk = matches!(play.outcome, PlayOutcome::Walk | PlayOutcome::IntentionalWalk | PlayOutcome::Hbp);
    play.hit_bases > 0 || walk
}

/// Runs on this play that the pitcher of the play answers for.
fn runs_charged(play: &Play) -> u8 {
    let his = |index: usize| {
        play.runners[index].is_some_and(|runner| runner.responsible_pitcher == Some(play.pitcher_id))
    };
    let runners = (0..3).filter(|&index| play.runners_to[index] == Some(4) && his(index)).count();
    u8::try_from(runners).unwrap_or(3) + u8::from(play.batter_to == Some(4))
}

/// Whether this pitcher is at or past his point of weakness. A pitcher without a pitching card never is.
pub(super) fn in_pow(state: &GameState, cards: &CardBook, pitcher: &LineupPlayerState) -> bool {
    let work = &state.workloads[state.fielding_side()];
    let inning_of_work =
        if work.pitcher == Some(pitcher.lineup_id) { work.inning_of_work(state.inning) } else { 1 };
    point_of_weakness(cards, pitcher).is_some_and(|point| inning_of_work >= point)
}

fn point_of_weakness(cards: &CardBook, pitcher: &LineupPlayerState) -> Option<usize> {
    let card = cards.get(pitcher.card_id)?.pitching.as_ref()?;
    let rating = if pitcher.is_starter { card.starter_rating } else { card.relief_rating };
    Some(usize::try_from(rating).unwrap_or(0))
}

/// The pitcher in the game, if his work up to the play just made has tired him and he was fresh before.
pub(super) fn newly_tired(state: &GameState, cards: &CardBook) -> Option<LineupId> {
    let side = state.fielding_side();
    let work = &state.workloads[side];
    let pitcher = state.lineups[side].at(Position::Pitcher)?;
    if pitcher.is_fatigued || work.pitcher != Some(pitcher.lineup_id) {
        return None;
    }
    let table = &CHARTS.fatigue;
    let in_pow = in_pow(state, cards, pitcher);
    let by_rule = table.rules.iter().any(|rule| {
        let applies = in_pow || rule.scope == FatigueScope::Always;
        applies && work.count(rule) >= u16::from(rule.at_least)
    });
    let limit = if pitcher.is_starter {
        Some(usize::from(table.starter_innings))
    } else {
        point_of_weakness(cards, pitcher).map(|point| point + usize::from(table.reliever_innings_over))
    };
    let innings = work.innings.len();
    let by_limit = limit.is_some_and(|limit| innings > limit || (innings == limit && state.outs >= 3));
    (by_rule || by_limit).then_some(pitcher.lineup_id)
}
