//! A store on a fresh database, and games to put into it.

use crate::support::postgres::Cluster;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use dugout::id::{
    CardId, CommandId, Epoch, GameId, HostId, LineupId, PlayNumber, RollNumber, Seq, TeamId, UserId,
};
use dugout::rules::card::{PlayerCard, ReadyLines};
use dugout::rules::command::{Command, Issuer};
use dugout::rules::dice::{Roll, RollDice};
use dugout::rules::event::Event;
use dugout::rules::lineup::LineupPlayerState;
use dugout::rules::record::PlayRecord;
use dugout::rules::state::{GameSetup, GameState, TeamSetup};
use dugout::rules::vocabulary::{
    Bats, BySide, DecisionPhase, GameMode, Half, Hand, LeagueId, Position, Side, Status,
};
use dugout::store::change::{Append, Change, ClaimSeat, NewGame, RollRow, Rows};
use dugout::store::entry::{Entry, EntryHash, EntryParts};
use dugout::store::stored::{DiceSeed, SeatHolder};
use dugout::store::{ChangeError, DatabaseUrl, Store, StoreSettings};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_postgres::NoTls;

pub const HOME: TeamId = TeamId(1);
pub const AWAY: TeamId = TeamId(2);

/// A store, and a way past it into its database.
pub struct Fixture {
    pub store: Store,
    pub url: String,
    database: Database,
    _directory: Option<TempDir>,
}

enum Database {
    Sqlite(PathBuf),
    Postgres,
}

/// Few connections, because many tests run at once, and short waits.
pub fn settings() -> StoreSettings {
    StoreSettings {
        pool_size: 1,
        pool_max_overflow: 3,
        acquire_timeout_ms: 20_000,
        statement_timeout_ms: 20_000,
        card_cache_max: 100,
    }
}

impl Fixture {
    pub async fn sqlite() -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("dugout.db");
        let url = format!("sqlite:{}", path.display());
        let store = open(&url).await;
        Self { store, url, database: Database::Sqlite(path), _directory: Some(directory) }
    }

    pub async fn postgres() -> Option<Self> {
        let url = Cluster::shared()?.database().await;
        Some(Self { store: open(&url).await, url, database: Database::Postgres, _directory: None })
    }

    /// Another host's store on the same database.
    pub async fn reopened(&self) -> Store {
        open(&self.url).await
    }

    /// Runs SQL past the store; the database's complaint as an error.
    pub async fn execute(&self, sql: &str) -> Result<(), String> {
        match &self.database {
            Database::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                connection.batch_execute("PRAGMA busy_timeout = 20000; PRAGMA foreign_keys = ON").unwrap();
                connection.batch_execute(sql).map_err(|error| error.to_string())
            }
            Database::Postgres => {
                let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute(sql).await.map_err(|error| {
                    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
                })
            }
        }
    }

    /// Whether this is SQLite, whose words for the same differ.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.database, Database::Sqlite(_))
    }

    /// A game's id in SQL.
    pub fn literal(&self, game_id: GameId) -> String {
        if self.is_sqlite() { format!("x'{}'", game_id.0.simple()) } else { format!("'{}'", game_id.0) }
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            rows: i64,
        }
        let sql = format!("SELECT count(*) AS rows FROM {table}");
        match &self.database {
            Database::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                diesel::sql_query(sql).get_result::<Count>(&mut connection).unwrap().rows
            }
            Database::Postgres => {
                let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
                tokio::spawn(connection);
                client.query_one(&sql, &[]).await.unwrap().get(0)
            }
        }
    }

    /// The texts that a query of SQLite gives, in a column `text`.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let Database::Sqlite(path) = &self.database else { panic!("this is for SQLite") };
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut connection).unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }

    /// The one text that a query of PostgreSQL gives.
    pub async fn text(&self, sql: &str) -> String {
        text(&self.url, sql).await
    }

    /// Creates a game and returns its journal's pen.
    pub async fn create(&self) -> Pen {
        self.create_as(new_game(LeagueId::Pd)).await
    }

    pub async fn create_as(&self, new: NewGame) -> Pen {
        let pen = Pen::behind(&new);
        self.commit_one(Change::CreateGame(Box::new(new))).await.unwrap();
        pen
    }

    pub async fn commit_one(&self, change: Change) -> Result<(), ChangeError> {
        let mut outcomes = self.store.commit([change].into()).await.unwrap();
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }
}

/// The one text that a query of PostgreSQL gives.
pub async fn text(url: &str, sql: &str) -> String {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn open(url: &str) -> Store {
    let url: DatabaseUrl = url.parse().unwrap();
    Store::open(&url, &settings()).await.unwrap()
}

/// Writes the next entries of a game.
#[derive(Clone, Debug)]
pub struct Pen {
    pub game_id: GameId,
    pub epoch: Epoch,
    pub seq: Seq,
    pub hash: EntryHash,
}

impl Pen {
    pub fn behind(new: &NewGame) -> Self {
        Self { game_id: new.setup.game_id, epoch: Epoch(1), seq: new.entry.seq, hash: new.entry.hash }
    }

    /// The next entry, without moving on: a host that has not yet heard of its commit.
    pub fn draft(&self, rows: Rows) -> Append {
        let entry = Entry::seal(
            &self.hash,
            &EntryParts {
                seq: self.seq.next(),
                epoch: self.epoch,
                command_id: CommandId::generate(),
                issuer: Issuer::Manager(Side::Home),
                command: Some(&Command::Start {}),
                events: &[Event::GameStarted {}],
                recorded_at: now(),
            },
        );
        Append { game_id: self.game_id, previous: self.hash, entry, rows, card: None, snapshot: None }
    }

    /// The next entry.
    pub fn append(&mut self, rows: Rows) -> Append {
        let append = self.draft(rows);
        self.seq = append.entry.seq;
        self.hash = append.entry.hash;
        append
    }

    pub fn change(&mut self, rows: Rows) -> Change {
        Change::Append(Arc::new(self.append(rows)))
    }
}

/// A time as both databases keep it.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap()
}

pub fn setup(league_id: LeagueId) -> GameSetup {
    let team = |team_id, name: &str, roster: &[i32]| TeamSetup {
        team_id,
        name: name.into(),
        is_ai: false,
        roster: roster.iter().copied().map(CardId).collect(),
    };
    let teams = BySide { away: team(AWAY, "Houston", &[21, 22]), home: team(HOME, "Washington", &[11, 12]) };
    GameSetup {
        league_id,
        game_mode: GameMode::League,
        rules_version: 1,
        ..GameSetup::plain(GameId::generate(), teams, "c0ffee".into(), "ca4d5".into())
    }
}

pub fn card(card_id: i32) -> Arc<PlayerCard> {
    Arc::new(PlayerCard {
        card_id: CardId(card_id),
        name: format!("Player {card_id} “O’Neill”"),
        team_id: if card_id < 20 { HOME } else { AWAY },
        cardset_id: None,
        positions: vec![Position::Pitcher, Position::Catcher],
        bats: Bats::Switch,
        throws: Hand::Left,
        batting: None,
        pitching: None,
        fielding: Vec::new(),
        injury_rating: None,
        ready: ReadyLines::default(),
    })
}

/// A game with a batter of the visitors (entry 1) and a pitcher of the home team (entry 2).
pub fn new_game(league_id: LeagueId) -> NewGame {
    new_game_of(setup(league_id))
}

pub fn new_game_of(setup: GameSetup) -> NewGame {
    let entry = Entry::seal(
        &EntryHash::GENESIS,
        &EntryParts {
            seq: Seq(1),
            epoch: Epoch(1),
            command_id: CommandId::generate(),
            issuer: Issuer::Host,
            command: None,
            events: &[Event::GameCreated(Box::new(setup.clone()))],
            recorded_at: now(),
        },
    );
    let lineups = vec![
        (AWAY, player(1, 21, Position::CenterField, Some(1))),
        (HOME, player(2, 11, Position::Pitcher, None)),
    ];
    NewGame {
        setup,
        seed: DiceSeed([7; 32]),
        cards: [11, 12, 21, 22].map(card).to_vec(),
        cardsets: Vec::new(),
        seats: Vec::new(),
        owner: Some(HostId::generate()),
        entry,
        rows: Rows { lineups, ..Rows::default() },
        snapshot: None,
    }
}

pub fn player(
    lineup_id: i32,
    card_id: i32,
    position: Position,
    batting_order: Option<u8>,
) -> LineupPlayerState {
    LineupPlayerState::starter(LineupId(lineup_id), CardId(card_id), position, batting_order)
}

/// A complete play by entry 1 against entry 2, with something in every kind of column.
pub fn play(number: i32) -> PlayRecord {
    PlayRecord {
        play_number: PlayNumber(number),
        inning: 1,
        half: Some(Half::Top),
        outs_before: 1,
        batting_order: 1,
        home_score: 300,
        on_base_code: 5,
        batter_id: LineupId(1),
        pitcher_id: LineupId(2),
        on_base_ids: [Some(LineupId(1)), None, Some(LineupId(1))],
        on_base_finals: [Some(2), None, Some(4)],
        batter_final: Some(1),
        defensive_choices: json!({"alignment": "normal", "hold_runners": [1]}),
        offensive_choices: json!({"approach": "power"}),
        dice_roll: Some("3; 4+2; 17; 9".into()),
        hit_type: "single_2".into(),
        result_description: "Núñez singles – “clean”".into(),
        runs_scored: 1,
        check_pos: Some(Position::Shortstop),
        pa: 1,
        ab: 1,
        hit: 1,
        rbi: 1,
        wpa: 0.125,
        re24: -0.3,
        is_tied: true,
        is_new_inning: true,
        complete: true,
        play_metadata: json!({"resolution": {"steps": [1, 2]}}),
        ..PlayRecord::default()
    }
}

pub fn roll(number: i32, play_number: i32) -> RollRow {
    RollRow {
        roll: Roll {
            roll_id: RollNumber(number),
            first_die: 5 * number as u64,
            purpose: "at_bat".into(),
            player_id: Some(LineupId(1)),
            dice: RollDice::D20 { d20: 20 },
        },
        team_id: AWAY,
        play_number: PlayNumber(play_number),
        context: json!({"inning": 1, "outs": 2}),
    }
}

pub fn holder(name: &str) -> SeatHolder {
    SeatHolder { user_id: UserId::generate(), user_name: name.into(), claimed_at: now() }
}

pub fn claim_seat(game_id: GameId, side: Side, holder: SeatHolder) -> Change {
    Change::ClaimSeat(ClaimSeat { game_id, epoch: Epoch(1), side, holder })
}

/// A state as of entry `seq`, in the bottom of the third.
pub fn state(setup: GameSetup, seq: Seq) -> GameState {
    let created =
        GameState::begin(&[Event::GameCreated(Box::new(setup))]).expect("the first event creates a game");
    GameState {
        seq,
        status: Status::Active,
        decision_phase: DecisionPhase::AwaitingRoll,
        inning: 3,
        half: Half::Bottom,
        outs: 1,
        score: BySide { away: 2, home: 4 },
        line_score: BySide { away: vec![0, 2, 0], home: vec![4, 0] },
        play_count: PlayNumber(17),
        dice_position: 85,
        entropy: BySide { away: None, home: Some("00ff".into()) },
        ..created
    }
}
