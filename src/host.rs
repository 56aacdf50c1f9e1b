//! Who is alive: the supervisor, one actor per live game, the writer. [`Host`] is the door through which
//! the outside reaches them; it knows nothing of sockets or HTTP.

pub mod audience;
pub mod chance;
mod claims;
pub mod clock;
mod creation;
pub mod faults;
pub mod game;
mod game_handle;
mod game_slot;
mod health;
mod lease;
mod membership;
mod operator;
pub mod outbox;
mod persistence;
mod pulse;
pub mod record;
mod restart;
mod shared;
mod shelf;
mod supervisor;
mod takeover;
mod trials;
pub mod watch;

pub use creation::CreatedGame;
pub use game_handle::NotCommitted;

use crate::config::HostSettings;
use crate::id::{CommandId, Epoch, GameId, HostId, InstallationId, Seq};
use crate::league::League;
use crate::protocol::{ConnectedUser, NewGame, User};
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::command::{AddToRoster, Command};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::Side;
use crate::store::StoreError;
use crate::store::hosts::HostAddress;
use audience::ConnectionId;
use chance::Chance;
use claims::Claims;
use clock::Clock;
use faults::Faults;
use futures_util::future::{self, BoxFuture, FutureExt};
use game::Request;
use game_handle::GameHandle;
use lease::Lease;
use outbox::Outbox;
use persistence::WriterSeat;
use ractor::{Actor, ActorRef};
use record::Record;
use shared::Shared;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use supervisor::{Directory, Supervisor};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, debug_span, warn};

/// How long a connection waits for the supervisor to make room for a game.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// Games that are claimed and read at once, and the part of the connections to the database that they may take: the
/// host's word, on which its lease depends, must not wait behind them.
const DESKS_MAX: usize = 16;
const DESKS_SHARE: usize = 4;

/// Everything a host is made of.
#[derive(Debug)]
pub struct HostParts {
    /// The durable record.
    pub store: Arc<dyn Record>,
    /// What the host tells other hosts of itself.
    pub announced: Announced,
    /// Where teams and cards come from.
    pub league: League,
    /// Pauses, bounds and windows.
    pub settings: HostSettings,
    /// The time.
    pub clock: Clock,
    /// Where ids and dice seeds come from.
    pub chance: Chance,
    /// Failures that a test injects.
    pub faults: Faults,
}

/// What a host tells other hosts of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announced {
    /// The data directory it runs on, alone.
    pub installation: InstallationId,
    /// The beginning of its URLs, where clients reach it; none where nobody told it.
    pub public_url: Option<String>,
}

/// Why a host could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database does not let it in.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An actor did not start.
    #[error(transparent)]
    Actor(#[from] ractor::SpawnErr),
    /// The host has no id.
    #[error(transparent)]
    NoChance(#[from] chance::NoChance),
}

/// Why the host did not do what it was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Denied {
    /// It was refused; nothing changed.
    Rejected(Rejection),
    /// The game lives on another host, which is to be asked.
    Elsewhere(HostAddress),
}

impl From<Rejection> for Denied {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Whether the host can take commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Readiness {
    /// The database answered last time.
    pub database: bool,
    /// The host's games are certainly its own.
    pub lease_held: bool,
    /// The host is about to stop.
    pub draining: bool,
    /// Live games.
    pub games_live: usize,
}

impl Readiness {
    /// Whether new work may be sent here.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        self.database && self.lease_held && !self.draining
    }
}

/// The door to a running host; clones share it.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    league: League,
    directory: Directory,
    supervisor: ActorRef<supervisor::Message>,
    ended: future::Shared<BoxFuture<'static, ()>>,
    draining: AtomicBool,
}

impl Host {
    /// Joins the hosts of the database, starts the actors, and takes up every active game in which an AI manager
    /// has to act and that no other host owns. Games that wait for people are read when somebody comes.
    ///
    /// # Errors
    /// When the database is away or another host's, an actor can't be started, or there is no randomness.
    pub async fn start(parts: HostParts) -> Result<Self, StartError> {
        let HostParts { store, announced, league, settings, clock, chance, faults } = parts;
        let entered_at = Instant::now();
        let lease = Lease::until(entered_at + Duration::from_millis(settings.lease_ms));
        let writer_seat = WriterSeat::new();
        let shared = Arc::new(Shared {
            host_id: HostId(chance.uuid(clock.now())?),
            announced,
            lease,
            leaving: AtomicBool::new(false),
            claims: Claims::new(desks(store.connections_max())),
            store,
            persistence: writer_seat.handle(),
            settings,
            clock,
            chance,
            faults,
        });
        shared.store.enter(shared.card()).await?;
        let health = writer_seat.health();
        let directory = Directory::default();
        let arguments =
            supervisor::Arguments { shared: Arc::clone(&shared), writer_seat, directory: directory.clone() };
        let (supervisor, ended) = Supervisor::spawn(None, Supervisor, arguments).await?;
        let host = Self(Arc::new(Inner {
            shared,
            league,
            directory,
            supervisor,
            ended: ended.map(drop).boxed().shared(),
            draining: AtomicBool::new(false),
        }));
        let ended = host.0.ended.clone();
        tokio::spawn(health::watch(Arc::clone(&host.0.shared.store), health, ended));
        Ok(host)
    }

    /// Creates a game; its creator gets the first seat that is not an AI's.
    ///
    /// # Errors
    /// A [`Rejection`] that names the field that is wrong, or says that the database is away.
    pub async fn create_game(&self, request: NewGame, creator: &User) -> Result<CreatedGame, Rejection> {
        self.refuse_while_draining()?;
        let created = creation::create(&self.0.shared, &self.0.league, request, creator).await?;
        if created.needs_host {
            match self.open(created.game_id).await {
                // Whoever has it plays it.
                Ok(_) | Err(Denied::Elsewhere(_)) => {}
                Err(Denied::Rejected(rejection)) => return Err(rejection),
            }
        }
        Ok(created)
    }

    /// Gives a free seat to a user.
    ///
    /// # Errors
    /// `forbidden` when the seat is taken or an AI's, `not_found`, `game_over`, `unavailable`; where the game lives on
    /// another host.
    pub async fn claim_seat(&self, game_id: GameId, side: Side, user: &User) -> Result<(), Denied> {
        self.refuse_while_draining()?;
        self.handle(game_id).claim_seat(user, side).await
    }

    /// Lets a connection follow a game. `joined` and everything after it arrive through the outbox, in
    /// order; with `after`, the entries since then instead of the state where that is possible.
    ///
    /// # Errors
    /// `not_found` for a game that does not exist or that the user may not see, `quarantined`, `busy`; where the game
    /// lives on another host.
    pub async fn join(
        &self,
        game_id: GameId,
        user: &User,
        connection: ConnectionId,
        outbox: Outbox,
        after: Option<Seq>,
    ) -> Result<(), Denied> {
        self.handle(game_id).join(user, connection, outbox, after).await
    }

    /// A connection no longer follows a game.
    pub fn leave(&self, game_id: GameId, connection: ConnectionId) {
        self.handle(game_id).leave(connection);
    }

    /// Gives a command to a game. Returns the number of its journal entry once that is committed and
    /// everybody who follows the game has been sent it. What an operator commands is put on record.
    ///
    /// # Errors
    /// [`NotCommitted`].
    pub async fn command(
        &self,
        game_id: GameId,
        user: &User,
        command_id: CommandId,
        expect: Option<Seq>,
        command: Command,
    ) -> Result<Seq, NotCommitted> {
        self.request(game_id, user, command_id, expect, command.into()).await
    }

    /// Before the game: a player of a side's team becomes eligible, with his card as his league has it now; it is
    /// pinned. Where it was pinned before, that one counts. Returns the number of the journal entry.
    ///
    /// # Errors
    /// [`NotCommitted`].
    pub async fn add_to_roster(
        &self,
        game_id: GameId,
        user: &User,
        command_id: CommandId,
        side: Side,
        card: Arc<PlayerCard>,
    ) -> Result<Seq, NotCommitted> {
        let add = AddToRoster { side, card_id: card.card_id, cards_digest: String::new() };
        let request = Request { command: Command::AddToRoster(add), card: Some(card) };
        self.request(game_id, user, command_id, None, request).await
    }

    async fn request(
        &self,
        game_id: GameId,
        user: &User,
        command_id: CommandId,
        expect: Option<Seq>,
        request: Request,
    ) -> Result<Seq, NotCommitted> {
        let span = debug_span!(
            "command",
            game.id = %game_id,
            command.id = %command_id,
            command.kind = request.command.kind(),
            outcome = Empty,
            seq = Empty,
            rejection.code = Empty,
        );
        let answered = async {
            let answer = self.answer(game_id, user, command_id, expect, request).await;
            game_handle::note(&answer);
            answer
        };
        answered.instrument(span).await
    }

    async fn answer(
        &self,
        game_id: GameId,
        user: &User,
        command_id: CommandId,
        expect: Option<Seq>,
        request: Request,
    ) -> Result<Seq, NotCommitted> {
        if user.is_operator() {
            return self.operator_command(game_id, user, command_id, expect, request).await;
        }
        self.refuse_while_draining().map_err(NotCommitted::refused_unseen)?;
        self.handle(game_id).command(user, command_id, expect, request).await
    }

    /// Who follows a game on this host now, managers first and of a crowd only the first; and how many do.
    #[must_use]
    pub fn connected_users(&self, game_id: GameId) -> (Vec<ConnectedUser>, usize) {
        self.0.directory.get(game_id).map(|slot| slot.audience().shown_users()).unwrap_or_default()
    }

    /// A game's committed state, read from the database without disturbing anybody.
    ///
    /// # Errors
    /// `not_found`, `unavailable`, or `quarantined` when the stored game can't be read.
    pub async fn committed_state(&self, game_id: GameId) -> Result<(GameState, CardBook, Epoch), Rejection> {
        let stored = self.0.shared.store.load_game_state(game_id).await.map_err(game_handle::store_away)?;
        let live = game::restore(stored).map_err(|error| game_handle::unreadable(&error))?;
        Ok((live.state, live.cards, live.epoch))
    }

    /// Where teams and cards come from.
    #[must_use]
    pub fn league(&self) -> &League {
        &self.0.league
    }

    /// Whether the host can take commands.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        Readiness {
            database: !self.0.shared.persistence.database_away(),
            lease_held: self.0.shared.lease.is_held(),
            draining: self.0.draining.load(Ordering::Acquire),
            games_live: self.0.directory.len(),
        }
    }

    /// Tells other hosts that this one is about to stop: they may take its games from now on. It goes on until
    /// [`Host::stop`]; the database refuses what it does in a game that has been taken.
    pub fn leave_soon(&self) {
        self.0.shared.leaving.store(true, Ordering::Release);
        let _ = self.0.supervisor.cast(supervisor::Message::Leave);
    }

    /// From here on new work is refused; what was accepted goes on.
    pub fn drain(&self) {
        self.0.shared.leaving.store(true, Ordering::Release);
        self.0.draining.store(true, Ordering::Release);
    }

    /// Stops: games end what they are doing, the writer writes what it accepted. Nothing else needs
    /// saving, because it is saved. From then on its games are anybody's.
    pub async fn stop(&self) {
        self.drain();
        self.0.supervisor.stop(Some("the host stops".into()));
        self.ended().await;
        if let Err(error) = self.0.shared.store.leave(self.0.shared.host_id).await {
            warn!(%error, "the host could not say that it has ended; others wait until its lease is over");
        }
    }

    /// Resolves when the supervisor has ended, whatever the reason; a host without it can do nothing.
    pub async fn ended(&self) {
        self.0.ended.clone().await;
    }

    fn handle(&self, game_id: GameId) -> GameHandle<'_> {
        GameHandle { host: self, game_id }
    }

    fn refuse_while_draining(&self) -> Result<(), Rejection> {
        const RETRY_AFTER_MS: u64 = 2_000;
        if self.0.draining.load(Ordering::Acquire) {
            return Err(Rejection::later(
                RejectionCode::Busy,
                "the host is about to stop; connect again in a moment",
                RETRY_AFTER_MS,
            ));
        }
        Ok(())
    }
}

fn desks(connections_max: usize) -> usize {
    (connections_max / DESKS_SHARE).clamp(1, DESKS_MAX)
}
