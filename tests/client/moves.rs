//! Games on several hosts of one database, through one connection.

use super::support::{Player, api, game_against_ai};
use crate::hosts::support::{database, two_hosts};
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::journal::Journal;
use dugout::client::Link;
use dugout::id::GameId;
use dugout::rules::command::Command;
use dugout::rules::vocabulary::Status;
use std::time::Instant;

/// Has the host at `origin` open the game: from then on it lives there.
async fn open(origin: &str, token: &str, game: GameId) {
    let (link, _) = Link::start(origin, token, "dugout-test/1");
    link.follow(game).await.expect("followed");
}

#[tokio::test]
async fn a_game_is_followed_to_the_host_where_it_lives() {
    let Some((url, _database)) = database().await else { return };
    let ((home_a, mut a), (home_b, _b)) = two_hosts(&url).await;
    let stranger = api(&home_a.address);
    let granted = stranger.guest("Ann").await.expect("a guest's token");
    let here = stranger.with_token(&granted.token);
    let there = api(&home_b.address).with_token(&granted.token);
    let [origin_a, origin_b] = [&home_a, &home_b].map(|home| format!("http://{}", home.address.get()));

    // It lives on the other host: the connection turns there.
    let far = game_against_ai(&there).await;
    open(&origin_b, &granted.token, far).await;
    let mut ann = Player::follow(here.clone(), &granted.token, &origin_a, far).await;
    assert_eq!(ann.moves, [origin_b.as_str()]);
    ann.start().await;
    ann.play(3).await;

    // Beside it one that lives where we were: both are played.
    let near = game_against_ai(&here).await;
    open(&origin_a, &granted.token, near).await;
    ann.link.follow(near).await.expect("followed");
    ann.link.command(near, None, &Command::Start {}).await.expect("started");
    ann.play(3).await;
    assert_eq!(here.state(near).await.expect("its state").status, Status::Active);

    // The host of that one stops: its game goes on where the other is.
    a.terminate();
    a.ended().await;
    ann.play(usize::MAX).await;
    let began = Instant::now();
    let refusal = loop {
        match ann.link.command(near, None, &Command::Pause {}).await {
            Ok(_) => break None,
            Err(refusal) if refusal.passes() && began.elapsed() < PATIENCE => {}
            Err(refusal) => break Some(refusal),
        }
    };
    assert_eq!(refusal, None);
    assert_eq!(there.state(near).await.expect("its state").status, Status::Paused);
    Journal::fetch(&Http::stranger(&home_b.address), &far.to_string()).await;
}
