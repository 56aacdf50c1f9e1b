//! A rollback takes rows out of the live tables; the journal keeps what happened.

use super::contract;
use super::fixture::*;
use dugout::id::{LineupId, PlayNumber, Seq};
use dugout::rules::lineup::LineupPlayerState;
use dugout::rules::scoring::RunCredit;
use dugout::rules::vocabulary::Position;
use dugout::store::change::{RollbackRows, Rows};

contract! {
    plays_rolls_and_substitutions_after_the_play_go,
}

async fn plays_rolls_and_substitutions_after_the_play_go(fixture: Fixture) {
    let mut pen = fixture.create().await;
    for number in 1..=4 {
        let scored = RunCredit { play_number: PlayNumber(1), run: 1, e_run: 1 };
        let rows = Rows {
            plays: vec![play(number)],
            rolls: vec![roll(number, number)],
            locked: (number > 1).then_some(PlayNumber(number - 1)),
            credits: if number == 3 { vec![scored] } else { Vec::new() },
            lineups: if number == 4 {
                vec![(AWAY, substitute()), (AWAY, replaced(false))]
            } else {
                Vec::new()
            },
            ..Rows::default()
        };
        fixture.commit_one(pen.change(rows)).await.unwrap();
    }
    let rows = Rows {
        rollback: Some(RollbackRows {
            to_play: PlayNumber(2),
            runs: vec![RunCredit { play_number: PlayNumber(1), run: 0, e_run: 0 }],
        }),
        lineups_removed: vec![LineupId(3)],
        lineups: vec![(AWAY, replaced(true))],
        ..Rows::default()
    };
    fixture.commit_one(pen.change(rows)).await.unwrap();

    let plays = fixture.store.plays(pen.game_id).await.unwrap();
    let facts: Vec<_> = plays.iter().map(|play| (play.play_number.0, play.locked, play.run)).collect();
    assert_eq!(facts, [(1, true, 0), (2, false, 0)]);
    let rolls = fixture.store.rolls(pen.game_id).await.unwrap();
    assert_eq!(rolls.iter().map(|roll| roll.roll_id.0).collect::<Vec<_>>(), [1, 2]);
    let lineups = fixture.store.lineups(pen.game_id).await.unwrap();
    let facts: Vec<_> = lineups.iter().map(|entry| (entry.lineup_id.0, entry.is_active)).collect();
    assert_eq!(facts, [(1, true), (2, true)]);
    assert_eq!(fixture.store.journal(pen.game_id, Seq(0), 10).await.unwrap().len(), 6);

    // The game goes on with the numbers that became free.
    let rows = Rows { plays: vec![play(3)], rolls: vec![roll(5, 3)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    assert_eq!(fixture.store.plays(pen.game_id).await.unwrap().len(), 3);
}

fn substitute() -> LineupPlayerState {
    LineupPlayerState {
        is_starter: false,
        replacing_id: Some(LineupId(1)),
        after_play: Some(3),
        ..player(3, 22, Position::CenterField, Some(1))
    }
}

fn replaced(is_active: bool) -> LineupPlayerState {
    LineupPlayerState { is_active, ..player(1, 21, Position::CenterField, Some(1)) }
}
