//! One writer per game: epochs, seats, quarantine.

use super::contract;
use super::fixture::*;
use dugout::id::{Epoch, GameId, HostId};
use dugout::rules::vocabulary::Side;
use dugout::store::change::{Change, Quarantine, Rows};
use dugout::store::read::Viewer;
use dugout::store::{ChangeError, StoreError};
use std::sync::Arc;

contract! {
    a_claim_ends_the_term_before,
    concurrent_claims_get_different_epochs,
    many_games_are_claimed_at_once_and_a_bad_one_harms_no_other,
    a_seat_is_taken_once,
    a_failing_game_is_set_aside_and_released,
}

async fn a_claim_ends_the_term_before(fixture: Fixture) {
    let mut old = fixture.create().await;
    fixture.commit_one(old.change(Rows::default())).await.unwrap();
    let claim = fixture.reopened().await.claim(old.game_id, HostId::generate()).await.unwrap();
    let stored = claim.game.unwrap();
    assert_eq!((stored.epoch, stored.head, stored.head_hash), (Epoch(2), old.seq, old.hash));

    let late = Change::Append(Arc::new(old.draft(Rows::default())));
    assert_eq!(fixture.commit_one(late).await, Err(ChangeError::StaleEpoch { current: Epoch(2) }));
    let mut new = Pen { epoch: stored.epoch, ..old };
    fixture.commit_one(new.change(Rows::default())).await.unwrap();
    assert_eq!(fixture.store.load_game_state(new.game_id).await.unwrap().entries.len(), 3);
}

async fn concurrent_claims_get_different_epochs(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let claims: Vec<_> = (0..8)
        .map(|_| {
            let store = fixture.store.clone();
            tokio::spawn(async move { store.claim(game_id, HostId::generate()).await.unwrap().epoch.0 })
        })
        .collect();
    let mut epochs = Vec::new();
    for claim in claims {
        epochs.push(claim.await.unwrap());
    }
    epochs.sort_unstable();
    assert_eq!(epochs, [2, 3, 4, 5, 6, 7, 8, 9]);
}

async fn many_games_are_claimed_at_once_and_a_bad_one_harms_no_other(fixture: Fixture) {
    let mut pens = Vec::new();
    for entries in 0..12 {
        let mut pen = fixture.create().await;
        for _ in 0..entries {
            fixture.commit_one(pen.change(Rows::default())).await.unwrap();
        }
        pens.push(pen);
    }
    let bad = pens[7].game_id;
    let forget = format!("DELETE FROM game_secrets WHERE game_id = {}", fixture.literal(bad));
    fixture.execute(&forget).await.unwrap();
    let nowhere = GameId::generate();
    let mut games: Vec<GameId> = pens.iter().rev().map(|pen| pen.game_id).collect();
    games.insert(3, nowhere);

    let mut claims = fixture.store.claim_all(games.clone(), HostId::generate()).await.unwrap();
    assert_eq!(claims.len(), games.len());
    assert!(matches!(claims.remove(3), Err(StoreError::NotFound { what: "game" })));
    for (pen, claim) in pens.iter_mut().rev().zip(claims) {
        let claim = claim.unwrap();
        assert_eq!(claim.epoch, Epoch(2), "one that cannot be read is claimed too");
        let late = Change::Append(Arc::new(pen.draft(Rows::default())));
        assert_eq!(fixture.commit_one(late).await, Err(ChangeError::StaleEpoch { current: Epoch(2) }));
        if pen.game_id == bad {
            assert!(matches!(claim.game, Err(StoreError::Corrupt { what, .. }) if what == "dice seed"));
            continue;
        }
        let stored = claim.game.unwrap();
        assert_eq!((stored.game_id, stored.epoch), (pen.game_id, Epoch(2)));
        assert_eq!((stored.head, stored.head_hash), (pen.seq, pen.hash));
        let alone = fixture.store.load_game_state(pen.game_id).await.unwrap();
        assert_eq!(stored.entries, alone.entries);
        assert_eq!(stored.cards.digest, alone.cards.digest);
        pen.epoch = claim.epoch;
        fixture.commit_one(pen.change(Rows::default())).await.unwrap();
    }
}

async fn a_seat_is_taken_once(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let (ann, bob) = (holder("Ann"), holder("Bob"));
    fixture.commit_one(claim_seat(game_id, Side::Home, ann.clone())).await.unwrap();
    fixture.commit_one(claim_seat(game_id, Side::Home, ann.clone())).await.unwrap();
    let late = fixture.commit_one(claim_seat(game_id, Side::Home, bob.clone())).await;
    assert_eq!(late, Err(ChangeError::SeatTaken { by: ann.user_id }));
    fixture.commit_one(claim_seat(game_id, Side::Away, bob.clone())).await.unwrap();
    let seats = fixture.store.game(game_id, Viewer::Public).await.unwrap().seats;
    assert_eq!((seats.home, seats.away), (Some(ann.clone()), Some(bob)));
    let nowhere = fixture.commit_one(claim_seat(GameId::generate(), Side::Home, ann)).await;
    assert_eq!(nowhere, Err(ChangeError::NoSuchGame));
}

async fn a_failing_game_is_set_aside_and_released(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let quarantine = |epoch| {
        Change::Quarantine(Quarantine { game_id, epoch, reason: "failed five times".into(), at: now() })
    };
    let stale = fixture.commit_one(quarantine(Epoch(9))).await;
    assert_eq!(stale, Err(ChangeError::StaleEpoch { current: Epoch(1) }));
    fixture.commit_one(quarantine(Epoch(1))).await.unwrap();
    let stored = fixture.store.load_game_state(game_id).await.unwrap();
    assert_eq!(stored.quarantined.as_deref(), Some("failed five times"));
    assert!(fixture.store.game(game_id, Viewer::Public).await.unwrap().quarantined_at.is_some());
    fixture.commit_one(Change::Release(game_id)).await.unwrap();
    assert_eq!(fixture.store.load_game_state(game_id).await.unwrap().quarantined, None);
}
