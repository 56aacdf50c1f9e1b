//! A host that comes back finds the game as it was committed.

use super::contract;
use super::fixture::*;
use dugout::id::{GameId, HostId, Seq};
use dugout::rules::vocabulary::LeagueId;
use dugout::store::StoreError;
use dugout::store::change::{Change, Rows};
use dugout::store::entry::EntryHash;
use dugout::store::snapshot::Snapshot;
use std::sync::Arc;

contract! {
    a_snapshot_shortens_the_replay,
    an_unreadable_snapshot_is_replaced_by_the_whole_journal,
    a_snapshot_that_does_not_fit_its_seal_or_the_journal_is_not_used,
    a_card_that_was_changed_is_named,
    what_is_behind_an_unreadable_entry_is_not_shown_and_what_is_before_is,
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
    fixture.commit_one(Change::Append(Arc::new(with_snapshot.clone()))).await.unwrap();

    let stored = fixture.store.load_game_state(pen.game_id).await.unwrap();
    assert_eq!(stored.snapshot.as_deref(), Some(&state));
    assert_eq!(stored.entries, []);
    assert_eq!((stored.head, stored.head_hash), (Seq(2), with_snapshot.entry.hash));

    let later = pen.append(Rows::default());
    fixture.commit_one(Change::Append(Arc::new(later.clone()))).await.unwrap();
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

async fn a_snapshot_that_does_not_fit_its_seal_or_the_journal_is_not_used(fixture: Fixture) {
    let new = new_game(LeagueId::Pd);
    let mut pen = fixture.create_as(new.clone()).await;
    let mut append = pen.append(Rows::default());
    append.snapshot = Some(Snapshot::of(&state(new.setup.clone(), pen.seq), append.entry.hash));
    fixture.commit_one(Change::Append(Arc::new(append))).await.unwrap();
    let inning = if fixture.is_sqlite() {
        "json_set(state_snapshot, '$.inning', 7)"
    } else {
        "jsonb_set(state_snapshot, '{inning}', '7')"
    };
    let zeros = if fixture.is_sqlite() { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    let poisons = [
        format!("UPDATE game_sessions SET state_snapshot = {inning}"),
        format!("UPDATE game_sessions SET snapshot_hash = {zeros}"),
        format!("UPDATE game_sessions SET snapshot_seal = {zeros}"),
        "UPDATE game_sessions SET snapshot_seal = NULL".to_owned(),
    ];
    fixture.execute("CREATE TABLE kept AS SELECT * FROM game_sessions").await.unwrap();
    for poison in poisons {
        assert!(fixture.store.load_game_state(pen.game_id).await.unwrap().snapshot.is_some());
        fixture.execute(&poison).await.unwrap();
        let stored = fixture.store.load_game_state(pen.game_id).await.unwrap();
        assert_eq!((stored.snapshot, stored.entries.len()), (None, 2), "{poison}");
        assert!(stored.snapshot_rejected.is_some(), "{poison}");
        let restore = "DELETE FROM game_sessions; INSERT INTO game_sessions SELECT * FROM kept";
        fixture.execute(restore).await.unwrap();
    }
    // What the snapshot contains was committed: a journal that ends before is not a shorter game.
    fixture.execute("DELETE FROM journal WHERE seq = 2").await.unwrap();
    let lost = fixture.store.load_game_state(pen.game_id).await;
    assert!(matches!(&lost, Err(StoreError::Corrupt { what, .. }) if what == "entry 2"), "{lost:?}");
}

async fn a_card_that_was_changed_is_named(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let name = if fixture.is_sqlite() {
        "json_set(card, '$.name', 'Ringer')"
    } else {
        "jsonb_set(card, '{name}', '\"Ringer\"')"
    };
    let id = if fixture.is_sqlite() { "card ->> '$.card_id' = 12" } else { "card ->> 'card_id' = '12'" };
    fixture.execute(&format!("UPDATE cards SET card = {name} WHERE {id}")).await.unwrap();
    let store = fixture.reopened().await; // this one has the card in memory, as it was
    let loaded = store.load_game_state(game_id).await;
    assert!(
        matches!(&loaded, Err(StoreError::Corrupt { what, cause }) if what.starts_with("card ") && cause.contains("Ringer")),
        "{loaded:?}"
    );
    let claim = store.claim(game_id, HostId::generate()).await.unwrap();
    assert!(claim.game.is_err());
    assert_eq!(claim.epoch.0, 2, "it is claimed all the same");
    assert_eq!(store.journal(game_id, Seq(0), 10).await.unwrap().len(), 1);
}

async fn what_is_behind_an_unreadable_entry_is_not_shown_and_what_is_before_is(fixture: Fixture) {
    if !fixture.is_sqlite() {
        return; // PostgreSQL's types let nothing in that cannot be read
    }
    let poisons = [
        "UPDATE journal SET events = 'no list' WHERE seq = 3",
        "UPDATE journal SET recorded_at = 'yesterday' WHERE seq = 3",
        "UPDATE journal SET command = CAST(x'ff' AS TEXT) WHERE seq = 3",
    ];
    for poison in poisons {
        let fixture = Fixture::sqlite().await;
        let mut pen = fixture.create().await;
        for _ in 0..3 {
            fixture.commit_one(pen.change(Rows::default())).await.unwrap();
        }
        fixture.execute(poison).await.unwrap();
        assert_eq!(fixture.store.journal(pen.game_id, Seq(0), 10).await.unwrap().len(), 2, "{poison}");
        for unreadable in [
            fixture.store.journal(pen.game_id, Seq(2), 10).await.map(drop),
            fixture.store.load_game_state(pen.game_id).await.map(drop),
        ] {
            let is_named = matches!(&unreadable, Err(StoreError::Corrupt { what, .. }) if what == "entry 3");
            assert!(is_named, "{poison}: {unreadable:?}");
        }
        assert_eq!(fixture.store.journal(pen.game_id, Seq(3), 10).await.unwrap().len(), 1, "{poison}");
    }
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
