//! A rolling restart under load loses nothing: a second host starts, the first one stops in order, and every game goes
//! on there.

use super::support::*;
use crate::end_to_end::{assert_verified, finished_game};
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::server::Address;
use serde_json::json;
use std::time::Duration;

/// Games with two people each; half begin on either host.
const GAMES: usize = 6;
/// Keeps the games from being over before the host stops, however fast the machine.
const THINKS_FOR: Duration = Duration::from_millis(5);

#[tokio::test]
async fn a_rolling_restart_under_load_loses_nothing() {
    let Some((url, database)) = database().await else { return };
    let ((home_a, mut a), (home_b, _b)) = two_hosts(&url).await;
    let hosts = [home_b.address.clone(), home_a.address.clone()];
    let mut tables = Vec::new();
    for index in 0..GAMES {
        tables.push(Table::lay(&hosts[index % 2], index).await);
    }
    let ai_game = tables[1].ann.http.create_game(json!({"home_team_is_ai": true, "away_team_is_ai": true}));
    let ai_game = ai_game.await["id"].as_str().expect("an id").to_owned();

    let plays = futures_util::future::join_all(tables.into_iter().map(|table| table.play(&hosts)));
    let stop = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        a.terminate();
        a.ended().await
    };
    let (tables, status) = tokio::join!(plays, stop);
    assert!(status.success(), "{status}\n{}", a.log());

    let http = Http::stranger(&home_b.address);
    crate::end_to_end::wait_until_over(&http, &ai_game).await;
    assert_verified(&http, &ai_game).await;
    for table in &tables {
        let journal = finished_game(&http, &table.game).await;
        for manager in [&table.ann, &table.bob] {
            journal.assert_contains_what_was_shown(manager, &table.game);
        }
        assert_verified(&http, &table.game).await;
    }
    let followed = tables.iter().flat_map(|table| [&table.ann, &table.bob]);
    let told =
        followed.filter(|manager| manager.frames.iter().any(|frame| frame["type"] == "draining")).count();
    assert!(told >= GAMES, "the people on the host that stopped were told: {told}");
    assert_no_stale_entry(&database, GAMES as i64 + 1).await;
    let left: i64 = database.query_one("SELECT count(*) FROM hosts", &[]).await.expect("a count").get(0);
    assert_eq!(left, 1, "a host that stops leaves no row behind");
}

/// A game and the two who play it.
struct Table {
    game: String,
    ann: Manager,
    bob: Manager,
}

impl Table {
    async fn lay(address: &Address, index: usize) -> Self {
        let mut ann = Manager::connect(address, &format!("Ann{index}")).await;
        let mut bob = Manager::connect(address, &format!("Bob{index}")).await;
        let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 3}})).await;
        start(&mut ann, &game).await.expect("connected");
        ann.thinks_for = THINKS_FOR;
        bob.thinks_for = THINKS_FOR;
        Self { game, ann, bob }
    }

    async fn play(mut self, hosts: &[Address]) -> Self {
        let game = self.game.clone();
        tokio::join!(play_wherever(&mut self.ann, &game, hosts), play_wherever(&mut self.bob, &game, hosts));
        self
    }
}
