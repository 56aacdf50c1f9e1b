//! Rows of the tables, and the way between them and the values the rest of the program speaks of.
//! Nothing here leaves the store.

pub mod act;
pub mod line;
pub mod play;
pub mod roster;
pub mod shelf;

use super::change::{GameColumns, NewGame, RollRow};
use super::entry::{Entry, EntryHash};
use super::error::StoreError;
use super::projection::game_metadata;
use super::read::{Cursor, GameRow, LineupRow, RollRecord};
use super::schema::{deadlines, game_secrets, game_sessions, games, journal, lineups, rolls, seats};
use super::snapshot::Snapshot;
use super::stored::{SeatHolder, Seats};
use super::types::{DbTime, DbUuid, JsonText, Word};
use crate::id::{CardId, CommandId, Epoch, GameId, LineupId, PlayNumber, RollNumber, Seq, TeamId, UserId};
use crate::rules::command::Issuer;
use crate::rules::dice::RollType;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::moment::Moment;
use crate::rules::vocabulary::{AiDifficulty, GameMode, Half, LeagueId, Position, Side, Status, Visibility};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use roster::card_or_player;
use serde_json::Value;

/// A number that a column is too wide for.
pub(super) fn small<T: TryFrom<N>, N: Copy + std::fmt::Display>(
    number: N,
    what: &str,
) -> Result<T, StoreError> {
    number.try_into().map_err(|_| StoreError::Corrupt {
        what: what.to_owned(),
        cause: format!("{number} is out of range"),
    })
}

/// A document that the host wrote.
pub(super) fn json(text: &JsonText, what: &str) -> Result<Value, StoreError> {
    serde_json::from_str(&text.0).map_err(|error| unreadable(what, &error))
}

fn unreadable(what: &str, error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt { what: what.to_owned(), cause: error.to_string() }
}

/// 32 bytes, as the database checks.
pub(super) fn bytes32(bytes: &[u8], what: &str) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt {
        what: what.to_owned(),
        cause: format!("it has {} bytes, not 32", bytes.len()),
    })
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = games, treat_none_as_default_value = false)]
pub struct GameDbRow {
    pub id: DbUuid,
    pub league_id: Word<LeagueId>,
    pub home_team_id: i32,
    pub away_team_id: i32,
    pub status: Word<Status>,
    pub game_mode: Word<GameMode>,
    pub visibility: Word<Visibility>,
    pub current_inning: i16,
    pub current_half: Word<Half>,
    pub home_score: i32,
    pub away_score: i32,
    pub home_team_is_ai: bool,
    pub away_team_is_ai: bool,
    pub ai_difficulty: Word<AiDifficulty>,
    pub created_at: DbTime,
    pub started_at: Option<DbTime>,
    pub completed_at: Option<DbTime>,
    pub winner_team_id: Option<i32>,
    pub game_metadata: JsonText,
    pub epoch: i64,
    pub owner: Option<DbUuid>,
    pub quarantined_at: Option<DbTime>,
    pub quarantine_reason: Option<String>,
}

impl GameDbRow {
    /// Its place in the list of games.
    pub fn cursor(&self) -> Cursor {
        Cursor { time: self.created_at.0, id: self.id.0 }
    }

    /// The row of a game that begins to exist.
    pub fn of(new: &NewGame) -> Self {
        let setup = &new.setup;
        Self {
            id: DbUuid(setup.game_id.0),
            league_id: Word(setup.league_id),
            home_team_id: setup.teams.home.team_id.0,
            away_team_id: setup.teams.away.team_id.0,
            status: Word(Status::Pending),
            game_mode: Word(setup.game_mode),
            visibility: Word(setup.visibility),
            current_inning: 0,
            current_half: Word(Half::Top),
            home_score: 0,
            away_score: 0,
            home_team_is_ai: setup.teams.home.is_ai,
            away_team_is_ai: setup.teams.away.is_ai,
            ai_difficulty: Word(setup.ai_difficulty),
            created_at: DbTime(new.entry.recorded_at),
            started_at: None,
            completed_at: None,
            winner_team_id: None,
            game_metadata: JsonText::of(&game_metadata(setup, None)),
            epoch: new.entry.epoch.0,
            owner: new.owner.map(|host| DbUuid(host.0)),
            quarantined_at: None,
            quarantine_reason: None,
        }
    }

    /// What changes as a game goes on.
    pub fn put(&mut self, columns: &GameColumns) {
        self.status = Word(columns.status);
        self.current_inning = columns.current_inning.into();
        self.current_half = Word(columns.current_half);
        self.home_score = columns.home_score.into();
        self.away_score = columns.away_score.into();
        self.winner_team_id = columns.winner_team_id.map(|team| team.0);
        if let Some(metadata) = &columns.game_metadata {
            self.game_metadata = JsonText::of(metadata);
        }
    }
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = game_secrets)]
pub struct SecretRow {
    pub game_id: DbUuid,
    pub dice_seed: Vec<u8>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = journal)]
pub struct JournalRow {
    pub game_id: DbUuid,
    pub seq: i64,
    pub epoch: i64,
    pub command_id: DbUuid,
    pub issuer: Word<Issuer>,
    pub command: JsonText,
    pub events: JsonText,
    pub recorded_at: DbTime,
    pub hash: Vec<u8>,
}

impl JournalRow {
    pub fn of(game_id: GameId, entry: &Entry) -> Self {
        Self {
            game_id: DbUuid(game_id.0),
            seq: entry.seq.0,
            epoch: entry.epoch.0,
            command_id: DbUuid(entry.command_id.0),
            issuer: Word(entry.issuer),
            command: JsonText(entry.command_json.clone()),
            events: JsonText(entry.events_json.clone()),
            recorded_at: DbTime(entry.recorded_at),
            hash: entry.hash.0.to_vec(),
        }
    }
}

impl TryFrom<JournalRow> for Entry {
    type Error = StoreError;

    fn try_from(row: JournalRow) -> Result<Self, StoreError> {
        let what = format!("entry {}", row.seq);
        // PostgreSQL keeps a document's meaning, not its text: make it canonical again.
        let canonical = |text: &JsonText| {
            super::canonical::canonical_text(&text.0).map_err(|error| unreadable(&what, &error))
        };
        Ok(Self {
            seq: Seq(row.seq),
            epoch: Epoch(row.epoch),
            command_id: CommandId(row.command_id.0),
            issuer: row.issuer.0,
            command_json: canonical(&row.command)?,
            events_json: canonical(&row.events)?,
            recorded_at: row.recorded_at.0,
            hash: EntryHash(bytes32(&row.hash, &what)?),
        })
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = seats)]
pub struct SeatRow {
    pub game_id: DbUuid,
    pub side: Word<Side>,
    pub user_id: DbUuid,
    pub user_name: String,
    pub claimed_at: DbTime,
}

impl SeatRow {
    pub fn of(game_id: GameId, side: Side, holder: &SeatHolder) -> Self {
        Self {
            game_id: DbUuid(game_id.0),
            side: Word(side),
            user_id: DbUuid(holder.user_id.0),
            user_name: holder.user_name.clone(),
            claimed_at: DbTime(holder.claimed_at),
        }
    }
}

impl From<SeatRow> for SeatHolder {
    fn from(row: SeatRow) -> Self {
        Self { user_id: UserId(row.user_id.0), user_name: row.user_name, claimed_at: row.claimed_at.0 }
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = game_sessions, treat_none_as_default_value = false)]
pub struct SessionRow {
    pub game_id: DbUuid,
    pub connected_users: JsonText,
    pub last_action_at: DbTime,
    pub state_snapshot: Option<JsonText>,
    pub snapshot_seq: Option<i64>,
    pub snapshot_hash: Option<Vec<u8>>,
    pub snapshot_seal: Option<Vec<u8>>,
}

impl SessionRow {
    pub fn of(new: &NewGame) -> Self {
        let snapshot = new.snapshot.as_ref();
        Self {
            game_id: DbUuid(new.setup.game_id.0),
            connected_users: JsonText("[]".into()),
            last_action_at: DbTime(new.entry.recorded_at),
            state_snapshot: snapshot.map(|snapshot| JsonText(snapshot.json.clone())),
            snapshot_seq: snapshot.map(|_| new.entry.seq.0),
            snapshot_hash: snapshot.map(|snapshot| snapshot.hash.0.to_vec()),
            snapshot_seal: snapshot.map(|snapshot| snapshot.seal.to_vec()),
        }
    }
}

impl SessionRow {
    /// The session as this entry leaves it.
    pub fn put(&mut self, entry: &Entry, snapshot: &Snapshot) {
        self.last_action_at = DbTime(entry.recorded_at);
        self.state_snapshot = Some(JsonText(snapshot.json.clone()));
        self.snapshot_seq = Some(entry.seq.0);
        self.snapshot_hash = Some(snapshot.hash.0.to_vec());
        self.snapshot_seal = Some(snapshot.seal.to_vec());
    }

    /// The snapshot as it is stored; none where there is none.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, String> {
        let Some(json) = &self.state_snapshot else { return Ok(None) };
        let (Some(hash), Some(seal)) = (&self.snapshot_hash, &self.snapshot_seal) else {
            return Err("it has no seal".to_owned());
        };
        let read = |bytes, what| bytes32(bytes, what).map_err(|error| error.to_string());
        let (hash, seal) = (read(hash, "snapshot_hash")?, read(seal, "snapshot_seal")?);
        Ok(Some(Snapshot { json: json.0.clone(), hash: EntryHash(hash), seal }))
    }
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = deadlines)]
pub struct DeadlineRow {
    pub game_id: DbUuid,
    pub due_at: DbTime,
    pub measured_at: DbTime,
    pub unserved_ms: i64,
}

impl DeadlineRow {
    /// A clock that was set with an entry.
    pub fn of(game_id: GameId, entry: &Entry, due: Moment) -> Self {
        Self {
            game_id: DbUuid(game_id.0),
            due_at: DbTime(super::entry::time(due)),
            measured_at: DbTime(entry.recorded_at),
            unserved_ms: 0,
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = lineups, treat_none_as_default_value = false)]
pub struct LineupDbRow {
    pub game_id: DbUuid,
    pub lineup_id: i32,
    pub team_id: i32,
    pub card_id: Option<i32>,
    pub player_id: Option<i32>,
    pub position: Word<Position>,
    pub batting_order: Option<i16>,
    pub is_starter: bool,
    pub is_active: bool,
    pub entered_inning: i16,
    pub replacing_id: Option<i32>,
    pub after_play: Option<i32>,
    pub is_fatigued: bool,
    pub lineup_metadata: JsonText,
}

impl LineupDbRow {
    pub fn of(game_id: GameId, league: LeagueId, team: TeamId, player: &LineupPlayerState) -> Self {
        let (card_id, player_id) = card_or_player(league, player.card_id);
        let mut metadata = serde_json::Map::new();
        if let Some(rating) = player.position_rating {
            metadata.insert("position_rating".to_owned(), serde_json::json!(rating));
        }
        if let Some(injury) = player.injury {
            metadata.insert("injury".to_owned(), serde_json::json!(injury));
        }
        Self {
            game_id: DbUuid(game_id.0),
            lineup_id: player.lineup_id.0,
            team_id: team.0,
            card_id,
            player_id,
            position: Word(player.position),
            batting_order: player.batting_order.map(i16::from),
            is_starter: player.is_starter,
            is_active: player.is_active,
            entered_inning: player.entered_inning.into(),
            replacing_id: player.replacing_id.map(|id| id.0),
            after_play: player.after_play,
            is_fatigued: player.is_fatigued,
            lineup_metadata: JsonText::of(&serde_json::Value::Object(metadata)),
        }
    }
}

impl TryFrom<LineupDbRow> for LineupRow {
    type Error = StoreError;

    fn try_from(row: LineupDbRow) -> Result<Self, StoreError> {
        Ok(Self {
            lineup_id: LineupId(row.lineup_id),
            team_id: TeamId(row.team_id),
            card_id: row.card_id.map(CardId),
            player_id: row.player_id.map(CardId),
            position: row.position.0,
            batting_order: row.batting_order,
            is_starter: row.is_starter,
            is_active: row.is_active,
            entered_inning: row.entered_inning,
            replacing_id: row.replacing_id.map(LineupId),
            after_play: row.after_play,
            is_fatigued: row.is_fatigued,
            lineup_metadata: json(&row.lineup_metadata, "lineups.lineup_metadata")?,
        })
    }
}

/// A row of `rolls` to be written; `created_at` is the database's own clock.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = rolls, treat_none_as_default_value = false)]
pub struct NewRollRow {
    pub game_id: DbUuid,
    pub roll_id: i32,
    pub roll_type: Word<RollType>,
    pub league_id: Word<LeagueId>,
    pub team_id: i32,
    pub player_id: Option<i32>,
    pub play_number: i32,
    pub roll_data: JsonText,
    pub context: JsonText,
    pub timestamp: DbTime,
}

impl NewRollRow {
    pub fn of(game_id: GameId, league: LeagueId, thrown_at: DateTime<Utc>, row: &RollRow) -> Self {
        let roll = &row.roll;
        Self {
            game_id: DbUuid(game_id.0),
            roll_id: roll.roll_id.0,
            roll_type: Word(roll.dice.roll_type()),
            league_id: Word(league),
            team_id: row.team_id.0,
            player_id: roll.player_id.map(|id| id.0),
            play_number: row.play_number.0,
            roll_data: JsonText::of(&roll.data()),
            context: JsonText::of(&row.context),
            timestamp: DbTime(thrown_at),
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = rolls)]
pub struct RollDbRow {
    pub game_id: DbUuid,
    pub roll_id: i32,
    pub roll_type: Word<RollType>,
    pub league_id: Word<LeagueId>,
    pub team_id: i32,
    pub player_id: Option<i32>,
    pub play_number: i32,
    pub roll_data: JsonText,
    pub context: JsonText,
    pub timestamp: DbTime,
    pub created_at: DbTime,
}

impl TryFrom<RollDbRow> for RollRecord {
    type Error = StoreError;

    fn try_from(row: RollDbRow) -> Result<Self, StoreError> {
        Ok(Self {
            roll_id: RollNumber(row.roll_id),
            game_id: GameId(row.game_id.0),
            roll_type: row.roll_type.0,
            league_id: row.league_id.0,
            team_id: TeamId(row.team_id),
            player_id: row.player_id.map(LineupId),
            play_number: PlayNumber(row.play_number),
            roll_data: json(&row.roll_data, "rolls.roll_data")?,
            context: json(&row.context, "rolls.context")?,
            timestamp: row.timestamp.0,
            created_at: row.created_at.0,
        })
    }
}

/// A game as it is shown. One whose description cannot be read is shown without: it must not hide the others.
pub fn game_row(row: GameDbRow, seats: Seats) -> GameRow {
    let game_metadata = json(&row.game_metadata, "games.game_metadata").unwrap_or_else(|error| {
        tracing::warn!(game.id = %row.id.0, %error, "a game is listed without its description");
        Value::Null
    });
    GameRow {
        id: GameId(row.id.0),
        league_id: row.league_id.0,
        home_team_id: TeamId(row.home_team_id),
        away_team_id: TeamId(row.away_team_id),
        status: row.status.0,
        game_mode: row.game_mode.0,
        visibility: row.visibility.0,
        current_inning: row.current_inning,
        current_half: row.current_half.0,
        home_score: row.home_score,
        away_score: row.away_score,
        home_team_is_ai: row.home_team_is_ai,
        away_team_is_ai: row.away_team_is_ai,
        ai_difficulty: row.ai_difficulty.0,
        created_at: row.created_at.0,
        started_at: row.started_at.map(|time| time.0),
        completed_at: row.completed_at.map(|time| time.0),
        winner_team_id: row.winner_team_id.map(TeamId),
        game_metadata,
        epoch: Epoch(row.epoch),
        quarantined_at: row.quarantined_at.map(|time| time.0),
        quarantine_reason: row.quarantine_reason,
        seats,
    }
}
