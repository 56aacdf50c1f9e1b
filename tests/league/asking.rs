//! A league asks its site, and goes on with what is kept when the site misbehaves.

use super::site::{Manner, Site, bundled};
use dugout::id::{CardId, TeamId};
use dugout::league::shelf::Shelf;
use dugout::league::{League, LeagueError, Origin, SiteSettings, Team};
use dugout::rules::vocabulary::LeagueId;
use dugout::store::{DatabaseUrl, Store, StoreSettings};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const HOUR: u64 = 3_600;

fn settings(site: &Site) -> SiteSettings {
    SiteSettings {
        url: site.url.clone(),
        season: Some(12),
        max_age_s: HOUR,
        timeout_ms: 10_000,
        deadline_ms: 30_000,
        attempts_max: 2,
        requests_max: 4,
        answer_bytes_max: 1_000_000,
        rest_ms: 0,
    }
}

/// A database of its own.
async fn store() -> (Store, TempDir) {
    let directory = TempDir::new().expect("a directory");
    let settings = StoreSettings { pool_size: 1, pool_max_overflow: 3, ..StoreSettings::default() };
    let store = Store::open(&DatabaseUrl::sqlite(directory.path().join("dugout.db")), &settings).await;
    (store.expect("a database"), directory)
}

fn league(settings: &SiteSettings, store: &Store) -> League {
    let shelf: Arc<dyn Shelf> = Arc::new(store.clone());
    let site = || Origin::Site(settings.clone());
    League::new(site(), site(), &shelf).expect("a league")
}

async fn washington(league: &League) -> Result<Team, LeagueError> {
    league.team(LeagueId::Pd, TeamId(1)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_are_read_from_either_leagues_site_and_kept() {
    let site = Site::start().await;
    let (store, _directory) = store().await;
    let league = league(&settings(&site), &store);
    for league_id in [LeagueId::Pd, LeagueId::Sba] {
        let teams = league.teams(league_id).await.expect("teams");
        let names: Vec<_> = teams.iter().map(|(team, _)| team.name.as_str()).collect();
        assert_eq!(names, ["Washington", "Houston"]);
        assert!(teams.iter().all(|(_, as_of)| as_of.is_some()));
        let team = league.team(league_id, TeamId(2)).await.expect("a team");
        let own = bundled(league_id, 2);
        assert_eq!(team.players.len(), own.players.len());
        for (read, own) in team.players.iter().zip(&own.players) {
            assert_eq!((read.card_id, &read.name, &read.positions), (own.card_id, &own.name, &own.positions));
            assert_eq!((&read.batting, &read.pitching), (&own.batting, &own.pitching), "{}", own.name);
            assert_eq!((&read.fielding, read.cardset_id), (&own.fielding, own.cardset_id));
            let hand = if own.pitching.is_some() { (own.bats, read.throws) } else { (read.bats, own.throws) };
            assert!(league_id == LeagueId::Sba || hand == (own.bats, own.throws), "{}: {hand:?}", own.name);
        }
        assert_eq!(team.lineup.players.len(), 10, "it is given a line-up");
        let asked = site.asked();
        assert_eq!(league.team(league_id, TeamId(2)).await.expect("kept"), team);
        assert_eq!(site.asked(), asked, "nobody asks again for what is fresh");
    }
    assert!((2..=4).contains(&site.most_at_once()), "{}", site.most_at_once());
    assert!(site.asked_for("/api/v2/pitchingcardratings/player/201") == 0, "a batter has no such card");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_misbehaves_stops_nobody_who_was_there_before() {
    let elsewhere = Site::start().await;
    let manners = [
        (Manner::Slow(Duration::from_secs(60)), "in time"),
        (Manner::Cut, "body"),
        (Manner::Giant, "more than 1000000 bytes"),
        (Manner::Endless, "more than 1000000 bytes"),
        (Manner::Refusing { status: 500, retry_after: None, times: usize::MAX }, "500"),
        (
            Manner::Refusing { status: 429, retry_after: Some(7_200), times: usize::MAX },
            "left alone for 7200 s",
        ),
        (Manner::Refusing { status: 403, retry_after: None, times: usize::MAX }, "403"),
        (Manner::Saying("<html>"), "not JSON"),
        (Manner::Saying("{\"teams\": [{\"id\": 1}]}"), "`lname`"),
        (Manner::Saying("null"), "neither a list"),
        (Manner::Redirecting(elsewhere.url.clone()), "to another one"),
    ];
    let site = Site::start().await;
    let (kept, _directory) = store().await;
    let before = washington(&league(&settings(&site), &kept)).await.expect("the site behaves");
    let (empty, _other_directory) = store().await;
    for (manner, says) in manners {
        site.behave(manner.clone());
        let timeout_ms = if matches!(manner, Manner::Slow(_)) { 200 } else { 10_000 };
        // Everything that is kept is old, and whoever fails is left alone.
        let strict = SiteSettings { max_age_s: 0, timeout_ms, rest_ms: 600_000, ..settings(&site) };
        let asked = site.asked();
        let without = washington(&league(&strict, &empty)).await.expect_err("nothing is kept");
        let LeagueError::Unavailable { reason, .. } = without else { panic!("{manner:?}: {without:?}") };
        assert!(reason.contains(says), "{manner:?}: `{says}` is not in: {reason}");
        assert!((1..=2).contains(&(site.asked() - asked)), "{manner:?}: asked {}", site.asked() - asked);

        let league = league(&strict, &kept);
        let asked = site.asked();
        let again = washington(&league).await.unwrap_or_else(|error| panic!("{manner:?}: {error}"));
        assert_eq!(again, before, "{manner:?}: what is kept, and its age");
        assert!((1..=2).contains(&(site.asked() - asked)), "{manner:?}: asked {}", site.asked() - asked);
        let began = Instant::now();
        assert_eq!(washington(&league).await.as_ref(), Ok(&before));
        assert!((1..=2).contains(&(site.asked() - asked)), "{manner:?}: it is left alone");
        assert!(began.elapsed() < Duration::from_secs(8), "{manner:?}");
    }
    assert_eq!(elsewhere.asked(), 0, "nobody is sent to another site");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_comes_back_is_asked_again() {
    let site = Site::start().await;
    let (store, _directory) = store().await;
    let league = league(&SiteSettings { max_age_s: 0, attempts_max: 3, ..settings(&site) }, &store);
    for (status, retry_after) in [(500, None), (429, Some(1)), (503, Some(0))] {
        site.behave(Manner::Refusing { status, retry_after, times: 1 });
        let began = Instant::now();
        league.teams(LeagueId::Pd).await.expect("the second answer counts");
        assert!(began.elapsed() >= Duration::from_secs(retry_after.unwrap_or(0)));
    }
    site.behave(Manner::Redirecting(site.url.clone()));
    let before = league.teams(LeagueId::Pd).await.expect("kept");
    site.behave(Manner::Well);
    let after = league.teams(LeagueId::Pd).await.expect("it is back");
    assert!(after[0].1 > before[0].1, "{after:?} is not newer than {before:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_asks_once() {
    let site = Site::start().await;
    let (store, _directory) = store().await;
    let league = league(&settings(&site), &store);
    let crowd = (0..20).map(|_| league.team(LeagueId::Sba, TeamId(1)));
    for team in futures_util::future::join_all(crowd).await {
        assert_eq!(team.expect("a team").players.len(), 26);
    }
    assert_eq!((site.asked_for("/teams?season=12"), site.asked()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_not_asked_for() {
    let site = Site::start().await;
    let (store, _directory) = store().await;
    let league = league(&settings(&site), &store);
    let nobody = league.team(LeagueId::Pd, TeamId(77)).await;
    assert_eq!(nobody, Err(LeagueError::NotFound { league_id: LeagueId::Pd, team_id: TeamId(77) }));
    let stranger = league.team_of(LeagueId::Pd, TeamId(1), Some(&[CardId(101), CardId(201)])).await;
    assert!(matches!(stranger, Err(LeagueError::NotOfTeam { card_id: CardId(201), .. })), "{stranger:?}");
    assert_eq!(site.asked(), 2, "the list and the roster");

    let chosen = [CardId(116), CardId(103)];
    let team = league.team_of(LeagueId::Pd, TeamId(1), Some(&chosen)).await.expect("a team");
    assert_eq!(team.players.iter().map(|card| card.card_id).collect::<Vec<_>>(), chosen);
    assert!(team.lineup.players.is_empty(), "two cannot be lined up");
    assert_eq!(site.asked_for("/api/v2/players/104"), 0, "only the chosen ones are asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_card_is_refused_with_its_sums_and_harms_nobody_else() {
    let site = Site::start().await;
    let path = |kind: &str, id: u32| format!("/api/v2/{kind}cardratings/player/{id}");
    let mut heavy: Value = super::site::document(&path("batting", 103)).expect("a card");
    heavy["ratings"][0]["strikeout"] =
        json!(heavy["ratings"][0]["strikeout"].as_f64().expect("a number") + 2.5);
    site.change(&path("batting", 103), Some(heavy.clone()));
    site.change("/api/v2/players/104", None);
    site.change(&path("pitching", 116), None);
    let (store, _directory) = store().await;
    let league = league(&SiteSettings { max_age_s: 0, ..settings(&site) }, &store);
    let team = washington(&league).await.expect("the others");
    let ids: Vec<_> = team.players.iter().map(|card| card.card_id.0).collect();
    assert_eq!(ids.len(), 24, "{ids:?}");
    assert!(!ids.contains(&103) && !ids.contains(&104));
    let unscouted = team.players.iter().find(|card| card.card_id == CardId(116)).expect("he is there");
    assert!(unscouted.pitching.is_none(), "scouting data may be absent");
    assert!(team.lineup.players.iter().all(|slot| slot.card_id != CardId(116)), "but he cannot start");

    let chosen = |id| league.team_of(LeagueId::Pd, TeamId(1), Some(std::slice::from_ref(id)));
    let bad = chosen(&CardId(103)).await.expect_err("his card is bad").to_string();
    assert!(bad.contains("110.5 chances") && bad.contains("batting.ratings.vs_L"), "{bad}");
    let gone = chosen(&CardId(104)).await.expect_err("he is gone").to_string();
    assert!(gone.contains("no such card"), "{gone}");

    // Once it was sound, it stays.
    site.change(&path("batting", 103), super::site::document(&path("batting", 103)));
    let sound = chosen(&CardId(103)).await.expect("mended");
    site.change(&path("batting", 103), Some(heavy));
    let kept = chosen(&CardId(103)).await.expect("kept");
    assert_eq!((&kept.players, kept.as_of < Some(chrono::Utc::now())), (&sound.players, true));
}
