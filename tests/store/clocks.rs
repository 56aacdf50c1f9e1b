//! Clocks in the tables: which run, which are due and whose, and for how long nobody was there.

use super::contract;
use super::fixture::*;
use chrono::TimeDelta;
use dugout::id::{Epoch, HostId, InstallationId};
use dugout::rules::moment::Moment;
use dugout::rules::vocabulary::{LeagueId, Status};
use dugout::store::change::{Change, ClockChange, GameColumns, GiveUp, NewGame, Quarantine, Rows};
use dugout::store::entry;
use dugout::store::hosts::HostCard;
use std::time::Duration;

contract! {
    clocks_are_found_when_they_are_due_and_not_before,
    time_without_its_host_is_measured_and_kept_until_the_clock_is_set_anew,
    quarantine_is_nobodys_time,
}

fn host() -> HostCard {
    HostCard {
        host_id: HostId::generate(),
        installation: InstallationId::generate(),
        public_url: None,
        lease: Duration::from_secs(60),
        lull: Duration::from_millis(1_500),
        draining: false,
    }
}

fn due_in(seconds: i64) -> Moment {
    entry::moment(now() + TimeDelta::seconds(seconds))
}

fn clock(change: ClockChange) -> Rows {
    let game = GameColumns {
        status: Status::Active,
        current_inning: 1,
        current_half: dugout::rules::vocabulary::Half::Top,
        home_score: 0,
        away_score: 0,
        winner_team_id: None,
        game_metadata: None,
    };
    Rows { clock: Some(change), game: Some(game), ..Rows::default() }
}

async fn owned(fixture: &Fixture, owner: &HostCard) -> Pen {
    fixture.store.enter(owner.clone()).await.unwrap();
    let pen = fixture.create_as(NewGame { owner: None, ..new_game(LeagueId::Pd) }).await;
    let claim = fixture.store.claim(pen.game_id, owner.host_id).await.unwrap();
    Pen { epoch: claim.epoch, ..pen }
}

async fn clocks_are_found_when_they_are_due_and_not_before(fixture: Fixture) {
    let (store, me) = (&fixture.store, host());
    let mut pen = owned(&fixture, &me).await;
    let due = |at: i64, living: Vec<HostId>| {
        let store = store.clone();
        async move { store.due(me.host_id, now() + TimeDelta::seconds(at), living, 10).await.unwrap() }
    };
    assert_eq!(due(1_000, vec![]).await, [], "no clock runs");
    fixture.commit_one(pen.change(clock(ClockChange::Due(due_in(60))))).await.unwrap();
    assert_eq!(due(50, vec![]).await, []);
    assert_eq!(due(70, vec![me.host_id]).await, [pen.game_id], "its owner may have forgotten it");
    assert_eq!(store.orphans(vec![me.host_id], 10).await.unwrap(), []);
    assert_eq!(
        store.orphans(vec![], 10).await.unwrap(),
        [pen.game_id],
        "a clock goes on without anybody asking"
    );
    let other = HostId::generate();
    let of_other = |living| store.due(other, now() + TimeDelta::seconds(70), living, 10);
    assert_eq!(of_other(vec![me.host_id]).await.unwrap(), [], "its owner lives");
    assert_eq!(of_other(vec![]).await.unwrap(), [pen.game_id]);

    fixture.commit_one(pen.change(clock(ClockChange::Due(due_in(600))))).await.unwrap();
    assert_eq!(due(70, vec![]).await, [], "it was set anew");
    let give_up = Change::GiveUp(GiveUp { game_id: pen.game_id, epoch: pen.epoch });
    fixture.commit_one(give_up).await.unwrap();
    assert_eq!(store.orphans(vec![], 10).await.unwrap(), [], "it was given up until it is due");
    assert_eq!(due(700, vec![me.host_id]).await, [pen.game_id]);
    fixture.commit_one(pen.change(clock(ClockChange::Stopped))).await.unwrap();
    assert_eq!(due(700, vec![]).await, []);
    assert_eq!(fixture.count("deadlines").await, 0);
}

async fn time_without_its_host_is_measured_and_kept_until_the_clock_is_set_anew(fixture: Fixture) {
    let (store, me) = (&fixture.store, host());
    let mut pen = owned(&fixture, &me).await;
    fixture.commit_one(pen.change(clock(ClockChange::Due(due_in(60))))).await.unwrap();
    let word = |there_for: u64| store.beat(me.clone(), Duration::from_millis(there_for));
    let unserved = || store.unserved(pen.game_id, me.host_id);
    for _ in 0..3 {
        word(150).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let served = unserved().await.unwrap();
    assert!(served < Duration::from_millis(200), "it was there: {served:?}");
    tokio::time::sleep(Duration::from_millis(1_800)).await;
    assert!(unserved().await.unwrap() >= Duration::from_millis(1_700), "its word is overdue");
    word(0).await.unwrap();
    let gap = unserved().await.unwrap();
    assert!(gap >= Duration::from_millis(1_700), "it was away: {gap:?}");

    // As after `kill -9`: another run on the same directory takes the game.
    let next = HostCard { host_id: HostId::generate(), ..me.clone() };
    store.leave(me.host_id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    store.enter(next.clone()).await.unwrap();
    let claim = store.claim(pen.game_id, next.host_id).await.unwrap();
    let both = gap + Duration::from_millis(900);
    assert!(claim.unserved >= both, "{:?} is less than {both:?}", claim.unserved);
    // It dies before it could give the time back: what was measured stays.
    let again = store.claim(pen.game_id, next.host_id).await.unwrap();
    assert!(again.unserved >= claim.unserved);
    pen.epoch = again.epoch;
    fixture.commit_one(pen.change(clock(ClockChange::Due(due_in(90))))).await.unwrap();
    let left = store.unserved(pen.game_id, next.host_id).await.unwrap();
    assert!(left < Duration::from_millis(900), "given back: {left:?}");
}

async fn quarantine_is_nobodys_time(fixture: Fixture) {
    let (store, me) = (&fixture.store, HostCard { lull: Duration::from_secs(60), ..host() });
    let mut pen = owned(&fixture, &me).await;
    fixture.commit_one(pen.change(clock(ClockChange::Due(due_in(60))))).await.unwrap();
    let aside = Quarantine { game_id: pen.game_id, epoch: pen.epoch, reason: "looked at".into(), at: now() };
    fixture.commit_one(Change::Quarantine(aside)).await.unwrap();
    assert_eq!(store.due(me.host_id, now() + TimeDelta::seconds(70), vec![], 10).await.unwrap(), []);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let claim = store.claim(pen.game_id, me.host_id).await.unwrap();
    fixture.commit_one(Change::Release(pen.game_id)).await.unwrap();
    assert!(claim.epoch > Epoch(1) && claim.unserved >= Duration::from_millis(250), "{:?}", claim.unserved);
    assert!(store.claim(pen.game_id, me.host_id).await.unwrap().unserved >= claim.unserved);
}
