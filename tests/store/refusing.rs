//! What may not be written is not, and hinders nothing else.

use super::contract;
use super::fixture::*;
use dugout::id::{CommandId, LineupId, Seq};
use dugout::rules::record::PlayRecord;
use dugout::rules::vocabulary::{LeagueId, Side};
use dugout::store::ChangeError;
use dugout::store::change::{Append, Change, Rows};
use dugout::store::entry::{Entry, EntryHash};
use std::sync::Arc;

contract! {
    a_commit_whose_result_was_lost_succeeds_again_without_effect,
    a_number_is_used_once,
    the_journal_has_no_holes_and_no_loose_links,
    a_command_has_its_effect_once,
    a_bad_game_harms_no_other,
    a_game_is_created_once,
    nul_is_refused_before_it_spoils_a_batch,
    deleting_a_game_deletes_everything_of_it,
    card_and_player_exclude_each_other,
}

async fn a_commit_whose_result_was_lost_succeeds_again_without_effect(fixture: Fixture) {
    let new = new_game(LeagueId::Pd);
    let mut pen = Pen::behind(&new);
    let changes = vec![
        Change::CreateGame(Box::new(new)),
        pen.change(Rows { plays: vec![play(1)], ..Rows::default() }),
        claim_seat(pen.game_id, Side::Home, holder("Ann")),
    ];
    for _ in 0..3 {
        assert_eq!(fixture.store.commit(changes.clone().into()).await.unwrap(), [Ok(()), Ok(()), Ok(())]);
    }
    // Also when another host owns the game by now: what has landed has landed.
    fixture.store.claim(pen.game_id, dugout::id::HostId::generate()).await.unwrap();
    assert_eq!(fixture.store.commit(changes.into()).await.unwrap(), [Ok(()), Ok(()), Ok(())]);
    assert_eq!(fixture.count("journal").await, 2);
    assert_eq!(fixture.count("plays").await, 1);
}

async fn a_number_is_used_once(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let rival = pen.draft(Rows { plays: vec![play(1)], ..Rows::default() });
    fixture.commit_one(pen.change(Rows::default())).await.unwrap();
    let outcome = fixture.commit_one(Change::Append(Arc::new(rival))).await;
    assert_eq!(outcome, Err(ChangeError::SeqTaken { seq: Seq(2) }));
    assert_eq!(fixture.count("plays").await, 0);
}

async fn the_journal_has_no_holes_and_no_loose_links(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let skipped = pen.append(Rows::default());
    let outcome = fixture.commit_one(pen.change(Rows::default())).await;
    assert_eq!(outcome, Err(ChangeError::NotNext { seq: Seq(3) }));
    let loose = Append { previous: EntryHash([9; 32]), ..skipped.clone() };
    let outcome = fixture.commit_one(Change::Append(Arc::new(loose))).await;
    assert_eq!(outcome, Err(ChangeError::NotNext { seq: Seq(2) }));
    let forged = Append { entry: Entry { events_json: "[]".into(), ..skipped.entry.clone() }, ..skipped };
    let outcome = fixture.commit_one(Change::Append(Arc::new(forged))).await;
    assert_eq!(outcome, Err(ChangeError::NotNext { seq: Seq(2) }));
    assert_eq!(fixture.count("journal").await, 1);
}

async fn a_command_has_its_effect_once(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let mut other = fixture.create().await;
    let first = pen.append(Rows::default());
    let command_id = first.entry.command_id;
    fixture.commit_one(Change::Append(Arc::new(first))).await.unwrap();
    // The same command again, as a new entry, in company.
    let again = with_command(pen.draft(Rows::default()), command_id);
    let changes = vec![other.change(Rows::default()), Change::Append(Arc::new(again))];
    let outcomes = fixture.store.commit(changes.into()).await.unwrap();
    assert_eq!(outcomes, [Ok(()), Err(ChangeError::CommandIdTaken { seq: Seq(2) })]);
    // In another game the id is free.
    let elsewhere = with_command(other.draft(Rows::default()), command_id);
    fixture.commit_one(Change::Append(Arc::new(elsewhere))).await.unwrap();
}

fn with_command(mut append: Append, command_id: CommandId) -> Append {
    append.entry.command_id = command_id;
    append.entry.hash = append.entry.chained_to(&append.previous);
    append
}

async fn a_bad_game_harms_no_other(fixture: Fixture) {
    let mut pens = Vec::new();
    for _ in 0..5 {
        pens.push(fixture.create().await);
    }
    let stranger = PlayRecord { batter_id: LineupId(99), ..play(1) };
    let mut changes: Vec<_> =
        pens.iter_mut().map(|pen| pen.change(Rows { plays: vec![play(1)], ..Rows::default() })).collect();
    let mut bad = fixture.create().await;
    changes.insert(2, bad.change(Rows { plays: vec![stranger], ..Rows::default() }));
    let outcomes = fixture.store.commit(changes.into()).await.unwrap();
    for (index, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_ok(), index != 2, "{index}: {outcome:?}");
    }
    assert!(matches!(outcomes[2], Err(ChangeError::Refused(_))), "{:?}", outcomes[2]);
    assert_eq!(fixture.count("plays").await, 5);
    assert_eq!(fixture.store.journal(bad.game_id, Seq(0), 10).await.unwrap().len(), 1, "nothing is left");
}

async fn a_game_is_created_once(fixture: Fixture) {
    let new = new_game(LeagueId::Pd);
    fixture.create_as(new.clone()).await;
    let other = new_game_of(new.setup);
    let outcome = fixture.commit_one(Change::CreateGame(Box::new(other))).await;
    assert_eq!(outcome, Err(ChangeError::GameExists));
    let mut unpinned = new_game(LeagueId::Pd);
    unpinned.cards.pop();
    let outcome = fixture.commit_one(Change::CreateGame(Box::new(unpinned))).await;
    assert!(matches!(&outcome, Err(ChangeError::Refused(cause)) if cause.contains("22")), "{outcome:?}");
    assert_eq!(fixture.count("games").await, 1);
}

async fn nul_is_refused_before_it_spoils_a_batch(fixture: Fixture) {
    let pen = fixture.create().await;
    let mut setup = setup(LeagueId::Pd);
    setup.teams.home.name = "Washing\0ton".into();
    let changes = vec![
        Change::CreateGame(Box::new(new_game_of(setup))),
        claim_seat(pen.game_id, Side::Home, holder("Ann\0")),
        claim_seat(pen.game_id, Side::Away, holder("Bob")),
    ];
    let outcomes = fixture.store.commit(changes.into()).await.unwrap();
    assert!(
        matches!(&outcomes[0], Err(ChangeError::Refused(cause)) if cause.contains("NUL")),
        "{outcomes:?}"
    );
    assert!(matches!(&outcomes[1], Err(ChangeError::Refused(cause)) if cause.contains("user_name")));
    assert_eq!(outcomes[2], Ok(()));
}

async fn deleting_a_game_deletes_everything_of_it(fixture: Fixture) {
    let mut new = new_game(LeagueId::Pd);
    new.cardsets = vec![dugout::id::CardsetId(1)];
    new.seats = vec![(Side::Home, holder("Ann"))];
    let mut pen = fixture.create_as(new).await;
    let rows = Rows { plays: vec![play(1)], rolls: vec![roll(1, 1)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    let kept = fixture.create().await;
    let tables = [
        "game_secrets",
        "journal",
        "seats",
        "game_sessions",
        "roster_links",
        "game_cardset_links",
        "lineups",
    ];
    for table in tables {
        assert!(fixture.count(table).await > 0, "{table}");
    }
    fixture.execute("DELETE FROM games WHERE id IN (SELECT game_id FROM seats)").await.unwrap();
    for (table, of_the_other) in tables.iter().zip([1, 1, 0, 1, 4, 0, 2]) {
        assert_eq!(fixture.count(table).await, of_the_other, "{table}");
    }
    assert_eq!((fixture.count("plays").await, fixture.count("rolls").await), (0, 0));
    fixture.store.load_game_state(kept.game_id).await.unwrap();
}

async fn card_and_player_exclude_each_other(fixture: Fixture) {
    fixture.create().await;
    for table in ["lineups", "roster_links"] {
        for wrong in ["player_id = 5", "card_id = NULL"] {
            let refusal = fixture.execute(&format!("UPDATE {table} SET {wrong}")).await.unwrap_err();
            assert!(refusal.contains("card_xor_player"), "{table}: {refusal}");
        }
    }
}
