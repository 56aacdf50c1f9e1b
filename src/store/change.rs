//! What the host asks the store to make durable.

use super::entry::Entry;
use super::snapshot::Snapshot;
use super::stored::{DiceSeed, SeatHolder};
use crate::id::{CardId, CardsetId, Epoch, GameId, HostId, LineupId, PlayNumber, TeamId, UserId};
use crate::rules::card::PlayerCard;
use crate::rules::dice::Roll;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::moment::Moment;
use crate::rules::record::PlayRecord;
use crate::rules::scoring::RunCredit;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{Half, Side, Status};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::sync::Arc;

/// One change to one game. A commit takes changes of many games; each has its effect wholly or not at all.
#[derive(Clone, Debug)]
pub enum Change {
    /// A game begins to exist, with its first entry.
    CreateGame(Box<NewGame>),
    /// A journal entry with everything that follows from it.
    Append(Arc<Append>),
    /// A user takes a seat. Repeating one's own claim is no change and succeeds.
    ClaimSeat(ClaimSeat),
    /// The operator says whose a seat is from now on, whoever had it before.
    SetSeat(SetSeat),
    /// Who is connected; not durable in any strict sense, kept for whoever looks at the tables.
    Presence(Presence),
    /// A game that kept failing is set aside until the operator releases it.
    Quarantine(Quarantine),
    /// The operator releases a quarantined game. Releasing one that is not quarantined succeeds.
    Release(GameId),
    /// Its owner has no more use for the game: whichever host is asked next may take it.
    GiveUp(GiveUp),
}

impl Change {
    /// The game it is about.
    #[must_use]
    pub fn game_id(&self) -> GameId {
        match self {
            Self::CreateGame(new) => new.setup.game_id,
            Self::Append(append) => append.game_id,
            Self::ClaimSeat(claim) => claim.game_id,
            Self::SetSeat(set) => set.game_id,
            Self::Presence(presence) => presence.game_id,
            Self::Quarantine(quarantine) => quarantine.game_id,
            Self::Release(game_id) => *game_id,
            Self::GiveUp(give_up) => give_up.game_id,
        }
    }
}

/// A game to be created. Its first entry is number 1 of epoch 1.
#[derive(Clone, Debug)]
pub struct NewGame {
    /// What was agreed.
    pub setup: GameSetup,
    /// The secret behind its dice.
    pub seed: DiceSeed,
    /// The cards of everyone on both rosters, pinned for this game.
    pub cards: Vec<Arc<PlayerCard>>,
    /// PD: the cardsets it is played with, the primary one first. None in SBA games.
    pub cardsets: Vec<CardsetId>,
    /// Seats held from the start.
    pub seats: Vec<(Side, SeatHolder)>,
    /// The host that goes on with it at once; none where it waits for whichever host is asked first.
    pub owner: Option<HostId>,
    /// Entry 1.
    pub entry: Entry,
    /// What follows from entry 1.
    pub rows: Rows,
    /// The state after entry 1, if it is to be kept.
    pub snapshot: Option<Snapshot>,
}

/// One journal entry and what follows from it. `entry.epoch` is compared with the game's in the transaction.
#[derive(Clone, Debug)]
pub struct Append {
    /// The game.
    pub game_id: GameId,
    /// The hash of the entry before, which the new one is chained to.
    pub previous: super::entry::EntryHash,
    /// The entry.
    pub entry: Entry,
    /// What changes in the read models.
    pub rows: Rows,
    /// The card that the entry pins: of a player who comes to a roster.
    pub card: Option<Arc<PlayerCard>>,
    /// The state after the entry, if it is to be kept.
    pub snapshot: Option<Snapshot>,
}

/// What an entry changes in the read models. What did not change is absent and not written again.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rows {
    /// Columns of the game's row, when any of them changed.
    pub game: Option<GameColumns>,
    /// A rollback, done before anything else here.
    pub rollback: Option<RollbackRows>,
    /// Who is eligible, where that changes.
    pub roster: Option<RosterChange>,
    /// Line-up entries that are gone: a side named other starters before the game.
    pub lineups_removed: Vec<LineupId>,
    /// Line-up entries that are new or changed, with their team.
    pub lineups: Vec<(TeamId, LineupPlayerState)>,
    /// New plays.
    pub plays: Vec<PlayRecord>,
    /// The play that may not be edited any more, because a later one is complete.
    pub locked: Option<PlayNumber>,
    /// What is added to earlier plays: the runs of batters who reached base with them.
    pub credits: Vec<RunCredit>,
    /// New rolls.
    pub rolls: Vec<RollRow>,
    /// The state with which the game ended, where it ends: the scorer adds it up.
    pub ended: Option<Arc<GameState>>,
    /// What became of the clock, where it changed.
    pub clock: Option<ClockChange>,
}

/// What an entry does to the rosters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RosterChange {
    /// The team.
    pub team_id: TeamId,
    /// The card or player.
    pub card_id: CardId,
    /// What becomes of his link.
    pub link: LinkChange,
}

/// What becomes of a roster link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkChange {
    /// It is made, with this number, and pins the card that comes with the entry.
    Made(i32),
    /// It counts again, for this team.
    Restored,
    /// It counts no more.
    Dropped,
}

/// What an entry does to a game's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockChange {
    /// It runs, up to this moment.
    Due(Moment),
    /// None runs any more.
    Stopped,
}

/// The changing columns of `games`. `started_at` and `completed_at` follow from the status and the entry's
/// time, and once set they stay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GameColumns {
    /// Where the game stands in its life.
    pub status: Status,
    /// The inning.
    pub current_inning: u8,
    /// The half.
    pub current_half: Half,
    /// Runs of the home team.
    pub home_score: u16,
    /// Runs of the visitors.
    pub away_score: u16,
    /// The winner, once there is one.
    pub winner_team_id: Option<TeamId>,
    /// The document that says what has no column, where it changes: once, when the game is over.
    pub game_metadata: Option<Value>,
}

/// Plays and rolls after a play go (the journal keeps them).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RollbackRows {
    /// The last play that stays; it may be edited again.
    pub to_play: PlayNumber,
    /// Plays that stay and whose runs are no longer what they were, with the values they have again.
    pub runs: Vec<RunCredit>,
}

/// A roll with what it was thrown for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RollRow {
    /// The dice.
    pub roll: Roll,
    /// The team that rolled.
    pub team_id: TeamId,
    /// The play it was thrown for.
    pub play_number: PlayNumber,
    /// The situation: pitcher, inning, outs …
    pub context: Value,
}

/// A user takes a seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimSeat {
    /// The game.
    pub game_id: GameId,
    /// The epoch of the host that gives the seat away; a stale one is refused.
    pub epoch: Epoch,
    /// Which seat.
    pub side: Side,
    /// Who.
    pub holder: SeatHolder,
}

/// The operator says whose a seat is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetSeat {
    /// The game.
    pub game_id: GameId,
    /// The epoch of the game's owner; a stale one is refused.
    pub epoch: Epoch,
    /// Which seat.
    pub side: Side,
    /// Who has it; nobody where it is free.
    pub holder: Option<SeatHolder>,
}

/// Who is connected to a game.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Presence {
    /// The game.
    pub game_id: GameId,
    /// The epoch of the host they are connected to; a stale one is refused.
    pub epoch: Epoch,
    /// Everyone, each once.
    pub connected_users: Vec<UserId>,
}

/// A game is set aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quarantine {
    /// The game.
    pub game_id: GameId,
    /// The epoch of the host that gives up; a stale one is refused.
    pub epoch: Epoch,
    /// Why, for the operator.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A game is given up by its owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GiveUp {
    /// The game.
    pub game_id: GameId,
    /// The epoch of the owner; a stale one is refused.
    pub epoch: Epoch,
}
