//! Going back to an earlier play: the tables show the game as it stands, the journal keeps what was undone,
//! and no roll is used twice.

use super::support::{Follower, game_against_ai, play, start, user};
use dugout::host::faults::Faults;
use dugout::id::{CommandId, PlayNumber};
use dugout::rules::command::{Command, ProposeRollback};
use dugout::rules::state::GameState;

/// Waits until it is the manager's turn, so that nobody plays on meanwhile.
async fn settled(hosted: &super::support::Hosted, game: dugout::id::GameId) -> GameState {
    loop {
        let (state, _, _) = hosted.host.committed_state(game).await.expect("readable");
        let ai_to_act =
            state.pending_decision.as_ref().is_some_and(|pending| state.setup.teams[pending.side].is_ai);
        if !ai_to_act {
            return state;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rollback_empties_the_tables_after_the_play_and_the_game_goes_on() {
    let hosted = start(Faults::default()).await;
    let (host, ann) = (&hosted.host, user("Ann"));
    let game = game_against_ai(host, &ann).await;
    let mut follower = Follower::join(host, game, &ann).await;
    play(host, game, &ann, 60).await;
    let later = settled(&hosted, game).await;
    assert!(later.play_count.0 > 12, "enough was played: {}", later.play_count);
    let to_play = PlayNumber(later.play_count.0 - 7);

    let propose = Command::ProposeRollback(ProposeRollback { to_play });
    let seq = host.command(game, &ann, CommandId::generate(), None, propose).await.expect("the AI agrees");
    follower.reach(seq).await;
    let (back, _, _) = host.committed_state(game).await.expect("readable");
    assert!(back.next_roll_id >= later.next_roll_id, "roll numbers go on");
    assert!(back.dice_position >= later.dice_position, "dice numbers go on");

    play(host, game, &ann, 9).await;
    let now = settled(&hosted, game).await;
    let plays = hosted.store.plays(game).await.expect("readable");
    let numbers: Vec<i32> = plays.iter().map(|play| play.play_number.0).collect();
    assert_eq!(numbers, (1..=now.play_count.0).collect::<Vec<_>>(), "the rows are the plays that stand");
    let runs: u16 = plays.iter().map(|play| u16::from(play.run)).sum();
    let scored: u16 = plays.iter().map(|play| u16::from(play.runs_scored)).sum();
    assert_eq!((runs, scored), (now.score.away + now.score.home, now.score.away + now.score.home));
    let rolls = hosted.store.rolls(game).await.expect("readable");
    assert!(rolls.iter().all(|roll| roll.play_number <= now.play_count.next()), "undone rolls are gone");
    let unlocked: Vec<i32> =
        plays.iter().filter(|play| !play.locked).map(|play| play.play_number.0).collect();
    assert_eq!(unlocked, [now.play_count.0], "only the last play is open");
    host.stop().await;
}
