//! What a game waits for beyond the next decision, and how it ended: the parts of `state` that are mostly empty.

use super::PlayerView;
use crate::rules::card::CardBook;
use crate::rules::decision::Base;
use crate::rules::event::{Ending, Forfeited};
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::{PendingPlay, RunnerQuestion, RunnerTry};
use crate::rules::resolution::Resolution;
use crate::rules::state::{GameState, RollbackProposal};
use crate::rules::vocabulary::Position;
use crate::rules::x_check::XCheckRoll;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody has to answer; its fields stand in `state` itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PendingView {
    /// In `awaiting_runner`: what is asked, about whom, on which play.
    pub pending_runner: Option<RunnerQuestionView>,
    /// Manual mode: the X-Check that waits for its reading.
    pub pending_x_check: Option<XCheckRoll>,
    /// The way back that one manager proposed and the other has not answered.
    pub pending_rollback: Option<RollbackProposal>,
    /// The deadlines that the home manager has missed since he last acted.
    pub home_missed_deadlines: u8,
    /// The deadlines that the visiting manager has missed since he last acted.
    pub away_missed_deadlines: u8,
}

/// A choice about a runner; `pending_decision` says whose it is and what may be chosen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunnerQuestionView {
    /// What is asked.
    pub question: RunnerQuestion,
    /// The lead runner and the base he may try for.
    pub lead: RunnerTryView,
    /// The runner behind him, or the batter, where he may move up on the throw.
    pub trail: Option<RunnerTryView>,
    /// What the dice said.
    pub outcome: PlayOutcome,
    /// Where the ball went.
    pub hit_location: Option<Position>,
    /// How the dice led here.
    pub resolution: Resolution,
}

/// A runner, or the batter, who may try for a base.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunnerTryView {
    /// The base he started from; none is the batter.
    pub from: Option<Base>,
    /// The base he tries for, home being 4.
    pub to: Base,
    /// Who he is.
    pub player: Option<PlayerView>,
}

/// What is on record beside the score; its fields stand in `state` itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecordView {
    /// The weather die of the game, which has no effect; none before the first pitch.
    pub weather: Option<u8>,
    /// What the home manager mixed into the dice, in hexadecimal.
    pub home_entropy: Option<String>,
    /// What the visiting manager mixed into the dice, in hexadecimal.
    pub away_entropy: Option<String>,
    /// How the game ended.
    pub ended_by: Option<Ending>,
    /// Who gave it up, and why.
    pub forfeit: Option<Forfeited>,
    /// Whether the game's statistics count: not after an early forfeit.
    pub statistics_count: bool,
}

impl PendingView {
    pub(super) fn new(state: &GameState, cards: &CardBook) -> Self {
        Self {
            pending_runner: state
                .pending_play
                .as_ref()
                .map(|play| RunnerQuestionView::new(play, state, cards)),
            pending_x_check: state.pending_x_check.clone(),
            pending_rollback: state.pending_rollback,
            home_missed_deadlines: state.missed_deadlines.home,
            away_missed_deadlines: state.missed_deadlines.away,
        }
    }
}

impl RunnerQuestionView {
    fn new(play: &PendingPlay, state: &GameState, cards: &CardBook) -> Self {
        let lineup = &state.lineups[state.batting_side()];
        let player = |from: Option<Base>| match from {
            None => lineup.batter(state.batter_idx[state.batting_side()]),
            Some(base) => {
                let runner = state.runners.get(usize::from(u8::from(base)) - 1)?.as_ref()?;
                lineup.player(runner.lineup_id)
            }
        };
        let show = |RunnerTry { from, to }| RunnerTryView {
            from,
            to,
            player: player(from).map(|player| PlayerView::new(player, cards)),
        };
        Self {
            question: play.question,
            lead: show(play.lead),
            trail: play.trail.map(show),
            outcome: play.draft.outcome,
            hit_location: play.draft.location,
            resolution: play.resolution.clone(),
        }
    }
}

impl RecordView {
    pub(super) fn new(state: &GameState) -> Self {
        Self {
            weather: state.weather,
            home_entropy: state.entropy.home.clone(),
            away_entropy: state.entropy.away.clone(),
            ended_by: state.ended_by,
            forfeit: state.forfeit.clone(),
            statistics_count: state.statistics_count(),
        }
    }
}
