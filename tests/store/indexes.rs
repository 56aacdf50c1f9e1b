//! An index leads to everything that is asked for: no query reads a large table from one end to the other.

use super::fixture::*;
use crate::support::PATIENCE;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use dugout::id::{CardId, CommandId, HostId, LineupId, Seq, UserId};
use dugout::rules::vocabulary::{LeagueId, Side, Status};
use dugout::store::acts::ActFilter;
use dugout::store::change::{GameColumns, Rows};
use dugout::store::read::{GameFilter, Viewer};
use dugout::store::season::{BattingSort, FieldingSort, PitchingSort, Rank, SeasonFilter};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tables that stay small.
const SMALL: &[&str] = &["hosts", "host_uptimes", "__diesel_schema_migrations"];

/// Asks the store for everything that it can be asked for.
async fn ask_everything(fixture: &Fixture) {
    let mut pen = fixture.create_as(new_game(LeagueId::Pd)).await;
    let rows = Rows { plays: vec![play(1)], rolls: vec![roll(1, 1)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    fixture.commit_one(claim_seat(pen.game_id, Side::Home, holder("Ann"))).await.unwrap();
    let (store, game) = (&fixture.store, pen.game_id);
    let all = GameFilter::all(Viewer::Public);
    for filter in [
        all,
        GameFilter { user_id: Some(UserId::generate()), ..all },
        GameFilter { team_id: Some(HOME), ..all },
        GameFilter { status: Some(Status::Active), ..all },
        GameFilter::all(Viewer::User(UserId::generate())),
    ] {
        let page = store.games(filter, None, 1).await.unwrap();
        store.games(filter, page.next, 1).await.unwrap();
    }
    store.recover(game).await.unwrap();
    store.batting_line(game, LineupId(1)).await.unwrap();
    store.game(game, Viewer::Operator).await.unwrap();
    store.active_lineup(game, HOME).await.unwrap();
    store.lineups(game).await.unwrap();
    store.cardsets(game).await.unwrap();
    store.session(game).await.unwrap();
    store.rolls(game).await.unwrap();
    store.pd_roster(game).await.unwrap();
    store.journal(game, Seq(0), 10).await.unwrap();
    store.seq_of_command(game, CommandId::generate()).await.unwrap();
    store.orphans(Vec::new(), 10).await.unwrap();
    store.strays(HostId::generate(), vec![game]).await.unwrap();
    store.acts(ActFilter::default(), None, 10).await.unwrap();
    store.shelved_teams(LeagueId::Pd).await.unwrap();
    store.shelved_team(LeagueId::Pd, HOME).await.unwrap();
    store.shelved_cards(LeagueId::Pd, vec![CardId(1), CardId(2)]).await.unwrap();
    let over = GameColumns {
        status: Status::Completed,
        winner_team_id: Some(HOME),
        ..GameColumns::of(&state(setup(LeagueId::Pd), Seq(1)))
    };
    fixture.commit_one(pen.change(Rows { game: Some(over), ..Rows::default() })).await.unwrap();
    ask_seasons(fixture).await;
}

async fn ask_seasons(fixture: &Fixture) {
    let store = &fixture.store;
    store.score_ended().await.unwrap();
    let season = SeasonFilter::league(LeagueId::Pd, Viewer::Public);
    let after = Some(Rank { figure: 1, id: 1 });
    for filter in [
        season,
        SeasonFilter { team_id: Some(HOME), from: Some(now()), until: Some(now()), ..season },
        SeasonFilter { card_id: Some(CardId(21)), ..season },
        SeasonFilter { viewer: Viewer::User(UserId::generate()), ..season },
        SeasonFilter { viewer: Viewer::Operator, ..season },
    ] {
        store.season_batting(filter, BattingSort::Ops, 1, after, 1).await.unwrap();
        store.season_pitching(filter, PitchingSort::Era, 1, after, 1).await.unwrap();
        store.season_fielding(filter, FieldingSort::E, None, after, 1).await.unwrap();
        store.standings(filter, after, 1).await.unwrap();
    }
}

/// A new database, whose tables have hardly any rows: a plan that is made now is kept for as long as its connection lives.
/// The host has PostgreSQL read a table from one end to the other only where no index leads to the rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_leads_to_everything_on_postgres() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let small = SMALL.join("', '");
    let scans = format!(
        "SELECT COALESCE(string_agg(relname, ', '), '') FROM pg_stat_user_tables \
         WHERE seq_scan > 0 AND relname NOT IN ('{small}')"
    );
    fixture.execute("SELECT pg_stat_reset()").await.unwrap();
    ask_everything(&fixture).await;
    // What a connection counted is known when it has closed.
    let Fixture { store, url, .. } = fixture;
    drop(store);
    let counted = "SELECT (COALESCE(sum(idx_scan), 0) > 30)::text FROM pg_stat_user_tables";
    let began = Instant::now();
    while text(&url, counted).await != "true" {
        assert!(began.elapsed() < PATIENCE, "nothing was counted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(text(&url, &scans).await, "", "read from one end to the other");
}

/// The statements that connections to this file were given. diesel has one such ear for the whole process; it listens
/// to this file only.
static HEARD: Mutex<Option<(String, BTreeSet<String>)>> = Mutex::new(None);

struct Ear {
    is_watched: bool,
}

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((path, statements)) = heard.as_mut() else { return };
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.is_watched = url == path,
            InstrumentationEvent::StartQuery { query, .. } if self.is_watched => {
                let text = query.to_string();
                let sql = text.split(" -- binds").next().unwrap_or_default();
                statements.insert(sql.to_owned());
            }
            _ => {}
        }
    }
}

/// One step of a plan, as SQLite tells it.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// The table that a step reads from one end to the other, if it does: `SCAN table`. Where the end of the list is given,
/// walking an index in its order is no such thing.
fn scanned<'a>(step: &'a str, statement: &str) -> Option<&'a str> {
    let rest = step.strip_prefix("SCAN ")?;
    let table = rest.split(' ').next()?;
    let in_order = rest.contains("USING INDEX") && statement.contains("LIMIT");
    Some(table).filter(|_| !in_order)
}

/// The tables and the names that statements give them, other than those that stay small.
fn tables(fixture: &Fixture) -> BTreeSet<String> {
    let names = fixture.texts("SELECT name AS text FROM sqlite_schema WHERE type = 'table'");
    names.into_iter().filter(|name| !SMALL.contains(&name.as_str())).collect()
}

/// SQLite says itself how it would find the rows of each statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_leads_to_everything_on_sqlite() {
    let mut fixture = Fixture::sqlite().await;
    let path = fixture.url.trim_start_matches("sqlite:").to_owned();
    *HEARD.lock().unwrap() = Some((path.clone(), BTreeSet::new()));
    set_default_instrumentation(|| Some(Box::new(Ear { is_watched: false }))).unwrap();
    fixture.store = fixture.reopened().await;
    ask_everything(&fixture).await;
    set_default_instrumentation(|| None).unwrap();
    let (_, statements) = HEARD.lock().unwrap().take().unwrap();
    let tables = tables(&fixture);
    assert!(statements.len() > 50, "{statements:#?}");
    let mut connection = SqliteConnection::establish(&path).unwrap();
    let mut scans = Vec::new();
    let mut explained = 0;
    for statement in &statements {
        // Of an INSERT there is nothing to be found: SQLite tells how it would look for children of a new parent, which it
        // does only while a foreign key is violated. A list without items is `1=0`: nothing is read at all.
        let verb = statement.split(' ').next().unwrap_or_default();
        if !["SELECT", "UPDATE", "DELETE"].contains(&verb) || statement.contains("(1=0)") {
            continue;
        }
        let plan = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan: Vec<Step> =
            plan.load(&mut connection).unwrap_or_else(|error| panic!("{statement}: {error}"));
        explained += 1;
        // A table may go by another name in a statement; then the name is told in the plan, and it is none of ours.
        let aliases = ["line", "newest"];
        let is_large = |name: &str| tables.contains(name) || aliases.contains(&name);
        let found = plan.iter().filter_map(|step| scanned(&step.detail, statement));
        scans.extend(found.filter(|table| is_large(table)).map(|table| format!("{table}: {statement}")));
    }
    assert!(explained > 40, "{explained}");
    assert!(scans.is_empty(), "read from one end to the other:\n{}", scans.join("\n"));
    // A plan that must be refused is.
    let step = diesel::sql_query("EXPLAIN QUERY PLAN SELECT * FROM plays WHERE rbi = 4");
    let steps: Vec<Step> = step.load(&mut connection).unwrap();
    assert_eq!(scanned(&steps[0].detail, ""), Some("plays"));
}
