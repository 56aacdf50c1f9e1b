//! Who asks again for the seat that he has, because no answer reached him, is told that he has it.

use super::support::{start, user};
use dugout::host::Denied;
use dugout::host::faults::Faults;
use dugout::id::CommandId;
use dugout::protocol::NewGame;
use dugout::rules::command::{Command, Forfeit};
use dugout::rules::rejection::RejectionCode;
use dugout::rules::vocabulary::Side;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_seat_one_has_can_be_claimed_again_even_when_the_game_is_over() {
    let hosted = start(Faults::default()).await;
    let (host, ann, bob) = (&hosted.host, user("Ann"), user("Bob"));
    let request = NewGame::parse(json!({"home_team_id": 1, "away_team_id": 2})).expect("a valid request");
    let game = host.create_game(request, &ann).await.expect("the game is created").game_id;
    host.claim_seat(game, Side::Away, &bob).await.expect("the seat is free");
    host.claim_seat(game, Side::Away, &bob).await.expect("it is his");

    let start = (CommandId::generate(), Command::Start {});
    let forfeit = (CommandId::generate(), Command::Forfeit(Forfeit::default()));
    for (id, command) in [start, forfeit] {
        host.command(game, &ann, id, None, command).await.expect("she may");
    }
    host.claim_seat(game, Side::Away, &bob).await.expect("it was his");
    let late = host.claim_seat(game, Side::Away, &user("Eve")).await;
    let Err(Denied::Rejected(rejection)) = late else { panic!("answered {late:?}") };
    assert_eq!(rejection.code, RejectionCode::GameOver);
    host.stop().await;
}
