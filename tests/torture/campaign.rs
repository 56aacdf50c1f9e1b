//! The whole torture: games and clients, one violence after the other, and the verdict.
//!
//! By default a short run. `DUGOUT_TORTURE_KILLS` asks for so many kills, `DUGOUT_TORTURE_SECONDS` bounds the time,
//! `DUGOUT_TORTURE_GAMES` is the number of games, and `DUGOUT_TORTURE_SEED` repeats the choice and the moments of the
//! violence, though not the scheduling of the machine.

use super::checker::{check_final, check_live};
use super::client::{Client, Orders, Standing};
use super::moves::Table;
use super::record::Record;
use super::scene::Scene;
use super::violence::{Deck, inflict};
use crate::end_to_end::assert_verified;
use crate::support::PATIENCE;
use crate::support::http::Http;
use dugout::store::Store;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Violences of a short run: each kind once.
const VIOLENCES: usize = 15;
/// Games of a short run, and of one that is asked for.
const GAMES_SHORT: usize = 12;
const GAMES_LONG: usize = 200;
/// Games of one pair of managers.
const GAMES_PER_PAIR: usize = 12;
/// The longest undisturbed play between two violences.
const CALM_MS_MAX: u64 = 400;
/// Games that are compared after each violence.
const GAMES_CHECKED: usize = 3;
/// States of one game that may wait to be compared.
const STATES_WAITING_MAX: usize = 12;
/// Finished games that are recomputed by `dugout verify` after a short run.
const VERIFIED_SHORT: usize = 2;

/// How long, how many, from which seed.
struct Plan {
    seed: u64,
    kills_min: Option<usize>,
    until: Option<Instant>,
    games: usize,
    thinks_for: Duration,
}

impl Plan {
    fn read() -> Self {
        let number = |name: &str| -> Option<u64> {
            let text = std::env::var(name).ok()?;
            Some(text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is not a number")))
        };
        let kills_min = number("DUGOUT_TORTURE_KILLS").map(|kills| kills as usize);
        let seconds = number("DUGOUT_TORTURE_SECONDS");
        let is_long = kills_min.is_some() || seconds.is_some();
        let games = number("DUGOUT_TORTURE_GAMES").map(|games| games as usize);
        // A game has some 300 decisions; most should still be under way at the last kill.
        let expected_s = seconds.or(kills_min.map(|kills| 3 * kills as u64)).unwrap_or(30);
        Self {
            seed: number("DUGOUT_TORTURE_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0),
            kills_min,
            until: seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
            games: games.unwrap_or(if is_long { GAMES_LONG } else { GAMES_SHORT }).max(2),
            thinks_for: Duration::from_millis((expected_s * 1_000 / 200).clamp(200, 5_000)),
        }
    }

    const fn is_long(&self) -> bool {
        self.kills_min.is_some() || self.until.is_some()
    }

    fn is_done(&self, deck: &Deck) -> bool {
        let killed = self.kills_min.is_some_and(|kills| deck.kills() >= kills);
        let late = self.until.is_some_and(|until| Instant::now() >= until);
        if self.is_long() { killed || late } else { deck.count() >= VIOLENCES }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_shown_is_lost_on_sqlite() {
    let plan = Plan::read();
    let scene = Scene::sqlite(plan.orders()).await;
    Campaign::begin("SQLite", plan, scene).await.endure().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_shown_is_lost_on_postgresql() {
    let plan = Plan::read();
    let Some(scene) = Scene::postgres(plan.orders()).await else { return };
    Campaign::begin("PostgreSQL", plan, scene).await.endure().await;
}

impl Plan {
    const fn orders(&self) -> Orders {
        Orders { thinks_for: self.thinks_for, forfeit: false, leave: false, cuts: 0 }
    }
}

/// A run under way.
struct Campaign {
    name: &'static str,
    plan: Plan,
    began: Instant,
    chance: ChaCha8Rng,
    scene: Scene,
    record: Arc<Record>,
    store: Store,
    clients: Vec<(Standing, JoinHandle<Client>)>,
    /// Each game with somebody who may read its journal.
    games: Vec<(String, Http)>,
}

impl Campaign {
    async fn begin(name: &'static str, plan: Plan, scene: Scene) -> Self {
        println!("{name}: {} games, DUGOUT_TORTURE_SEED={}", plan.games, plan.seed);
        let chance = ChaCha8Rng::seed_from_u64(plan.seed);
        let store = scene.open_store().await;
        let record = Arc::default();
        let (clients, games) = (Vec::new(), Vec::new());
        let began = Instant::now();
        let mut campaign = Self { name, plan, began, chance, scene, record, store, clients, games };
        campaign.invite().await;
        campaign.settle(Instant::now()).await;
        campaign
    }

    /// Creates the games and seats everybody.
    async fn invite(&mut self) {
        let mut eve = self.client("Eve").await;
        let mut pair = Vec::new();
        for number in 0..self.plan.games {
            if number % GAMES_PER_PAIR == 0 {
                self.dismiss(pair.drain(..));
                pair.push(self.client(&format!("Ann {number}")).await);
                pair.push(self.client(&format!("Bob {number}")).await);
            }
            let created = pair[0].http.create_game(kind_of_game(number)).await;
            let game = created["id"].as_str().expect("a game has an id").to_owned();
            if created["away_team_is_ai"] != true {
                let path = format!("/api/v1/games/{game}/seats/away");
                pair[1].http.post(&path, &json!({})).await.ok();
                pair[1].tables.insert(game.clone(), Table::default());
            }
            pair[0].tables.insert(game.clone(), Table::default());
            if number % 4 == 0 && eve.tables.len() < 50 {
                eve.tables.insert(game.clone(), Table::default());
            }
            self.games.push((game, pair[0].http.clone()));
        }
        self.dismiss(pair.into_iter());
        self.dismiss(std::iter::once(eve));
    }

    async fn client(&mut self, name: &str) -> Client {
        let seed = self.chance.random();
        let orders = self.scene.orders.subscribe();
        Client::new(&self.scene.home.address, name, &self.record, orders, seed).await
    }

    /// Lets clients play.
    fn dismiss(&mut self, clients: impl Iterator<Item = Client>) {
        self.clients.extend(clients.map(|client| (client.standing.clone(), tokio::spawn(client.run()))));
    }

    async fn endure(mut self) {
        let mut deck = Deck::new(self.scene.is_postgres(), self.scene.has_disk());
        let mut reported = Instant::now();
        while !self.plan.is_done(&deck) {
            let calm = self.chance.random_range(0..CALM_MS_MAX);
            tokio::time::sleep(Duration::from_millis(calm)).await;
            let kind = deck.next(&mut self.chance);
            inflict(kind, &mut self.scene, &mut self.chance).await;
            let ended = Instant::now();
            self.settle(ended).await;
            let recovered_ms = ended.elapsed().as_millis();
            self.check_some().await;
            if !self.plan.is_long() || reported.elapsed() > Duration::from_secs(10) {
                reported = Instant::now();
                println!(
                    "{} {:>5.1} s: {:>3} violences, {:>3} kills, {} entries shown; last: {kind}, recovered in {recovered_ms} ms",
                    self.name,
                    self.began.elapsed().as_secs_f64(),
                    deck.count(),
                    deck.kills(),
                    self.record.counted("frames with entries"),
                );
            }
        }
        self.finish(&deck).await;
    }

    /// Waits until every client is back, follows all its games and has its answers.
    async fn settle(&mut self, since: Instant) {
        let began = Instant::now();
        loop {
            let late: Vec<_> =
                self.clients.iter().filter(|(standing, _)| !standing.has_settled_since(since)).collect();
            if late.is_empty() {
                return;
            }
            self.assert_nobody_gave_up().await;
            if began.elapsed() > PATIENCE {
                let late: Vec<_> =
                    self.clients.iter().map(|(standing, _)| format!("  {}\n", standing.describe())).collect();
                panic!("{}: clients do not recover:\n{}", self.name, late.concat());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A client whose checks failed has panicked; its message is the verdict.
    async fn assert_nobody_gave_up(&mut self) {
        if let Some(index) = self.clients.iter().position(|(_, task)| task.is_finished()) {
            let (standing, task) = self.clients.swap_remove(index);
            let failed = task.await.err().map(|error| error.to_string());
            panic!("{}: a client ended: {} ({failed:?})", self.name, standing.describe());
        }
    }

    async fn check_some(&mut self) {
        let full = self.record.with_many_states(STATES_WAITING_MAX);
        let mut chosen: Vec<usize> =
            (0..GAMES_CHECKED).map(|_| self.chance.random_range(0..self.games.len())).collect();
        chosen.extend((0..self.games.len()).filter(|index| full.contains(&self.games[*index].0)));
        for index in chosen {
            let (game, http) = &self.games[index];
            check_live(http, &self.record, &self.store, game).await;
        }
    }

    /// Ends the games, and compares everything.
    async fn finish(mut self, deck: &Deck) {
        self.settle(Instant::now()).await;
        self.scene.orders.send_modify(|orders| orders.forfeit = true);
        let began = Instant::now();
        while self.clients.iter().any(|(standing, _)| standing.games_open() > 0) {
            self.assert_nobody_gave_up().await;
            assert!(began.elapsed() < PATIENCE, "{}: games do not end", self.name);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.scene.orders.send_modify(|orders| orders.leave = true);
        for (standing, task) in self.clients.drain(..) {
            task.await.unwrap_or_else(|error| panic!("{}: {error}", standing.describe()));
        }
        let verified = if self.plan.is_long() { self.games.len() } else { VERIFIED_SHORT };
        for (index, (game, http)) in self.games.iter().enumerate() {
            check_final(http, &self.record, &self.store, game).await;
            if index < verified {
                assert_verified(http, game).await;
                self.record.count("games that `dugout verify` recomputed");
            }
        }
        let log = self.scene.host().log();
        assert!(!log.contains("panicked"), "{log}");
        self.print_verdict(deck);
    }

    fn print_verdict(&self, deck: &Deck) {
        let kinds: String =
            deck.dealt.iter().map(|(kind, count)| format!("  {count:>9}  {kind}\n")).collect();
        println!(
            "{}: {} violences, {} kills in {:.0} s\n{kinds}{}{}: nothing lost, nothing twice, \
             DUGOUT_TORTURE_SEED={}",
            self.name,
            deck.count(),
            deck.kills(),
            self.began.elapsed().as_secs_f64(),
            self.record.counts(),
            self.name,
            self.plan.seed
        );
    }
}

/// Games of different lengths and kinds, so that there is something of everything.
fn kind_of_game(number: usize) -> Value {
    match number % 6 {
        0 => json!({"away_team_is_ai": true}),
        1 => json!({"league_id": "sba"}),
        2 => json!({"auto_mode": false}),
        3 => json!({"settings": {"innings": 2}}),
        _ => json!({}),
    }
}
