//! A game played through the library alone, and what it says when it is refused.

use super::support::{Player, api, game_against_ai};
use crate::end_to_end::assert_verified;
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::server::Home;
use dugout::client::{Link, News};
use dugout::id::{CardId, GameId, Seq, TeamId};
use dugout::protocol::{CloseCode, NewGame};
use dugout::rules::command::{Command, SetLineup};
use dugout::rules::lineup::LineupSlot;
use dugout::rules::rejection::RejectionCode;
use dugout::rules::vocabulary::{LeagueId, Position, Side, Status};
use tokio::time::timeout;

fn origin(home: &Home) -> String {
    format!("http://{}", home.address.get())
}

#[tokio::test]
async fn a_game_is_played_to_its_end() {
    let home = Home::sqlite().brisk();
    let _host = home.start().await;
    let mut ann = Player::sit_down(&home.address, &origin(&home)).await;
    ann.start().await;
    ann.play(usize::MAX).await;

    let row = ann.api.game(ann.game).await.expect("the game");
    assert_eq!(row.status, Status::Completed);
    assert_eq!(row.seats.home.map(|seat| seat.user_name).as_deref(), Some("Ann"));
    let state = ann.api.state(ann.game).await.expect("its state");
    assert_eq!(Some(state.seq), ann.last, "everything was told");
    let box_score = ann.api.box_score(ann.game).await.expect("its box score");
    assert_eq!(box_score.line_score.home.runs, state.home_score);
    let team = row.home_team_id;
    assert!(!ann.api.players(LeagueId::Pd, team).await.expect("players").is_empty());
    assert_verified(&Http::stranger(&home.address), &ann.game.to_string()).await;
}

#[tokio::test]
async fn a_refusal_names_its_code_and_its_field() {
    let home = Home::sqlite().brisk();
    let _host = home.start().await;
    let ann = Player::sit_down(&home.address, &origin(&home)).await;
    let (game, link) = (ann.game, &ann.link);

    let early = link.command(game, None, &Command::Roll {}).await.expect_err("not started");
    assert_eq!(early.code, Some(RejectionCode::WrongPhase), "{early}");
    let stale = link.command(game, Some(Seq(1)), &Command::Roll {}).await.expect_err("nothing is asked");
    assert!(stale.code.is_some() && !stale.passes(), "{stale}");
    let strangers = SetLineup {
        players: vec![LineupSlot {
            card_id: CardId(999_999),
            position: Position::Pitcher,
            batting_order: None,
        }],
    };
    let lineup = link.command(game, None, &Command::SetLineup(strangers)).await.expect_err("no such card");
    assert_eq!(lineup.code, Some(RejectionCode::Invalid), "{lineup}");
    assert!(lineup.field.is_some_and(|field| field.starts_with("players")));

    let crowd =
        vec![LineupSlot { card_id: CardId(1), position: Position::Pitcher, batting_order: None }; 1_000];
    let large = link.command(game, None, &Command::SetLineup(SetLineup { players: crowd })).await;
    let large = large.expect_err("no host reads so much");
    assert!(large.message.contains("too large"), "{large}");

    let nowhere = link.follow(GameId::generate()).await.expect_err("no such game");
    assert_eq!(nowhere.code, Some(RejectionCode::NotFound));
    let taken = ann.api.claim_seat(game, Side::Away).await.expect_err("the host manages there");
    assert_eq!(taken.code, Some(RejectionCode::Forbidden), "{taken}");
    let same = ann.api.create_game(&NewGame::between(TeamId(1), TeamId(1))).await.expect_err("one team");
    assert_eq!((same.code, same.field.as_deref()), (Some(RejectionCode::Invalid), Some("away_team_id")));
    link.command(game, None, &Command::Start {}).await.expect("the connection lives on");
}

#[tokio::test]
async fn one_connection_follows_several_games_and_leaves_one() {
    let home = Home::sqlite().brisk();
    let _host = home.start().await;
    let mut ann = Player::sit_down(&home.address, &origin(&home)).await;
    let other = game_against_ai(&ann.api).await;
    ann.link.follow(other).await.expect("followed");
    ann.link.command(other, None, &Command::Start {}).await.expect("started");
    ann.link.leave(other).await.expect("left");
    ann.start().await;
    ann.play(6).await;
    let seq = ann.api.state(other).await.expect("its state").seq;
    assert!(seq > Seq(1), "the game that is not followed any more was started all the same");
}

#[tokio::test]
async fn a_token_that_is_not_valid_ends_the_connection_with_the_reason() {
    let home = Home::sqlite().brisk();
    let _host = home.start().await;
    assert!(api(&home.address).game(GameId::generate()).await.is_err());
    let (link, mut news) = Link::start(&origin(&home), "no token", "dugout-test/1");
    let told = timeout(PATIENCE, news.recv()).await.expect("some news");
    assert!(matches!(&told, Some(News::Ended { code: Some(CloseCode::Token), .. })), "{told:?}");
    assert!(news.recv().await.is_none());
    let refusal = link.follow(GameId::generate()).await.expect_err("ended");
    assert!(refusal.code.is_none() && link.is_ended(), "{refusal}");
}
