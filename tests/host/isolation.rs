//! A bad game harms no other, and one bad command is answered as failed and not tried for ever.

use super::support::{Follower, game_against_ai, play, start, user};
use super::trap::{Place, Trap};
use dugout::host::NotCommitted;
use dugout::id::CommandId;
use dugout::rules::command::Command;
use dugout::rules::rejection::RejectionCode;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_ends_one_actor_and_nobody_notices() {
    let trap = Trap::at(Place::Deciding);
    let hosted = start(trap.faults()).await;
    let (host, ann, bob) = (&hosted.host, user("Ann"), user("Bob"));
    let (trapped, quiet) = (game_against_ai(host, &ann).await, game_against_ai(host, &bob).await);
    let mut follower = Follower::join(host, trapped, &ann).await;
    play(host, trapped, &ann, 8).await;
    play(host, quiet, &bob, 8).await;
    let (_, _, epoch_of_quiet) = host.committed_state(quiet).await.expect("readable");

    trap.set(trapped, 1);
    play(host, trapped, &ann, 4).await;
    let (state, _, epoch) = host.committed_state(trapped).await.expect("readable");
    follower.reach(state.seq).await;
    assert!(epoch.0 >= 2, "the game was rebuilt under a new epoch");
    play(host, quiet, &bob, 4).await;
    assert_eq!(
        host.committed_state(quiet).await.expect("readable").2,
        epoch_of_quiet,
        "the other game was not touched"
    );
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_that_is_served_in_parts_misses_nothing_when_the_actor_panics() {
    const SPECTATORS: usize = 300;
    let trap = Trap::at(Place::Deciding);
    let hosted = start(trap.faults()).await;
    let (host, ann) = (&hosted.host, user("Ann"));
    let game = game_against_ai(host, &ann).await;
    let mut manager = Follower::join(host, game, &ann).await;
    let mut crowd = Vec::new();
    for _ in 0..SPECTATORS {
        crowd.push(Follower::join(host, game, &user("Eve")).await);
    }
    for _ in 0..3 {
        play(host, game, &ann, 2).await;
        trap.set(game, 1);
    }
    play(host, game, &ann, 2).await;
    let (state, _, epoch) = host.committed_state(game).await.expect("readable");
    assert!(trap.is_spent() && epoch.0 >= 4, "the game was rebuilt each time");
    manager.reach(state.seq).await;
    for spectator in &mut crowd {
        spectator.reach(state.seq).await;
    }
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_keeps_panicking_is_answered_as_failed() {
    let trap = Trap::at(Place::Deciding);
    let hosted = start(trap.faults()).await;
    let (host, ann) = (&hosted.host, user("Ann"));
    let game = game_against_ai(host, &ann).await;
    let before = host.committed_state(game).await.expect("readable").0;
    trap.set(game, 2);
    let answer = host.command(game, &ann, CommandId::generate(), None, Command::Start {}).await;
    let Err(NotCommitted::Refused(refused)) = answer else { panic!("answered {answer:?}") };
    assert_eq!(refused.rejection.code, RejectionCode::Internal);
    assert_eq!(host.committed_state(game).await.expect("readable").0, before, "nothing changed");
    play(host, game, &ann, 3).await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_that_keeps_failing_is_quarantined_and_the_others_play_on() {
    let trap = Trap::at(Place::Deciding);
    let hosted = start(trap.faults()).await;
    let (host, ann, bob) = (&hosted.host, user("Ann"), user("Bob"));
    let (poisoned, quiet) = (game_against_ai(host, &ann).await, game_against_ai(host, &bob).await);
    trap.set(poisoned, usize::MAX);
    let mut last = None;
    for _ in 0..10 {
        last = Some(host.command(poisoned, &ann, CommandId::generate(), None, Command::Start {}).await);
    }
    let Some(Err(NotCommitted::Refused(refused))) = last else { panic!("answered {last:?}") };
    assert_eq!(refused.rejection.code, RejectionCode::Quarantined);
    assert!(host.committed_state(poisoned).await.is_ok(), "a quarantined game is still readable");
    trap.set(poisoned, 0);
    play(host, quiet, &bob, 8).await;
    host.stop().await;
}
