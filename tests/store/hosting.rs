//! Hosts of one database: who lives, who owns a game, who may take it.

use super::fixture::*;
use dugout::id::{Epoch, HostId, InstallationId};
use dugout::rules::vocabulary::LeagueId;
use dugout::store::change::{Change, GiveUp, NewGame};
use dugout::store::hosts::{HostCard, Vacancy, living};
use dugout::store::stored::Claim;
use dugout::store::{Store, StoreError};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(600);

fn host(lease: Duration) -> HostCard {
    HostCard {
        host_id: HostId::generate(),
        installation: InstallationId::generate(),
        public_url: Some("http://a.example".into()),
        lease,
        lull: LONG,
        draining: false,
    }
}

/// Why `asks` could take the game; the address of its owner where it could not.
async fn taken(store: &Store, pen: &Pen, asks: &HostCard) -> Result<Option<Vacancy>, Option<String>> {
    match store.claim(pen.game_id, asks.host_id).await {
        Ok(stored) => Ok(stored.taken_from),
        Err(StoreError::LivesElsewhere(address)) => Err(address.public_url),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_of_a_host_that_lives_is_left_to_it() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let store = &fixture.store;
    let (a, b) = (host(LONG), host(LONG));
    store.enter(a.clone()).await.unwrap();
    store.enter(b.clone()).await.unwrap();
    let pen = fixture.create_as(NewGame { owner: None, ..new_game(LeagueId::Pd) }).await;
    assert_eq!(taken(store, &pen, &a).await, Ok(Some(Vacancy::GivenUp)));
    assert_eq!(taken(store, &pen, &b).await, Err(Some("http://a.example".into())));
    assert_eq!(taken(store, &pen, &a).await, Ok(None), "its own again, in a new term");
    let stored = store.load_game_state(pen.game_id).await.unwrap();
    assert_eq!(stored.epoch, Epoch(3), "who was refused has changed nothing");

    let give_up = |epoch| Change::GiveUp(GiveUp { game_id: pen.game_id, epoch: Epoch(epoch) });
    assert!(fixture.commit_one(give_up(2)).await.is_err(), "a stale owner gives nothing up");
    assert!(taken(store, &pen, &b).await.is_err());
    fixture.commit_one(give_up(3)).await.unwrap();
    assert_eq!(taken(store, &pen, &b).await, Ok(Some(Vacancy::GivenUp)));
    assert_eq!(store.strays(a.host_id, vec![pen.game_id]).await.unwrap(), [pen.game_id]);
    assert_eq!(store.strays(b.host_id, vec![pen.game_id]).await.unwrap(), []);

    store.beat(HostCard { draining: true, ..b.clone() }, Duration::ZERO).await.unwrap();
    assert_eq!(taken(store, &pen, &a).await, Ok(Some(Vacancy::Draining)));
    store.leave(a.host_id).await.unwrap();
    store.beat(b.clone(), Duration::ZERO).await.unwrap();
    assert_eq!(taken(store, &pen, &b).await, Ok(Some(Vacancy::Gone)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_host_loses_its_games_until_it_gives_word() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let store = &fixture.store;
    let (silent, other) = (host(Duration::from_millis(1)), host(LONG));
    store.enter(silent.clone()).await.unwrap();
    store.enter(other.clone()).await.unwrap();
    let pen = fixture.create().await;
    taken(store, &pen, &silent).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let beat = store.beat(other.clone(), Duration::ZERO).await.unwrap();
    assert!(beat.is_shared && beat.was_silent.unwrap() < LONG);
    assert_eq!(beat.hosts.len(), 2);
    assert_eq!(living(&beat.hosts), [other.host_id]);
    assert_eq!(taken(store, &pen, &other).await, Ok(Some(Vacancy::Silent)));

    // A longer lease holds from the word that announces it.
    let woken = HostCard { lease: LONG, ..silent };
    let beat = store.beat(woken.clone(), Duration::ZERO).await.unwrap();
    assert!(beat.was_silent.unwrap() >= Duration::from_millis(20));
    assert_eq!(living(&beat.hosts).len(), 2);
    assert!(taken(store, &pen, &woken).await.is_err(), "what it has lost stays lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_starts_again_ends_the_one_before_it() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let before = host(LONG);
    fixture.store.enter(before.clone()).await.unwrap();
    let pen = fixture.create().await;
    taken(&fixture.store, &pen, &before).await.unwrap();
    let after = HostCard { host_id: HostId::generate(), ..before };
    fixture.store.enter(after.clone()).await.unwrap();
    assert_eq!(taken(&fixture.store, &pen, &after).await, Ok(Some(Vacancy::Gone)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sqlite_file_has_one_host_at_a_time() {
    let fixture = Fixture::sqlite().await;
    let (one, other) = (host(LONG), host(LONG));
    fixture.store.enter(one.clone()).await.unwrap();
    let pen = fixture.create().await;
    taken(&fixture.store, &pen, &one).await.unwrap();
    let second = fixture.reopened().await;
    let refusal = second.enter(other.clone()).await.unwrap_err().to_string();
    assert!(refusal.contains("another host has the database") && refusal.contains("dugout.db"), "{refusal}");
    assert!(!fixture.store.beat(one.clone(), Duration::ZERO).await.unwrap().is_shared);

    // As after `kill -9`: the lock is free, the row of the first is still there.
    drop(fixture.store);
    second.enter(other.clone()).await.unwrap();
    assert_eq!(taken(&second, &pen, &other).await, Ok(Some(Vacancy::Gone)));
    second.leave(other.host_id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_on_its_way_does_not_write_a_host_down_again_that_has_left() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let (store, me) = (fixture.store.clone(), host(LONG));
    store.enter(me.clone()).await.unwrap();
    let (mut other, connection) = tokio_postgres::connect(&fixture.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let held = other.transaction().await.unwrap();
    held.batch_execute("LOCK TABLE hosts IN EXCLUSIVE MODE").await.unwrap();
    // The host does not wait for its word any longer; the database has it all the same.
    let word = store.beat(me.clone(), Duration::ZERO);
    tokio::time::timeout(Duration::from_millis(300), word).await.expect_err("the table is locked");
    let leaving = tokio::spawn(async move { store.leave(me.host_id).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    held.commit().await.unwrap();
    leaving.await.unwrap().unwrap();
    assert_eq!(fixture.count("hosts").await, 0);
    fixture.store.beat(host(LONG), Duration::ZERO).await.expect("others go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_games_those_of_another_host_are_left_to_it() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let store = &fixture.store;
    let (a, b) = (host(LONG), host(LONG));
    store.enter(a.clone()).await.unwrap();
    store.enter(b.clone()).await.unwrap();
    let mut games = Vec::new();
    for owner in [Some(a.host_id), None, Some(HostId::generate()), Some(b.host_id)] {
        games.push(fixture.create_as(NewGame { owner, ..new_game(LeagueId::Pd) }).await.game_id);
    }
    let claims = store.claim_all(games, b.host_id).await.unwrap();
    let taken =
        |claim: Result<_, StoreError>| claim.map(|Claim { taken_from, epoch, .. }| (taken_from, epoch.0));
    let mut taken: Vec<_> = claims.into_iter().map(taken).collect();
    let elsewhere = taken.remove(0);
    assert!(matches!(elsewhere, Err(StoreError::LivesElsewhere(owner)) if owner.host_id == a.host_id));
    let taken: Vec<_> = taken.into_iter().map(Result::unwrap).collect();
    assert_eq!(taken, [(Some(Vacancy::GivenUp), 2), (Some(Vacancy::Gone), 2), (None, 2)]);
}
