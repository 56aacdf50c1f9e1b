//! Cuts of the connection and a killed host: commands have their effect once, entries are told once and in order.

use super::support::Player;
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::proxy::Proxy;
use crate::support::server::Home;
use dugout::id::CommandId;
use std::time::{Duration, Instant};

/// How late everything is on a slow wire: time enough to cut it between a command's effect and its answer.
const LATE: Duration = Duration::from_millis(700);

fn port_of(home: &Home) -> u16 {
    home.address.get().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

/// How often the command is in the journal of the game.
async fn effects(home: &Home, player: &Player, id: CommandId) -> usize {
    let http = Http::stranger(&home.address).with_token(&player.token);
    let journal = Journal::fetch(&http, &player.game.to_string()).await;
    journal.entries.iter().filter(|entry| entry["command_id"] == id.to_string().as_str()).count()
}

#[tokio::test]
async fn a_command_that_is_cut_off_has_its_effect_once() {
    let home = Home::sqlite().brisk();
    let _host = home.start().await;
    let proxy = Proxy::to(port_of(&home)).await;
    let mut ann = Player::sit_down(&home.address, &format!("http://127.0.0.1:{}", proxy.port())).await;
    ann.start().await;

    // Cut on the way there: the host has never heard of it.
    let (command, expect) = ann.wait_for_turn().await.expect("a turn");
    let (id, game, link) = (CommandId::generate(), ann.game, ann.link.clone());
    proxy.silence(true);
    let given = {
        let (link, command) = (link.clone(), command.clone());
        tokio::spawn(async move { link.command_as(id, game, Some(expect), &command).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(effects(&home, &ann, id).await, 0);
    proxy.cut();
    proxy.silence(false);
    let seq = given.await.expect("no panic").expect("it is committed over the next connection");
    assert_eq!(effects(&home, &ann, id).await, 1);
    assert_eq!(link.command_as(id, game, Some(expect), &command).await, Ok(seq), "the same answer again");

    // Cut on the way back: it has its effect, and nobody is told.
    let (command, expect) = ann.wait_for_turn().await.expect("a turn");
    let id = CommandId::generate();
    proxy.delay(LATE);
    let given = {
        let (link, command) = (link.clone(), command.clone());
        tokio::spawn(async move { link.command_as(id, game, Some(expect), &command).await })
    };
    let began = Instant::now();
    while effects(&home, &ann, id).await == 0 {
        assert!(began.elapsed() < PATIENCE, "the command never arrives");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    proxy.cut();
    proxy.delay(Duration::ZERO);
    let seq = given.await.expect("no panic").expect("the answer comes over the next connection");
    assert!(seq > expect);
    assert_eq!(effects(&home, &ann, id).await, 1);

    ann.play(usize::MAX).await;
    assert!(ann.returns >= 2, "it came back {} times", ann.returns);
}

#[tokio::test]
async fn a_killed_host_that_starts_again_is_played_on() {
    let home = Home::sqlite().brisk().keeps_address();
    let host = home.start().await;
    let mut ann = Player::sit_down(&home.address, &format!("http://{}", home.address.get())).await;
    ann.start().await;
    ann.play(3).await;
    let (command, expect) = ann.wait_for_turn().await.expect("a turn");
    host.kill();
    let (link, game) = (ann.link.clone(), ann.game);
    let given = tokio::spawn(async move { link.command(game, Some(expect), &command).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let _host = home.start().await;
    given.await.expect("no panic").expect("the command waits for the host");
    ann.play(usize::MAX).await;
    assert!(ann.returns >= 1);
    let http = Http::stranger(&home.address);
    Journal::fetch(&http, &game.to_string()).await;
}
