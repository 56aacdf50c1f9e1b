//! Read models: what the tables hold, for whoever looks at games from outside. Field names are the columns'.

use super::entry::timestamp;
use super::stored::Seats;
use crate::id::{CardId, Epoch, GameId, LineupId, PlayNumber, RollNumber, TeamId, UserId};
use crate::rules::dice::RollType;
use crate::rules::vocabulary::{AiDifficulty, GameMode, Half, LeagueId, Position, Status, Visibility};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// One row of `games`, with the game's seats.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct GameRow {
    /// The game.
    pub id: GameId,
    /// Its league.
    pub league_id: LeagueId,
    /// The home team.
    pub home_team_id: TeamId,
    /// The visitors.
    pub away_team_id: TeamId,
    /// Where it stands in its life.
    pub status: Status,
    /// What it is played for.
    pub game_mode: GameMode,
    /// Who may follow it.
    pub visibility: Visibility,
    /// The inning; 0 before the first pitch.
    pub current_inning: i16,
    /// The half.
    pub current_half: Half,
    /// Runs of the home team.
    pub home_score: i32,
    /// Runs of the visitors.
    pub away_score: i32,
    /// The home team is managed by the host.
    pub home_team_is_ai: bool,
    /// The visitors are managed by the host.
    pub away_team_is_ai: bool,
    /// How well the AI plays.
    pub ai_difficulty: AiDifficulty,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When the first pitch could be thrown.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// Who won.
    pub winner_team_id: Option<TeamId>,
    /// What has no column: team names, settings, the seed's commitment.
    #[schemars(with = "Map<String, Value>")]
    pub game_metadata: Value,
    /// The term of ownership.
    pub epoch: Epoch,
    /// When it was set aside, if it is.
    pub quarantined_at: Option<DateTime<Utc>>,
    /// Why it was set aside.
    pub quarantine_reason: Option<String>,
    /// Who holds which seat.
    pub seats: Seats,
}

/// Who looks: private games are invisible to all but their managers and the operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Viewer {
    /// Anybody: public games only.
    Public,
    /// A user: public games and those he manages.
    User(UserId),
    /// The operator: all games.
    Operator,
}

/// Which games to list. Filters that are none let everything pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GameFilter {
    /// Who looks.
    pub viewer: Viewer,
    /// Games in this status.
    pub status: Option<Status>,
    /// Games of this league.
    pub league_id: Option<LeagueId>,
    /// Games of this team, at home or away.
    pub team_id: Option<TeamId>,
    /// Games in which this user holds a seat.
    pub user_id: Option<UserId>,
}

impl GameFilter {
    /// All games that `viewer` may see.
    #[must_use]
    pub const fn all(viewer: Viewer) -> Self {
        Self { viewer, status: None, league_id: None, team_id: None, user_id: None }
    }
}

/// A part of a list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the list goes on; none at its end.
    pub next: Option<Cursor>,
}

/// A place in a list, newest first. Its text means nothing to clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The time by which the last item shown is sorted.
    pub time: DateTime<Utc>,
    /// The last item shown.
    pub id: Uuid,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.time.timestamp_micros(), self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (time, id) = text.split_once('.')?;
            let time = DateTime::from_timestamp_micros(time.parse().ok()?)?;
            Some(Self { time, id: Uuid::try_parse(id).ok()? })
        };
        parse().ok_or_else(|| "this is not a cursor; pass on `next` of the page before, unchanged".to_owned())
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One row of `lineups`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LineupRow {
    /// The entry's number in the game.
    pub lineup_id: LineupId,
    /// Its team.
    pub team_id: TeamId,
    /// PD: the card.
    pub card_id: Option<CardId>,
    /// SBA: the player.
    pub player_id: Option<CardId>,
    /// Where he plays.
    pub position: Position,
    /// Place in the batting order, 1 to 9; none for a pitcher who does not bat.
    pub batting_order: Option<i16>,
    /// Was in the line-up at the first pitch.
    pub is_starter: bool,
    /// Still in the game.
    pub is_active: bool,
    /// The inning he came in.
    pub entered_inning: i16,
    /// The entry he replaced.
    pub replacing_id: Option<LineupId>,
    /// The last play before he came in.
    pub after_play: Option<i32>,
    /// A pitcher who has tired.
    pub is_fatigued: bool,
    /// What has no column: his rating at the position.
    #[schemars(with = "Map<String, Value>")]
    pub lineup_metadata: Value,
}

/// A PD card on a game's roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PdRosterLink {
    /// The link's number in the game.
    pub id: i32,
    /// The game.
    pub game_id: GameId,
    /// The team that may use it.
    pub team_id: TeamId,
    /// The card.
    pub card_id: CardId,
}

/// An SBA player on a game's roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SbaRosterLink {
    /// The link's number in the game.
    pub id: i32,
    /// The game.
    pub game_id: GameId,
    /// The team that may use him.
    pub team_id: TeamId,
    /// The player.
    pub player_id: CardId,
}

/// One row of `rolls`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RollRecord {
    /// The roll's number in the game.
    pub roll_id: RollNumber,
    /// The game.
    pub game_id: GameId,
    /// What kind of roll.
    pub roll_type: RollType,
    /// The game's league.
    pub league_id: LeagueId,
    /// The team that rolled.
    pub team_id: TeamId,
    /// The player it was about.
    pub player_id: Option<LineupId>,
    /// The play it was thrown for.
    pub play_number: PlayNumber,
    /// The dice.
    #[schemars(with = "Map<String, Value>")]
    pub roll_data: Value,
    /// The situation: pitcher, inning, outs …
    #[schemars(with = "Map<String, Value>")]
    pub context: Value,
    /// When it was thrown.
    #[serde(serialize_with = "as_timestamp")]
    pub timestamp: DateTime<Utc>,
    /// When the row was written.
    #[serde(serialize_with = "as_timestamp")]
    pub created_at: DateTime<Utc>,
}

fn as_timestamp<S: serde::Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&timestamp(*time))
}

/// The state of the connection pool, for metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PoolState {
    /// Open connections.
    pub connections: u32,
    /// Of these, not in use.
    pub idle: u32,
    /// The most there may be.
    pub limit: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor { time: "2026-04-01T18:00:00.123456Z".parse().unwrap(), id: Uuid::now_v7() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn other_text_is_no_cursor() {
        for text in ["", "1", "1.", "x.00000000000000000000000000000000", "99999999999999999999.0"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
