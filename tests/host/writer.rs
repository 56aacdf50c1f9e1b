//! The writer fails, and the call of the store under it: what was asked is done once or answered as failed, and no
//! game but the bad one is troubled.

use super::support::{Follower, Hosted, game_against_ai, play, start, user};
use super::trap::{Place, Trap};
use dugout::host::NotCommitted;
use dugout::id::{CommandId, Epoch, GameId};
use dugout::rules::command::Command;
use dugout::rules::rejection::RejectionCode;
use dugout::store::read::Viewer;

async fn epoch(hosted: &Hosted, game: GameId) -> Epoch {
    hosted.host.committed_state(game).await.expect("readable").2
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_dies_again_and_again_costs_no_game_its_place() {
    let trap = Trap::at(Place::Writing);
    let hosted = start(trap.faults()).await;
    let (host, ann, bob) = (&hosted.host, user("Ann"), user("Bob"));
    let (one, other) = (game_against_ai(host, &ann).await, game_against_ai(host, &bob).await);
    let mut follower = Follower::join(host, one, &ann).await;
    // More often than a game may fail, and less often than the writer may.
    for _ in 0..8 {
        trap.set(one, 1);
        tokio::join!(play(host, one, &ann, 2), play(host, other, &bob, 2));
        assert!(trap.is_spent(), "the writer has died");
    }
    let (state, _, _) = host.committed_state(one).await.expect("readable");
    follower.reach(state.seq).await;
    for game in [one, other] {
        let row = hosted.store.game(game, Viewer::Operator).await.expect("readable");
        assert_eq!(row.quarantine_reason, None, "that the writer died is not the game's fault");
    }
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_the_store_fails_at_is_committed_alone_or_not_at_all() {
    let trap = Trap::at(Place::Storing);
    let hosted = start(trap.faults()).await;
    let (host, ann, bob) = (&hosted.host, user("Ann"), user("Bob"));
    let (bad, quiet) = (game_against_ai(host, &ann).await, game_against_ai(host, &bob).await);
    play(host, quiet, &bob, 3).await;
    let before = host.committed_state(bad).await.expect("readable").0;
    let epoch_of_quiet = epoch(&hosted, quiet).await;

    trap.set(bad, usize::MAX);
    let command = host.command(bad, &ann, CommandId::generate(), None, Command::Start {});
    let (answer, ()) = tokio::join!(command, play(host, quiet, &bob, 8));
    let Err(NotCommitted::Refused(refused)) = answer else { panic!("answered {answer:?}") };
    assert_eq!(refused.rejection.code, RejectionCode::Internal);
    assert_eq!(host.committed_state(bad).await.expect("readable").0, before, "nothing changed");
    assert_eq!(epoch(&hosted, quiet).await, epoch_of_quiet, "the other game was never rebuilt");
    trap.set(bad, 0);
    play(host, bad, &ann, 3).await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_is_committed_and_not_told_is_told_by_the_rebuilt_game() {
    let trap = Trap::at(Place::Committed);
    let hosted = start(trap.faults()).await;
    let (host, ann) = (&hosted.host, user("Ann"));
    let game = game_against_ai(host, &ann).await;
    let mut follower = Follower::join(host, game, &ann).await;
    trap.set(game, 1);
    let command_id = CommandId::generate();
    let seq = host.command(game, &ann, command_id, None, Command::Start {}).await.expect("it is committed");
    let again = host.command(game, &ann, command_id, None, Command::Start {}).await.expect("the same answer");
    assert_eq!(seq, again);
    assert!(trap.is_spent(), "the actor has died over it");
    follower.reach(seq).await;
    play(host, game, &ann, 3).await;
    host.stop().await;
}
