//! The rows of one round of a commit, gathered by table so that each table is written with few statements.

use super::cards::{CardCache, card_row};
use super::change::{Append, Change, ClockChange, GameColumns, LinkChange, NewGame, RosterChange, Rows};
use super::entry::Entry;
use super::error::ChangeError;
use super::export::CardHash;
use super::import::{FinishedGame, Imported};
use super::projection;
use super::rows::play::PlayRow;
use super::rows::roster::{CardRow, CardsetRow, RosterRow};
use super::rows::{
    DeadlineRow, GameDbRow, JournalRow, LineupDbRow, NewRollRow, SeatRow, SecretRow, SessionRow,
};
use super::snapshot::Snapshot;
use super::types::{DbTime, DbUuid, JsonText, SqlJson, SqlTime, SqlUuid};
use crate::id::{GameId, LineupId, PlayNumber, Seq};
use crate::rules::card::PlayerCard;
use crate::rules::scoring::RunCredit;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{LeagueId, Side};
use diesel::dsl::AsExprOf;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A game, as a parameter.
pub type GameKey = AsExprOf<DbUuid, SqlUuid>;
/// Something numbered within a game: a line-up entry, a play.
pub type NumberKey = (GameKey, AsExprOf<i32, Integer>);
/// New values for the changing columns of a game, and the time of the entry they come from.
pub type GameUpdate = (
    GameKey,
    AsExprOf<&'static str, Text>,
    AsExprOf<i16, SmallInt>,
    AsExprOf<&'static str, Text>,
    AsExprOf<i32, Integer>,
    AsExprOf<i32, Integer>,
    AsExprOf<DbTime, SqlTime>,
    AsExprOf<Option<i32>, Nullable<Integer>>,
    AsExprOf<Option<JsonText>, Nullable<SqlJson>>,
);
/// Runs of a play: the play, `run` and `e_run`.
pub type RunsUpdate = (GameKey, AsExprOf<i32, Integer>, AsExprOf<i16, SmallInt>, AsExprOf<i16, SmallInt>);
/// A roster link: the card or player, the team, whether it counts.
pub type LinkUpdate = (GameKey, AsExprOf<i32, Integer>, AsExprOf<i32, Integer>, AsExprOf<bool, Bool>);
/// The time of a game's last entry.
pub type Touch = (GameKey, AsExprOf<DbTime, SqlTime>);
/// A digest.
pub type BytesKey = AsExprOf<Vec<u8>, Binary>;
/// The same with a snapshot.
pub type SnapshotUpdate = (
    GameKey,
    AsExprOf<DbTime, SqlTime>,
    AsExprOf<JsonText, SqlJson>,
    AsExprOf<i64, BigInt>,
    BytesKey,
    BytesKey,
);
/// Who is connected.
pub type PresenceUpdate = (GameKey, AsExprOf<JsonText, SqlJson>);
/// A game set aside.
pub type QuarantineUpdate = (GameKey, AsExprOf<DbTime, SqlTime>, AsExprOf<String, Text>);

/// A game id as a parameter.
pub fn game_key(game_id: GameId) -> GameKey {
    DbUuid(game_id.0).into_sql::<SqlUuid>()
}

/// A number within a game as a parameter.
pub fn number_key(game_id: GameId, number: i32) -> NumberKey {
    (game_key(game_id), number.into_sql::<Integer>())
}

/// Everything one round writes. Each game has at most one change in it.
#[derive(Default)]
pub struct Batch {
    pub games: Vec<GameDbRow>,
    pub secrets: Vec<SecretRow>,
    pub cards: BTreeMap<CardHash, CardRow>,
    /// The cards of `cards`, to be kept once they are committed.
    pub new_cards: HashMap<CardHash, Arc<PlayerCard>>,
    pub rosters: Vec<RosterRow>,
    /// Links that are there: the player, his team, and whether he is eligible.
    pub links: Vec<LinkUpdate>,
    pub cardsets: Vec<CardsetRow>,
    /// Seats whose holders go.
    pub seats_freed: Vec<(GameId, Side)>,
    pub seats: Vec<SeatRow>,
    pub sessions: Vec<SessionRow>,
    pub journal: Vec<JournalRow>,
    /// Games that go back, and the last play that stays.
    pub rollbacks: Vec<(GameId, PlayNumber)>,
    /// Runs as they were before what is taken back.
    pub runs: Vec<RunsUpdate>,
    pub lineups_removed: Vec<(GameId, LineupId)>,
    pub lineups: Vec<LineupDbRow>,
    pub plays: Vec<PlayRow>,
    pub rolls: Vec<NewRollRow>,
    pub locked: Vec<NumberKey>,
    pub unlocked: Vec<NumberKey>,
    /// Runs to be added, each play once.
    pub credits: Vec<RunsUpdate>,
    pub game_updates: Vec<GameUpdate>,
    /// Games that end, with their last state.
    pub ended: Vec<Arc<GameState>>,
    pub deadlines: Vec<DeadlineRow>,
    pub clocks_stopped: Vec<GameKey>,
    pub touched: Vec<Touch>,
    pub snapshots: Vec<SnapshotUpdate>,
    pub presences: Vec<PresenceUpdate>,
    pub quarantines: Vec<QuarantineUpdate>,
    pub releases: Vec<GameKey>,
    pub given_up: Vec<GameKey>,
}

impl Batch {
    /// Adds what `change` writes; a change that is refused adds nothing.
    pub fn add(&mut self, change: &Change, league: LeagueId, cache: &CardCache) -> Result<(), ChangeError> {
        match change {
            Change::CreateGame(new) => self.create(new, cache),
            Change::Append(append) => self.append(append, league, cache),
            Change::ClaimSeat(claim) => {
                refuse_nul("user_name", &claim.holder.user_name)?;
                self.seats.push(SeatRow::of(claim.game_id, claim.side, &claim.holder));
                Ok(())
            }
            Change::SetSeat(set) => {
                if let Some(holder) = &set.holder {
                    refuse_nul("user_name", &holder.user_name)?;
                }
                self.seats_freed.push((set.game_id, set.side));
                self.seats.extend(set.holder.iter().map(|holder| SeatRow::of(set.game_id, set.side, holder)));
                Ok(())
            }
            Change::Presence(presence) => {
                let users = serde_json::json!(presence.connected_users);
                let update = (game_key(presence.game_id), JsonText::of(&users).into_sql::<SqlJson>());
                self.presences.push(update);
                Ok(())
            }
            Change::Quarantine(quarantine) => {
                self.quarantines.push((
                    game_key(quarantine.game_id),
                    DbTime(quarantine.at).into_sql::<SqlTime>(),
                    quarantine.reason.replace('\0', "").into_sql::<Text>(),
                ));
                Ok(())
            }
            Change::Release(game_id) => {
                self.releases.push(game_key(*game_id));
                Ok(())
            }
            Change::GiveUp(give_up) => {
                self.given_up.push(game_key(give_up.game_id));
                Ok(())
            }
        }
    }

    fn create(&mut self, new: &NewGame, cache: &CardCache) -> Result<(), ChangeError> {
        let game_id = new.setup.game_id;
        let journal = journal_row(game_id, &new.entry)?;
        for (_, holder) in &new.seats {
            refuse_nul("user_name", &holder.user_name)?;
        }
        let rosters = self.roster(new, cache)?;
        self.rows(game_id, new.setup.league_id, &new.entry, &new.rows)?;
        self.games.push(GameDbRow::of(new));
        self.secrets.push(SecretRow { game_id: DbUuid(game_id.0), dice_seed: new.seed.0.to_vec() });
        self.rosters.extend(rosters);
        self.cardsets.extend(new.cardsets.iter().zip(1..).map(|(cardset, priority)| CardsetRow {
            game_id: DbUuid(game_id.0),
            cardset_id: cardset.0,
            priority,
        }));
        self.seats.extend(new.seats.iter().map(|(side, holder)| SeatRow::of(game_id, *side, holder)));
        self.sessions.push(SessionRow::of(new));
        self.journal.push(journal);
        Ok(())
    }

    /// Adds a game that was played elsewhere, as its last entry left it.
    pub fn import(&mut self, imported: &Imported, cache: &CardCache) -> Result<(), ChangeError> {
        let Imported { game, whole } = imported;
        let state = &whole.state;
        let (game_id, league) = (state.setup.game_id, state.setup.league_id);
        let (Some(first), Some(last)) = (game.entries.first(), game.entries.last()) else { return Ok(()) };
        let at = |seq: Seq| game.entries.iter().find(|entry| entry.seq == seq).map(|entry| entry.recorded_at);
        self.create(
            &NewGame {
                setup: GameSetup::clone(&whole.agreed),
                seed: game.seed.clone(),
                cards: game.cards.clone(),
                cardsets: game.cardsets.clone(),
                seats: Vec::new(),
                owner: None,
                entry: first.clone(),
                rows: projection::created(state),
                snapshot: None,
            },
            cache,
        )?;
        for change in &whole.roster {
            self.change_link(change, game, (game_id, league), cache)?;
        }
        for entry in &game.entries[1..] {
            self.journal.push(journal_row(game_id, entry)?);
        }
        for play in &whole.plays {
            self.plays.push(PlayRow::of(game_id, play)?);
        }
        for (seq, roll) in &whole.rolls {
            let thrown_at = at(*seq).unwrap_or(last.recorded_at);
            self.rolls.push(NewRollRow::of(game_id, league, thrown_at, roll));
        }
        for row in &mut self.games {
            row.epoch = last.epoch.0;
            row.started_at = whole.started.and_then(at).map(DbTime);
            row.completed_at = whole.completed.and_then(at).map(DbTime);
            row.put(&GameColumns::of(state));
        }
        for session in &mut self.sessions {
            session.put(last, &Snapshot::of(state, last.hash));
        }
        self.ended.push(Arc::new(state.clone()));
        Ok(())
    }

    /// A link of the game that is imported, as the journal's entries left it.
    fn change_link(
        &mut self,
        change: &RosterChange,
        game: &FinishedGame,
        (game_id, league): (GameId, LeagueId),
        cache: &CardCache,
    ) -> Result<(), ChangeError> {
        let RosterChange { team_id, card_id, link } = *change;
        if let LinkChange::Made(id) = link {
            let card = game.cards.iter().find(|card| card.card_id == card_id);
            let card = card.ok_or_else(|| ChangeError::Refused(format!("card {card_id} is missing")))?;
            let hash = self.pin(card, cache)?;
            self.rosters.push(RosterRow::of(game_id, league, id, team_id, card_id, &hash));
        }
        let is_his = |row: &&mut RosterRow| row.card_id.or(row.player_id) == Some(card_id.0);
        if let Some(row) = self.rosters.iter_mut().find(is_his) {
            (row.team_id, row.is_active) = (team_id.0, link != LinkChange::Dropped);
        }
        Ok(())
    }

    /// The roster links of a new game, with the cards they pin.
    fn roster(&mut self, new: &NewGame, cache: &CardCache) -> Result<Vec<RosterRow>, ChangeError> {
        let mut hashes = HashMap::new();
        for card in &new.cards {
            hashes.insert(card.card_id, self.pin(card, cache)?);
        }
        let eligible =
            new.setup.teams.iter().flat_map(|(_, team)| team.roster.iter().map(move |card| (team, *card)));
        eligible
            .zip(1..)
            .map(|((team, card), id)| {
                let hash = hashes.get(&card).ok_or_else(|| {
                    ChangeError::Refused(format!(
                        "the roster names {card}, and no such card came with the game"
                    ))
                })?;
                Ok(RosterRow::of(new.setup.game_id, new.setup.league_id, id, team.team_id, card, hash))
            })
            .collect()
    }

    /// Keeps a card, if it is not kept already; gives its address.
    fn pin(&mut self, card: &Arc<PlayerCard>, cache: &CardCache) -> Result<CardHash, ChangeError> {
        let (hash, row) = card_row(card);
        refuse_nul_json("card", &row.card.0)?;
        if cache.get(&hash).is_none() {
            self.cards.insert(hash, row);
            self.new_cards.insert(hash, Arc::clone(card));
        }
        Ok(hash)
    }

    fn roster_change(
        &mut self,
        append: &Append,
        change: &RosterChange,
        league: LeagueId,
        cache: &CardCache,
    ) -> Result<(), ChangeError> {
        let RosterChange { team_id, card_id, link } = *change;
        let LinkChange::Made(id) = link else {
            let counts = link == LinkChange::Restored;
            self.links.push((
                game_key(append.game_id),
                card_id.0.into_sql::<Integer>(),
                team_id.0.into_sql::<Integer>(),
                counts.into_sql::<Bool>(),
            ));
            return Ok(());
        };
        let came = append.card.as_ref().filter(|card| card.card_id == card_id);
        let card =
            came.ok_or_else(|| ChangeError::Refused(format!("no card {card_id} came with the entry")))?;
        let hash = self.pin(card, cache)?;
        self.rosters.push(RosterRow::of(append.game_id, league, id, team_id, card_id, &hash));
        Ok(())
    }

    fn append(&mut self, append: &Append, league: LeagueId, cache: &CardCache) -> Result<(), ChangeError> {
        let journal = journal_row(append.game_id, &append.entry)?;
        if let Some(change) = &append.rows.roster {
            self.roster_change(append, change, league, cache)?;
        }
        self.rows(append.game_id, league, &append.entry, &append.rows)?;
        self.journal.push(journal);
        self.session(append.game_id, &append.entry, append.snapshot.as_ref());
        Ok(())
    }

    fn session(&mut self, game_id: GameId, entry: &Entry, snapshot: Option<&Snapshot>) {
        let (game, at) = (game_key(game_id), DbTime(entry.recorded_at).into_sql::<SqlTime>());
        match snapshot {
            None => self.touched.push((game, at)),
            Some(snapshot) => {
                let state = JsonText(snapshot.json.clone()).into_sql::<SqlJson>();
                let [hash, seal] =
                    [snapshot.hash.0, snapshot.seal].map(|digest| digest.to_vec().into_sql::<Binary>());
                self.snapshots.push((game, at, state, entry.seq.0.into_sql::<BigInt>(), hash, seal));
            }
        }
    }

    fn rows(
        &mut self,
        game_id: GameId,
        league: LeagueId,
        entry: &Entry,
        rows: &Rows,
    ) -> Result<(), ChangeError> {
        // What may fail comes first: a refused change adds nothing.
        let plays: Vec<_> =
            rows.plays.iter().map(|play| PlayRow::of(game_id, play)).collect::<Result<_, _>>()?;
        self.plays.extend(plays);
        if let Some(rollback) = &rows.rollback {
            self.rollbacks.push((game_id, rollback.to_play));
            self.unlocked.push(number_key(game_id, rollback.to_play.0));
            self.runs.extend(rollback.runs.iter().map(|runs| runs_update(game_id, runs)));
        }
        // A substitute goes before the one he replaced.
        let mut removed = rows.lineups_removed.clone();
        removed.sort_unstable_by(|one, other| other.cmp(one));
        self.lineups_removed.extend(removed.into_iter().map(|id| (game_id, id)));
        let mut lineups: Vec<_> = rows
            .lineups
            .iter()
            .map(|(team, player)| LineupDbRow::of(game_id, league, *team, player))
            .collect();
        // An entry comes after the one it replaces.
        lineups.sort_by_key(|row| row.lineup_id);
        self.lineups.extend(lineups);
        self.rolls
            .extend(rows.rolls.iter().map(|roll| NewRollRow::of(game_id, league, entry.recorded_at, roll)));
        self.locked.extend(rows.locked.map(|play| number_key(game_id, play.0)));
        self.credits.extend(by_play(&rows.credits).iter().map(|credit| runs_update(game_id, credit)));
        match rows.clock {
            Some(ClockChange::Due(due)) => self.deadlines.push(DeadlineRow::of(game_id, entry, due)),
            Some(ClockChange::Stopped) => self.clocks_stopped.push(game_key(game_id)),
            None => {}
        }
        self.ended.extend(rows.ended.clone());
        self.game_updates.extend(rows.game.as_ref().map(|columns| game_update(game_id, entry, columns)));
        Ok(())
    }
}

/// One credit for each play: a statement changes a row once, however often it is named.
fn by_play(credits: &[RunCredit]) -> Vec<RunCredit> {
    let mut sums: BTreeMap<PlayNumber, RunCredit> = BTreeMap::new();
    for credit in credits {
        let none = RunCredit { run: 0, e_run: 0, ..*credit };
        let sum = sums.entry(credit.play_number).or_insert(none);
        sum.run += credit.run;
        sum.e_run += credit.e_run;
    }
    sums.into_values().collect()
}

fn runs_update(game_id: GameId, runs: &RunCredit) -> RunsUpdate {
    (
        game_key(game_id),
        runs.play_number.0.into_sql::<Integer>(),
        i16::from(runs.run).into_sql::<SmallInt>(),
        i16::from(runs.e_run).into_sql::<SmallInt>(),
    )
}

fn game_update(game_id: GameId, entry: &Entry, columns: &GameColumns) -> GameUpdate {
    let metadata = columns.game_metadata.as_ref().map(JsonText::of);
    (
        game_key(game_id),
        columns.status.as_str().into_sql::<Text>(),
        i16::from(columns.current_inning).into_sql::<SmallInt>(),
        columns.current_half.as_str().into_sql::<Text>(),
        i32::from(columns.home_score).into_sql::<Integer>(),
        i32::from(columns.away_score).into_sql::<Integer>(),
        DbTime(entry.recorded_at).into_sql::<SqlTime>(),
        columns.winner_team_id.map(|team| team.0).into_sql::<Nullable<Integer>>(),
        metadata.into_sql::<Nullable<SqlJson>>(),
    )
}

fn journal_row(game_id: GameId, entry: &Entry) -> Result<JournalRow, ChangeError> {
    refuse_nul_json("command", &entry.command_json)?;
    refuse_nul_json("events", &entry.events_json)?;
    Ok(JournalRow::of(game_id, entry))
}

/// PostgreSQL stores every character but NUL; refused on both databases alike, before it can spoil a batch.
fn refuse_nul(field: &str, text: &str) -> Result<(), ChangeError> {
    if text.contains('\0') {
        return Err(ChangeError::Refused(format!("`{field}` holds a NUL character")));
    }
    Ok(())
}

/// The same for JSON, where NUL is an escape: `\u0000` behind an even number of backslashes.
fn refuse_nul_json(field: &str, json: &str) -> Result<(), ChangeError> {
    for (at, _) in json.match_indices("\\u0000") {
        let before = json[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if before % 2 == 0 {
            return Err(ChangeError::Refused(format!("`{field}` holds a NUL character")));
        }
    }
    Ok(())
}

/// Cuts a commit into rounds in which each game has at most one change, in the order of the changes.
pub fn rounds(changes: &[&Change]) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut seen: HashMap<GameId, usize> = HashMap::new();
    for (index, change) in changes.iter().enumerate() {
        let round = seen.entry(change.game_id()).or_default();
        if *round == rounds.len() {
            rounds.push(Vec::new());
        }
        rounds[*round].push(index);
        *round += 1;
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_one_game_come_in_rounds_and_in_order() {
        let (a, b) = (GameId::generate(), GameId::generate());
        let changes = [Change::Release(a), Change::Release(b), Change::Release(a), Change::Release(a)];
        assert_eq!(rounds(&changes.iter().collect::<Vec<_>>()), [vec![0, 1], vec![2], vec![3]]);
        assert!(rounds(&[]).is_empty());
    }

    #[test]
    fn nul_is_found_and_a_backslash_before_u0000_is_not() {
        assert!(refuse_nul_json("x", r#"{"a":"b\u0000"}"#).is_err());
        assert!(refuse_nul_json("x", r#"{"a":"b\\\u0000"}"#).is_err());
        assert!(refuse_nul_json("x", r#"{"a":"b\\u0000"}"#).is_ok());
        assert!(refuse_nul("x", "plain").is_ok());
    }
}
