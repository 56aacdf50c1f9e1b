//! Everything that comes in is bounded: each bound is run into over a real connection, is counted, and hurts nobody
//! else. `assert_unharmed` is what nobody else means.

mod connections;
mod frames;
mod requests;
mod spectators;

use crate::support::manager::Manager;
use crate::support::play::{plain_answer, sit_down, start};
use crate::support::server::Address;
use serde_json::json;

/// Two managers in the middle of a game.
struct Managers {
    home: Manager,
    away: Manager,
    game: String,
    asked: i64,
}

impl Managers {
    async fn sit_down(address: &Address) -> Self {
        let mut home = Manager::connect(address, "Ann").await;
        let mut away = Manager::connect(address, "Bob").await;
        let game = sit_down(&mut home, &mut away, json!({})).await;
        let asked = start(&mut home, &game).await.expect("connected");
        Self { home, away, game, asked }
    }

    /// Their connections stand, and the game goes on.
    async fn assert_unharmed(&mut self) {
        let Self { home, away, game, asked } = self;
        let defence = home.commit(game, Some(*asked), plain_answer("awaiting_defensive", &[])).await;
        let defence = defence.expect("the home manager is still connected");
        let offence = away.commit(game, Some(defence), plain_answer("awaiting_offensive", &[])).await;
        offence.expect("the visitors' manager is still connected");
    }
}
