//! The state of one game: what `decide` reads and `apply` changes (SYSTEM 1).

use super::bases::Bases;
use super::charts::RULES_VERSION;
use super::decision::{DefensiveDecision, OffensiveDecision};
use super::dice::Roll;
use super::event::{Ending, Forfeited, PlaySummary};
use super::lineup::TeamLineupState;
use super::moment::Moment;
use super::pending::PendingPlay;
use super::scoring::HalfInningLedger;
use super::vocabulary::{
    AiDifficulty, BySide, DecisionPhase, GameMode, Half, Hand, LeagueId, Side, Status, Visibility,
};
use super::workload::Workload;
use super::x_check::XCheckRoll;
use crate::id::{CardId, CardsetId, GameId, LineupId, PlayNumber, RollNumber, Seq, TeamId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One game. Serialized, it is the snapshot; two games are the same when their JSON is the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GameState {
    /// What was agreed when the game was created and does not change.
    pub setup: Arc<GameSetup>,
    /// The last journal entry this state contains.
    pub seq: Seq,
    /// Where the game stands in its life.
    pub status: Status,
    /// What the game waits for.
    pub decision_phase: DecisionPhase,
    /// Who owes that, since which entry, and what may be chosen.
    pub pending_decision: Option<PendingDecision>,
    /// The fielding side's decision for this play, once made.
    pub pending_defensive_decision: Option<DefensiveDecision>,
    /// The batting side's decision for this play, once made.
    pub pending_offensive_decision: Option<OffensiveDecision>,
    /// Manual mode: the at-bat roll that waits for its outcome.
    pub pending_manual_roll: Option<Roll>,
    /// Manual mode: the X-Check that waits for its reading.
    #[serde(default)]
    pub pending_x_check: Option<XCheckRoll>,
    /// The play that waits for a choice about a runner.
    #[serde(default)]
    pub pending_play: Option<Box<PendingPlay>>,
    /// The inning, from 1; 0 before the game.
    pub inning: u8,
    /// The half being played.
    pub half: Half,
    /// Outs in this half inning.
    pub outs: u8,
    /// Runs.
    pub score: BySide<u16>,
    /// Runs by inning; a side's list ends with the inning it batted last.
    pub line_score: BySide<Vec<u16>>,
    /// Hits.
    pub hits: BySide<u16>,
    /// Errors committed.
    pub errors: BySide<u16>,
    /// Runners on first, second and third.
    pub runners: [Option<Runner>; 3],
    /// What the official scorer has to remember of this half inning.
    #[serde(default)]
    pub ledger: HalfInningLedger,
    /// Whose turn it is in the batting order, 0 to 8.
    pub batter_idx: BySide<u8>,
    /// Both line-ups.
    pub lineups: BySide<TeamLineupState>,
    /// What each side's pitcher has done since he came in.
    #[serde(default)]
    pub workloads: BySide<Workload>,
    /// The same of pitchers who have left the mound and are still in the game.
    #[serde(default)]
    pub earlier_workloads: BySide<Vec<Workload>>,
    /// The way back that one manager proposed and the other has not answered.
    #[serde(default)]
    pub pending_rollback: Option<RollbackProposal>,
    /// The deadlines that each side has missed since its manager last acted.
    #[serde(default)]
    pub missed_deadlines: BySide<u8>,
    /// Plays completed.
    pub play_count: PlayNumber,
    /// The last play, for whoever joins now.
    pub last_play_result: Option<PlaySummary>,
    /// The number the next line-up entry gets.
    pub next_lineup_id: LineupId,
    /// The number the next roll gets.
    pub next_roll_id: RollNumber,
    /// The number of the next die.
    pub dice_position: u64,
    /// The managers' share in the dice, in hexadecimal.
    pub entropy: BySide<Option<String>>,
    /// Who won; set when the game is over and was not tied.
    pub winner: Option<Side>,
    /// How the game ended.
    #[serde(default)]
    pub ended_by: Option<Ending>,
    /// Who gave the game up, and why.
    #[serde(default)]
    pub forfeit: Option<Forfeited>,
    /// The weather roll of the game, which has no effect (RULES 1.4).
    #[serde(default)]
    pub weather: Option<u8>,
}

/// What was agreed when the game was created.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GameSetup {
    /// The game.
    pub game_id: GameId,
    /// Its league.
    pub league_id: LeagueId,
    /// Both teams.
    pub teams: BySide<TeamSetup>,
    /// How well the AI managers play.
    pub ai_difficulty: AiDifficulty,
    /// Whether the host resolves rolls off the cards itself.
    pub auto_mode: bool,
    /// What the game is played for.
    pub game_mode: GameMode,
    /// Who may follow it.
    pub visibility: Visibility,
    /// The league's settings.
    pub settings: GameSettings,
    /// SHA-256 of the dice seed, in hexadecimal, published before the first pitch.
    pub seed_commitment: String,
    /// SHA-256 over the pinned cards of both rosters, in hexadecimal.
    pub cards_digest: String,
    /// The version of the rules the game is played by.
    pub rules_version: u16,
}

impl GameSetup {
    /// What a game is where nothing else is agreed: a public exhibition of the PD league, resolved by the host, by
    /// today's rules and the settings' defaults.
    #[must_use]
    pub fn plain(
        game_id: GameId,
        teams: BySide<TeamSetup>,
        seed_commitment: String,
        cards_digest: String,
    ) -> Self {
        Self {
            game_id,
            league_id: LeagueId::Pd,
            teams,
            ai_difficulty: AiDifficulty::Medium,
            auto_mode: true,
            game_mode: GameMode::Exhibition,
            visibility: Visibility::Public,
            settings: GameSettings::default(),
            seed_commitment,
            cards_digest,
            rules_version: RULES_VERSION,
        }
    }
}

/// One team of a game.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TeamSetup {
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub name: String,
    /// Managed by the host.
    pub is_ai: bool,
    /// Who is eligible: cards or players, by id.
    pub roster: Vec<CardId>,
}

/// League settings that the rules depend on (RULES 7).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GameSettings {
    /// Scheduled innings.
    #[schemars(range(min = 1, max = 9))]
    pub innings: u8,
    /// Extra innings start with a runner on second.
    pub extra_inning_runner: bool,
    /// Batters a relief pitcher must face unless the half inning ends.
    #[schemars(range(min = 1, max = 9))]
    pub reliever_batters_min: u8,
    /// A lead of this many runs after five innings ends the game; none is off.
    #[schemars(range(min = 1, max = 99))]
    pub mercy_runs: Option<u8>,
    /// Ballpark home-run number, 0 to 20.
    #[schemars(range(max = 20))]
    pub park_homerun: u8,
    /// Ballpark single number, 0 to 20.
    #[schemars(range(max = 20))]
    pub park_single: u8,
    /// Ballpark home-run number for those who bat left; none is the same as for the others.
    #[schemars(range(max = 20))]
    pub park_homerun_left: Option<u8>,
    /// Ballpark single number for those who bat left; none is the same as for the others.
    #[schemars(range(max = 20))]
    pub park_single_left: Option<u8>,
    /// SBA, manual: the cards' injuries count (RULES 1.1).
    pub injuries: bool,
    /// PD: the cardsets that are legal, the primary one first; none named is every cardset.
    pub cardsets: Vec<CardsetId>,
    /// Seconds that a manager has for each decision, 5 to 604800 (a week), before the default is taken for him; none is
    /// no clock.
    #[schemars(range(min = 5, max = 604_800))]
    pub decision_seconds: Option<u32>,
    /// Deadlines in a row with which a side forfeits, 1 to 99; none is never.
    #[schemars(range(min = 1, max = 99))]
    pub missed_deadlines_max: Option<u8>,
}

impl GameSettings {
    /// The ballpark's home-run number for a batter on this side of the plate.
    #[must_use]
    pub fn park_homerun_for(&self, bats: Hand) -> u8 {
        self.park_homerun_left.filter(|_| bats == Hand::Left).unwrap_or(self.park_homerun)
    }

    /// The ballpark's single number for a batter on this side of the plate.
    #[must_use]
    pub fn park_single_for(&self, bats: Hand) -> u8 {
        self.park_single_left.filter(|_| bats == Hand::Left).unwrap_or(self.park_single)
    }
}

impl Default for GameSettings {
    fn default() -> Self {
        Self {
            innings: 9,
            extra_inning_runner: false,
            reliever_batters_min: 1,
            mercy_runs: None,
            park_homerun: 10,
            park_single: 10,
            park_homerun_left: None,
            park_single_left: None,
            injuries: false,
            cardsets: Vec::new(),
            decision_seconds: None,
            missed_deadlines_max: None,
        }
    }
}

/// A runner on base.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Runner {
    /// Who he is.
    pub lineup_id: LineupId,
    /// The pitcher answerable for him (OBR 9.16).
    pub responsible_pitcher: Option<LineupId>,
    /// The play with which he reached base; its row is credited when he scores. None for a placed runner.
    pub reached_on: Option<PlayNumber>,
    /// He would not be on base without an error (RULES 6.4).
    pub unearned: bool,
}

/// A proposal to go back to an earlier play. It lapses with the next play.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RollbackProposal {
    /// Who proposed it.
    pub side: Side,
    /// The last play that would stay.
    pub to_play: PlayNumber,
}

/// A decision that somebody owes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PendingDecision {
    /// Which decision.
    pub phase: DecisionPhase,
    /// Who owes it.
    pub side: Side,
    /// The entry that asked; a command's `expect` names it.
    pub seq: Seq,
    /// When the default is taken; none where the league sets no clock, for an AI manager, and while the game is
    /// paused.
    pub deadline: Option<Moment>,
    /// In `awaiting_runner`: what may be chosen, the default first.
    pub choices: Vec<String>,
}

impl GameState {
    /// Who bats.
    #[must_use]
    pub const fn batting_side(&self) -> Side {
        self.half.batting()
    }

    /// Who is in the field.
    #[must_use]
    pub const fn fielding_side(&self) -> Side {
        self.half.batting().opponent()
    }

    /// The bases that are occupied: 1 = first, 2 = second, 4 = third.
    #[must_use]
    pub fn on_base_code(&self) -> u8 {
        self.runners.iter().enumerate().map(|(base, runner)| u8::from(runner.is_some()) << base).sum()
    }

    /// The same as a type that can't be mistaken for the charts' numbering.
    #[must_use]
    pub fn bases(&self) -> Bases {
        Bases::from_bits(self.on_base_code())
    }

    /// The at-bat roll of the play that is being made, where it was thrown by an earlier command.
    #[must_use]
    pub fn at_bat_roll(&self) -> Option<&Roll> {
        let waiting = self.pending_play.as_ref().and_then(|play| play.roll.as_ref());
        waiting.or(self.pending_manual_roll.as_ref())
    }

    /// Whether the game has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.status == Status::Completed
    }
}
