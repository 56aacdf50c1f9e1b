//! One game, killed again and again at random moments, on both databases.
//!
//! After every start three things must agree: what the clients were ever shown, what the journal holds, and the
//! state that is served. The seed of the moments is printed; `DUGOUT_TEST_SEED` repeats it.

use crate::support::journal::{Journal, assert_same_state};
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::postgres::Cluster;
use crate::support::server::{Home, Server};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use std::time::Duration;

/// Kills while the game is being played.
const KILLS: usize = 24;
/// The longest time between a start and the kill after it.
const UP_MS_MAX: u64 = 60;
/// What keeps the game from being over before the last kill, however fast the machine: it has 54 outs, with three
/// commands each.
const THINKS_FOR: Duration = Duration::from_millis(10);

#[tokio::test]
async fn nothing_that_was_shown_is_lost_on_sqlite() {
    Ordeal::begin(Home::sqlite().brisk()).await.endure().await;
}

#[tokio::test]
async fn nothing_that_was_shown_is_lost_on_postgresql() {
    let Some(cluster) = Cluster::shared() else { return };
    Ordeal::begin(Home::with_database(cluster.database().await).brisk()).await.endure().await;
}

/// A game and the misfortunes it goes through.
struct Ordeal {
    home: Home,
    server: Option<Server>,
    moments: ChaCha8Rng,
    ann: Manager,
    bob: Manager,
    game: String,
}

impl Ordeal {
    async fn begin(home: Home) -> Self {
        let seed = std::env::var("DUGOUT_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed: u64 = seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
        println!("moments of the kills: DUGOUT_TEST_SEED={seed}");
        let server = home.start().await;
        let mut ann = Manager::connect(&home.address, "Ann").await;
        let mut bob = Manager::connect(&home.address, "Bob").await;
        let game = sit_down(&mut ann, &mut bob, json!({})).await;
        start(&mut ann, &game).await.expect("connected");
        ann.thinks_for = THINKS_FOR;
        bob.thinks_for = THINKS_FOR;
        Self { home, server: Some(server), moments: ChaCha8Rng::seed_from_u64(seed), ann, bob, game }
    }

    async fn endure(mut self) {
        for kill in 1..=KILLS {
            let up_for = Duration::from_micros(self.moments.random_range(0..UP_MS_MAX * 1000));
            let both = async { tokio::join!(self.ann.play(&self.game), self.bob.play(&self.game)) };
            let over = tokio::time::timeout(up_for, both).await.is_ok();
            assert!(!over, "the game must not end before kill {kill}");
            self.kill().await;
            self.restart().await;
            self.check().await;
        }
        self.ann.thinks_for = Duration::ZERO;
        self.bob.thinks_for = Duration::ZERO;
        let (ann, bob) = tokio::join!(self.ann.play(&self.game), self.bob.play(&self.game));
        ann.expect("the game is played to its end");
        bob.expect("the game is played to its end");
        self.check().await;
        crate::end_to_end::finished_game(&self.ann.http, &self.game).await;
        crate::end_to_end::assert_verified(&self.ann.http, &self.game).await;
    }

    /// Kills the host; what it had sent before still counts as shown.
    async fn kill(&mut self) {
        self.server.take().expect("a host is running").kill();
        self.ann.read_to_the_end().await;
        self.bob.read_to_the_end().await;
    }

    /// Starts the host again, sometimes killing it once more while it is still recovering.
    async fn restart(&mut self) {
        if self.moments.random_bool(0.3) {
            let unfinished = self.home.launch();
            tokio::time::sleep(Duration::from_millis(self.moments.random_range(0..200))).await;
            unfinished.kill();
        }
        self.server = Some(self.home.start().await);
        // Commands without an answer are sent again here, with the same ids.
        self.ann.reconnect().await.expect("welcome back");
        self.bob.reconnect().await.expect("welcome back");
        self.ann.hear_answers().await.expect("answers");
        self.bob.hear_answers().await.expect("answers");
    }

    async fn check(&self) {
        let journal = Journal::fetch(&self.ann.http, &self.game).await;
        for manager in [&self.ann, &self.bob] {
            journal.assert_contains_what_was_shown(manager, &self.game);
            let refused: Vec<_> =
                manager.answers.values().filter(|answer| answer["type"] == "rejected").collect();
            assert!(refused.is_empty(), "a command sent again is never refused: {refused:?}");
        }
        let state = self.ann.http.game(&self.game, "/state").await;
        let seq = state["seq"].as_i64().expect("a state has a seq");
        assert_same_state(&state, &journal.fold(seq));
    }
}
