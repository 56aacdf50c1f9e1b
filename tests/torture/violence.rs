//! What is done to the host and to its database, each kind with a beginning and an end.

use super::scene::Scene;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Violence {
    /// `kill -9` of the host.
    KillHost,
    /// The same, and again while it recovers.
    KillHostAgain,
    /// An orderly stop and a start.
    StopHost,
    /// SIGSTOP and SIGCONT.
    PauseHost,
    /// The clients' connections are dropped.
    CutClients,
    /// The disk under the database is full for a while.
    FillDisk,
    /// SQLite: somebody else holds the write lock.
    LockDatabase,
    /// PostgreSQL: stopped at once, as `kill -9` would, and started again.
    KillDatabase,
    /// PostgreSQL: the same while the host is down too.
    KillBoth,
    /// PostgreSQL: stopped in order and started again.
    RestartDatabase,
    /// PostgreSQL: its sessions are ended by an administrator.
    TerminateSessions,
    /// PostgreSQL: its processes are stopped in mid-air and go on.
    PauseDatabase,
    /// The connections between host and database are closed.
    CutWire,
    /// What goes over them is late.
    DelayWire,
    /// Nothing gets through for a while.
    SilenceWire,
    /// The connections go dead without a word; new ones work.
    ForgetWire,
}

use Violence::*;

/// What can be done to a host on SQLite.
const ON_SQLITE: &[Violence] =
    &[KillHost, KillHostAgain, StopHost, PauseHost, CutClients, FillDisk, LockDatabase];
/// What can be done to a host on PostgreSQL.
const ON_POSTGRES: &[Violence] = &[
    KillHost,
    KillHostAgain,
    StopHost,
    PauseHost,
    CutClients,
    FillDisk,
    KillDatabase,
    KillBoth,
    RestartDatabase,
    TerminateSessions,
    PauseDatabase,
    CutWire,
    DelayWire,
    SilenceWire,
    ForgetWire,
];

impl Violence {
    /// How many times something was killed.
    pub const fn kills(self) -> usize {
        match self {
            KillHost | KillDatabase => 1,
            KillHostAgain | KillBoth => 2,
            _ => 0,
        }
    }
}

impl fmt::Display for Violence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            KillHost => "host killed",
            KillHostAgain => "host killed twice",
            StopHost => "host stopped in order",
            PauseHost => "host paused",
            CutClients => "clients cut",
            FillDisk => "disk full",
            LockDatabase => "database locked",
            KillDatabase => "database killed",
            KillBoth => "host and database killed",
            RestartDatabase => "database restarted",
            TerminateSessions => "sessions ended",
            PauseDatabase => "database paused",
            CutWire => "wire cut",
            DelayWire => "wire slow",
            SilenceWire => "wire silent",
            ForgetWire => "wire forgotten",
        })
    }
}

/// What comes next: every kind once, in any order, and again; kills more often than the rest.
pub struct Deck {
    kinds: Vec<Violence>,
    left: Vec<Violence>,
    pub dealt: BTreeMap<Violence, usize>,
}

impl Deck {
    pub fn new(on_postgres: bool, has_disk: bool) -> Self {
        let kinds = if on_postgres { ON_POSTGRES } else { ON_SQLITE };
        let kinds = kinds.iter().copied().filter(|kind| has_disk || *kind != FillDisk).collect();
        Self { kinds, left: Vec::new(), dealt: BTreeMap::new() }
    }

    pub fn next(&mut self, chance: &mut ChaCha8Rng) -> Violence {
        if self.left.is_empty() {
            self.left.clone_from(&self.kinds);
            if !self.dealt.is_empty() {
                // From the second round on.
                let kills = self.kinds.iter().copied().filter(|kind| kind.kills() > 0);
                self.left.extend(kills.clone().chain(kills));
            }
            self.left.shuffle(chance);
        }
        let next = self.left.pop().unwrap_or(KillHost);
        *self.dealt.entry(next).or_default() += 1;
        next
    }

    pub fn kills(&self) -> usize {
        self.dealt.iter().map(|(kind, count)| kind.kills() * count).sum()
    }

    pub fn count(&self) -> usize {
        self.dealt.values().sum()
    }
}

/// Does it, from its beginning to its end. The host runs again afterwards, and so does the database.
pub async fn inflict(kind: Violence, scene: &mut Scene, chance: &mut ChaCha8Rng) {
    let a_while = Duration::from_millis(chance.random_range(20..1_200));
    match kind {
        KillHost => scene.kill_host(),
        KillHostAgain => {
            scene.kill_host();
            scene.start_and_kill(Duration::from_millis(chance.random_range(0..300))).await;
        }
        StopHost => scene.stop_host().await,
        PauseHost => {
            scene.host().pause();
            tokio::time::sleep(a_while).await;
            scene.host().go_on();
        }
        CutClients => scene.orders.send_modify(|orders| orders.cuts += 1),
        FillDisk => fill_disk(scene, chance, a_while).await,
        LockDatabase => scene.lock_for(a_while).await,
        KillDatabase => {
            scene.cluster().kill();
            tokio::time::sleep(a_while / 2).await;
            scene.cluster().revive().await;
        }
        KillBoth => {
            scene.cluster().kill();
            tokio::time::sleep(a_while / 4).await;
            scene.kill_host();
            scene.cluster().revive().await;
        }
        RestartDatabase => scene.cluster().restart(),
        TerminateSessions => scene.terminate_sessions().await,
        PauseDatabase => scene.pause_database_for(a_while).await,
        CutWire => scene.wire().cut(),
        DelayWire => {
            scene.wire().delay(Duration::from_millis(chance.random_range(1..40)));
            tokio::time::sleep(a_while).await;
            scene.wire().delay(Duration::ZERO);
        }
        SilenceWire => {
            scene.wire().silence(true);
            tokio::time::sleep(a_while * 3).await;
            // What was held back arrives late, or never.
            if chance.random_bool(0.5) {
                scene.wire().cut();
            }
            scene.wire().silence(false);
        }
        ForgetWire => scene.wire().forget(),
    }
    scene.see_that_all_runs().await;
}

/// A full disk; half the time the host is killed over it.
async fn fill_disk(scene: &mut Scene, chance: &mut ChaCha8Rng, a_while: Duration) {
    scene.disk().fill(chance.random_range(0.0..1.0));
    tokio::time::sleep(a_while).await;
    if chance.random_bool(0.3) {
        scene.kill_host();
        tokio::time::sleep(a_while / 4).await;
    }
    scene.disk().free();
}
