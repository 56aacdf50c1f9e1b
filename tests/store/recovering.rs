//! A host that comes back finds the game as it was committed.

use super::contract;
use super::fixture::*;
use dugout::id::{GameId, HostId, Seq};
use dugout::rules::vocabulary::LeagueId;
use dugout::store::StoreError;
use dugout::store::change::{Change, Rows};
use dugout::store::entry::EntryHash;
use dugout::store::snapshot::Snapshot;

contract! {
    a_snapshot_shortens_the_replay,
    an_unreadable_snapshot_is_replaced_by_the_whole_journal,
    the_journal_comes_in_pages_and_its_chain_holds,
    cards_are_pinned_as_they_were,
    a_game_that_is_not_there_is_told_apart,
}

async fn a_snapshot_shortens_the_replay(fixture: Fixture) {
    let new = new_game(LeagueId::Pd);
    let mut pen = fixture.create_as(new.clone()).await;
    let mut with_snapshot = pen.append(Rows::default());
    let state = state(new.setup.clone(), pen.seq);
    with_snapshot.snapshot = Some(Snapshot::of(&state, with_snapshot.entry.hash));
    fixture.commit_one(Change::Append(Box::new(with_snapshot.clone()))).await.unwrap();

    let stored = fixture.store.load_game_state(pen.game_id).await.unwrap();
    assert_eq!(stored.snapshot.as_deref(), Some(&state));
    assert_eq!(stored.entries, []);
    assert_eq!((stored.head, stored.head_hash), (Seq(2), with_snapshot.entry.hash));

    let later = pen.append(Rows::default());
    fixture.commit_one(Change::Append(Box::new(later.clone()))).await.unwrap();
    let stored = fixture.store.load_game_state(pen.game_id).await.unwrap();
    assert_eq!(stored.snapshot.as_deref(), Some(&state));
    assert_eq!(stored.entries, [later.entry]);
    assert_eq!((stored.head, stored.head_hash), (pen.seq, pen.hash));
}

async fn an_unreadable_snapshot_is_replaced_by_the_whole_journal(fixture: Fixture) {
    let mut pen = fixture.create().await;
    fixture.commit_one(pen.change(Rows::default())).await.unwrap();
    let older = r#"UPDATE game_sessions SET state_snapshot = '{"version": 0}', snapshot_seq = 2"#;
    fixture.execute(older).await.unwrap();
    let stored = fixture.store.load_game_state(pen.game_id).await.unwrap();
    assert_eq!(stored.snapshot, None);
    assert_eq!(stored.entries.len(), 2);
    assert_eq!((stored.head, stored.head_hash), (pen.seq, pen.hash));
}

async fn the_journal_comes_in_pages_and_its_chain_holds(fixture: Fixture) {
    let mut pen = fixture.create().await;
    for _ in 0..4 {
        fixture.commit_one(pen.change(Rows::default())).await.unwrap();
    }
    let mut journal = fixture.store.journal(pen.game_id, Seq(0), 3).await.unwrap();
    assert_eq!(journal.len(), 3);
    journal.extend(fixture.store.journal(pen.game_id, Seq(3), 3).await.unwrap());
    assert_eq!(journal.iter().map(|entry| entry.seq.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let mut previous = EntryHash::GENESIS;
    for entry in &journal {
        assert_eq!(entry.chained_to(&previous), entry.hash, "entry {}", entry.seq);
        previous = entry.hash;
    }
    assert_eq!(previous, pen.hash);
    let last = journal.last().unwrap();
    let found = fixture.store.seq_of_command(pen.game_id, last.command_id).await.unwrap();
    assert_eq!(found, Some(Seq(5)));
    let elsewhere = fixture.store.seq_of_command(GameId::generate(), last.command_id).await.unwrap();
    assert_eq!(elsewhere, None);
}

async fn cards_are_pinned_as_they_were(fixture: Fixture) {
    let before = fixture.create().await.game_id;
    let mut new = new_game(LeagueId::Pd);
    let mut changed = dugout::rules::card::PlayerCard::clone(&card(11));
    changed.name = "Traded".into();
    new.cards[0] = std::sync::Arc::new(changed);
    let after = fixture.create_as(new).await.game_id;
    assert_eq!(fixture.count("cards").await, 5, "one card changed, three are shared");
    let store = fixture.reopened().await;
    let name = async |game| store.load_game_state(game).await.unwrap().cards.cards[2].name.clone();
    assert_eq!(name(before).await, card(11).name);
    assert_eq!(name(after).await, "Traded");
}

async fn a_game_that_is_not_there_is_told_apart(fixture: Fixture) {
    let nowhere = GameId::generate();
    let loaded = fixture.store.load_game_state(nowhere).await;
    assert!(matches!(loaded, Err(StoreError::NotFound { what: "game" })), "{loaded:?}");
    let claimed = fixture.store.claim(nowhere, HostId::generate()).await;
    assert!(matches!(claimed, Err(StoreError::NotFound { what: "game" })), "{claimed:?}");
}
