//! What happened, dice included. Events are the facts of the journal and of the wire.

use super::charts::injuries::Injury;
use super::decision::{DefensiveDecision, OffensiveDecision};
use super::dice::Roll;
use super::lineup::LineupPlayerState;
use super::moment::Moment;
use super::outcome::PlayOutcome;
use super::pending::{PendingPlay, RunnerQuestion};
use super::resolution::Resolution;
use super::state::{GameSetup, GameState, Runner};
use super::vocabulary::{DecisionPhase, Half, Position, Side, words};
use super::x_check::XCheckRoll;
use crate::id::{CardId, LineupId, PlayNumber, Seq, TeamId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A fact about a game, in the past tense.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The game exists.
    GameCreated(Box<GameSetup>),
    /// A side named its starters.
    LineupSet {
        /// Whose.
        side: Side,
        /// The line-up entries, which replace any the side had named before.
        players: Vec<LineupPlayerState>,
    },
    /// A player came to a side's roster.
    RosterAdded {
        /// Whose.
        side: Side,
        /// The card or player.
        card_id: CardId,
        /// What seals the pinned cards from here on, his among them.
        cards_digest: String,
    },
    /// A player left a side's roster. His card stays pinned.
    RosterRemoved {
        /// Whose.
        side: Side,
        /// The card or player.
        card_id: CardId,
    },
    /// A manager mixed his own randomness into the dice.
    EntropyContributed {
        /// Whose.
        side: Side,
        /// Hexadecimal.
        entropy: String,
    },
    /// The first pitch may be thrown.
    GameStarted {},
    /// Somebody owes a decision.
    DecisionRequested {
        /// Which.
        phase: DecisionPhase,
        /// Who.
        side: Side,
        /// The entry that asks.
        seq: Seq,
        /// When the default is taken; none where no clock runs.
        deadline: Option<Moment>,
        /// In `awaiting_runner`: what may be chosen, the default first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<String>,
    },
    /// Nothing was heard of a side by its deadline; what follows in the entry was decided for it.
    DeadlineMissed {
        /// Who.
        side: Side,
        /// What it owed.
        phase: DecisionPhase,
        /// The deadlines that it has missed in a row, with this one.
        in_a_row: u8,
    },
    /// A manager who had missed deadlines acts again.
    ManagerReturned {
        /// Who.
        side: Side,
    },
    /// What is owed is due later: the game was paused, or nobody could play for a while.
    DeadlineMoved {
        /// Who owes it.
        side: Side,
        /// When the default is taken now.
        deadline: Moment,
    },
    /// The fielding side decided.
    DefensiveDecisionMade {
        /// Who.
        side: Side,
        /// What.
        decision: DefensiveDecision,
    },
    /// The batting side decided.
    OffensiveDecisionMade {
        /// Who.
        side: Side,
        /// What.
        decision: OffensiveDecision,
    },
    /// Dice were thrown.
    DiceRolled {
        /// The roll.
        roll: Roll,
    },
    /// Manual mode: the chaos die asks for a wild-pitch or passed-ball check; the manager answers with that
    /// outcome or with what he reads off the card.
    CheckAnnounced {
        /// `wild_pitch` or `passed_ball`.
        check: PlayOutcome,
    },
    /// Practice games: the play that follows was asked for, not rolled.
    OutcomeForced {
        /// By whom.
        side: Side,
        /// What was asked for.
        outcome: PlayOutcome,
    },
    /// A game with injuries: the roll asks whether the pitcher is hurt; he is checked if this is his injury number.
    InjuryCheckAnnounced {
        /// The pitcher.
        lineup_id: LineupId,
        /// The injury number that is checked, 1 to 6.
        number: u8,
    },
    /// A player's injury was rolled for.
    PlayerInjured {
        /// Whose.
        side: Side,
        /// Who.
        lineup_id: LineupId,
        /// His injury rating.
        rating: String,
        /// The total of the three dice.
        total: u8,
        /// How long he is out.
        injury: Injury,
    },
    /// Manual mode: an X-Check was rolled and waits for its reading.
    XCheckRolled(XCheckRoll),
    /// A pitcher tired (RULES 7.5).
    PitcherTired {
        /// Whose.
        side: Side,
        /// Who.
        lineup_id: LineupId,
    },
    /// A play waits for a choice about a runner.
    PlayUnresolved(Box<PendingPlay>),
    /// A side chose.
    RunnerDecided {
        /// Who.
        side: Side,
        /// What was asked.
        question: RunnerQuestion,
        /// The answer.
        choice: String,
    },
    /// A play was made.
    PlayResolved(Box<Play>),
    /// Three outs, or the game ended in mid-inning.
    HalfInningEnded {
        /// The inning.
        inning: u8,
        /// The half.
        half: Half,
        /// Runs of the visitors so far.
        away_score: u16,
        /// Runs of the home team so far.
        home_score: u16,
    },
    /// A player came in for another.
    SubstitutionMade {
        /// Whose.
        side: Side,
        /// Entries that are new or changed (the one who left is inactive now).
        players: Vec<LineupPlayerState>,
    },
    /// A manager asked to go back.
    RollbackProposed {
        /// Who.
        side: Side,
        /// The last play that would stay.
        to_play: PlayNumber,
    },
    /// The other manager refused.
    RollbackDeclined {
        /// Who.
        side: Side,
    },
    /// The game went back.
    RolledBack {
        /// The last play that stays.
        to_play: PlayNumber,
        /// The entry that made it.
        to_seq: Seq,
        /// The game as it was after it.
        state: Box<GameState>,
    },
    /// The game is suspended.
    Paused {},
    /// The game goes on.
    Resumed {},
    /// The game is over.
    GameCompleted {
        /// The winner; none after a tie.
        winner_team_id: Option<TeamId>,
        /// Runs of the visitors.
        away_score: u16,
        /// Runs of the home team.
        home_score: u16,
        /// Why it ended.
        ending: Ending,
        /// Who gave it up, and why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forfeit: Option<Forfeited>,
        /// The secret behind the dice, in hexadecimal.
        dice_seed: String,
    },
}

/// A game given up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Forfeited {
    /// By whom.
    pub side: Side,
    /// Why, where a reason was given.
    pub reason: Option<String>,
}

words! {
    /// How a game ended.
    Ending {
        /// All scheduled innings, or the bottom of the last was not needed.
        Regulation = "regulation",
        /// In the bottom of the last or an extra inning, at once.
        WalkOff = "walk_off",
        /// After extra innings, not by a walk-off.
        ExtraInnings = "extra_innings",
        /// One side was too far ahead.
        Mercy = "mercy",
        /// One side gave up.
        Forfeit = "forfeit",
    }
    /// What kind of sacrifice.
    Sacrifice {
        /// Bunt.
        Bunt = "bunt",
        /// Fly.
        Fly = "fly",
    }
}

/// Where a player ended up on a play: 1 to 3 a base, 4 home, 0 out.
pub type Reached = u8;

/// One play: the facts, as the scorer needs them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Play {
    /// Its number.
    pub play_number: PlayNumber,
    /// The inning.
    pub inning: u8,
    /// The half.
    pub half: Half,
    /// Outs before it.
    pub outs_before: u8,
    /// Occupied bases before it: 1 = first, 2 = second, 4 = third.
    pub on_base_code: u8,
    /// Runs of the visitors before it.
    pub away_score: u16,
    /// Runs of the home team before it.
    pub home_score: u16,
    /// The batter's place in the order, 1 to 9.
    pub batting_order: u8,
    /// Who bats.
    pub batter_id: LineupId,
    /// Who pitches.
    pub pitcher_id: LineupId,
    /// Who catches.
    pub catcher_id: Option<LineupId>,
    /// The fielder who was checked or erred.
    pub defender_id: Option<LineupId>,
    /// The runner the play is about (steal, pick-off).
    pub runner_id: Option<LineupId>,
    /// Runners on first, second and third before it.
    pub runners: [Option<Runner>; 3],
    /// What the dice said.
    pub outcome: PlayOutcome,
    /// Where the ball went.
    pub hit_location: Option<Position>,
    /// Where the batter ended up; none when his plate appearance goes on.
    pub batter_to: Option<Reached>,
    /// Where each runner ended up; none for an empty base.
    pub runners_to: [Option<Reached>; 3],
    /// Outs made.
    pub outs_recorded: u8,
    /// Runs that count.
    pub runs_scored: u8,
    /// The bases the hit was worth, 0 for no hit; errors do not add to it.
    pub hit_bases: u8,
    /// The plate appearance ended with this play.
    pub plate_appearance: bool,
    /// The batter was awarded first base because the catcher interfered; no at-bat.
    #[serde(default)]
    pub interference: bool,
    /// The pitcher was at or past his point of weakness as the play started (RULES 7.5).
    #[serde(default)]
    pub in_pow: bool,
    /// A ground ball double play by force.
    pub gidp: bool,
    /// A sacrifice.
    pub sacrifice: Option<Sacrifice>,
    /// The fielder's error, if one was made.
    pub error: Option<FieldingError>,
    /// Where everyone would have been without the error, batter first; decides RBI and earned runs.
    pub clean: Option<CleanPlay>,
    /// The compound name of what happened, as `single_2_plus_error_1`.
    pub hit_type: String,
    /// One sentence for people.
    pub description: String,
    /// How the dice led here, step by step.
    pub resolution: Resolution,
}

/// An error in the field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldingError {
    /// Who made it.
    pub position: Position,
    /// How many bases it gave.
    pub bases: u8,
}

/// The same play with clean fielding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CleanPlay {
    /// Where the batter would have ended up.
    pub batter_to: Option<Reached>,
    /// Where each runner would have ended up.
    pub runners_to: [Option<Reached>; 3],
    /// Outs that would have been made.
    pub outs: u8,
}

/// The last play, in short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlaySummary {
    /// Its number.
    pub play_number: PlayNumber,
    /// What the dice said.
    pub outcome: PlayOutcome,
    /// The compound name of what happened.
    pub hit_type: String,
    /// Runs that counted.
    pub runs_scored: u8,
    /// Outs made.
    pub outs_recorded: u8,
    /// One sentence for people.
    pub description: String,
}
