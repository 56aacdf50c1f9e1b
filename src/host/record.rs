//! What a host needs of the durable record, and no more. [`Store`] is the record that games are played on;
//! behind the same door the tests put one whose failures they choose.

use crate::id::{CommandId, GameId, HostId, Seq};
use crate::store::acts::OperatorAct;
use crate::store::change::Change;
use crate::store::entry::Entry;
use crate::store::hosts::{Beat, HostCard};
use crate::store::read::{GameRow, Viewer};
use crate::store::stored::{Claim, StoredGame};
use crate::store::{ChangeError, Store, StoreError};
use chrono::{DateTime, Utc};
use futures_util::future::{BoxFuture, FutureExt};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What came of a commit: of each change, in order.
pub type Committed = Result<Vec<Result<(), ChangeError>>, StoreError>;
/// A read on its way.
pub type Reading<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// The durable record of all games, as the host uses it. The calls promise what those of [`Store`] with
/// the same names promise.
pub trait Record: fmt::Debug + Send + Sync {
    /// [`Store::commit`].
    fn commit(&self, changes: Arc<[Change]>) -> BoxFuture<'_, Committed>;
    /// [`Store::claim_all`].
    fn claim_all(&self, games: Vec<GameId>, owner: HostId) -> Reading<'_, Vec<Result<Claim, StoreError>>>;
    /// [`Store::load_game_state`].
    fn load_game_state(&self, game_id: GameId) -> Reading<'_, StoredGame>;
    /// [`Store::game`].
    fn game(&self, game_id: GameId, viewer: Viewer) -> Reading<'_, GameRow>;
    /// [`Store::enter`].
    fn enter(&self, card: HostCard) -> Reading<'_, ()>;
    /// [`Store::beat`].
    fn beat(&self, card: HostCard, there_for: Duration) -> Reading<'_, Beat>;
    /// [`Store::unserved`].
    fn unserved(&self, game_id: GameId, asks: HostId) -> Reading<'_, Duration>;
    /// [`Store::due`].
    fn due(
        &self,
        asks: HostId,
        at: DateTime<Utc>,
        living: Vec<HostId>,
        limit: u16,
    ) -> Reading<'_, Vec<GameId>>;
    /// [`Store::leave`].
    fn leave(&self, host_id: HostId) -> Reading<'_, ()>;
    /// [`Store::orphans`].
    fn orphans(&self, living: Vec<HostId>, limit: u16) -> Reading<'_, Vec<GameId>>;
    /// [`Store::strays`].
    fn strays(&self, host_id: HostId, of: Vec<GameId>) -> Reading<'_, Vec<GameId>>;
    /// [`Store::journal`].
    fn journal(&self, game_id: GameId, after: Seq, limit: u16) -> Reading<'_, Vec<Entry>>;
    /// [`Store::seq_of_command`].
    fn seq_of_command(&self, game_id: GameId, command_id: CommandId) -> Reading<'_, Option<Seq>>;
    /// [`Store::record_act`].
    fn record_act(&self, act: OperatorAct) -> Reading<'_, ()>;
    /// [`Store::answer_act`].
    fn answer_act(&self, act: OperatorAct) -> Reading<'_, ()>;
    /// [`Store::ping`].
    fn ping(&self) -> Reading<'_, ()>;
    /// How many questions it takes at once; more of them wait.
    fn connections_max(&self) -> usize;
}

impl Record for Store {
    fn commit(&self, changes: Arc<[Change]>) -> BoxFuture<'_, Committed> {
        Self::commit(self, changes).boxed()
    }

    fn claim_all(&self, games: Vec<GameId>, owner: HostId) -> Reading<'_, Vec<Result<Claim, StoreError>>> {
        Self::claim_all(self, games, owner).boxed()
    }

    fn load_game_state(&self, game_id: GameId) -> Reading<'_, StoredGame> {
        Self::load_game_state(self, game_id).boxed()
    }

    fn game(&self, game_id: GameId, viewer: Viewer) -> Reading<'_, GameRow> {
        Self::game(self, game_id, viewer).boxed()
    }

    fn enter(&self, card: HostCard) -> Reading<'_, ()> {
        Self::enter(self, card).boxed()
    }

    fn beat(&self, card: HostCard, there_for: Duration) -> Reading<'_, Beat> {
        Self::beat(self, card, there_for).boxed()
    }

    fn unserved(&self, game_id: GameId, asks: HostId) -> Reading<'_, Duration> {
        Self::unserved(self, game_id, asks).boxed()
    }

    fn due(
        &self,
        asks: HostId,
        at: DateTime<Utc>,
        living: Vec<HostId>,
        limit: u16,
    ) -> Reading<'_, Vec<GameId>> {
        Self::due(self, asks, at, living, limit).boxed()
    }

    fn leave(&self, host_id: HostId) -> Reading<'_, ()> {
        Self::leave(self, host_id).boxed()
    }

    fn orphans(&self, living: Vec<HostId>, limit: u16) -> Reading<'_, Vec<GameId>> {
        Self::orphans(self, living, limit).boxed()
    }

    fn strays(&self, host_id: HostId, of: Vec<GameId>) -> Reading<'_, Vec<GameId>> {
        Self::strays(self, host_id, of).boxed()
    }

    fn journal(&self, game_id: GameId, after: Seq, limit: u16) -> Reading<'_, Vec<Entry>> {
        Self::journal(self, game_id, after, limit).boxed()
    }

    fn seq_of_command(&self, game_id: GameId, command_id: CommandId) -> Reading<'_, Option<Seq>> {
        Self::seq_of_command(self, game_id, command_id).boxed()
    }

    fn record_act(&self, act: OperatorAct) -> Reading<'_, ()> {
        Self::record_act(self, act).boxed()
    }

    fn answer_act(&self, act: OperatorAct) -> Reading<'_, ()> {
        Self::answer_act(self, act).boxed()
    }

    fn ping(&self) -> Reading<'_, ()> {
        Self::ping(self).boxed()
    }

    fn connections_max(&self) -> usize {
        self.pool_state().limit as usize
    }
}
