//! One schedule: hosts, games and clients of a seed, a storm over them, the calm after it, and the verdict.

use super::checks;
use super::client::{Client, Habits};
use super::database::Honesty;
use super::hosts::{Hosts, World};
use super::ledger::Ledger;
use super::trace::Counts;
use super::weather::Panic;
use dugout::id::{CardId, GameId, Seq, TeamId, UserId};
use dugout::league::League;
use dugout::protocol::{NewGame, Role, User};
use dugout::rules::vocabulary::{LeagueId, Side, Status};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// How long it may take in calm weather until everything is answered and seen, in simulated time.
const CALM_TIMEOUT: Duration = Duration::from_secs(180);
/// How long a game may take that is played by the clock alone, in simulated time.
const CLOCK_TIMEOUT: Duration = Duration::from_secs(4 * 3_600);
/// How long an AI manager may take in calm weather.
const AI_TIMEOUT: Duration = Duration::from_secs(20);

/// What came of a schedule.
pub struct Outcome {
    pub trace: Vec<String>,
    pub broken: Option<String>,
    pub counts: Counts,
}

/// What may happen during the storm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Misfortune {
    Kill,
    Stop,
    Freeze,
    Outage,
    PanicDeciding,
    PanicCommitted,
    PanicWriting,
    PanicCommitting,
}

const MISFORTUNES: [Misfortune; 8] = [
    Misfortune::Kill,
    Misfortune::Stop,
    Misfortune::Freeze,
    Misfortune::Outage,
    Misfortune::PanicDeciding,
    Misfortune::PanicCommitted,
    Misfortune::PanicWriting,
    Misfortune::PanicCommitting,
];

/// Runs the schedule of a seed, alone on this thread, in simulated time.
pub fn run(seed: u64, league: &League, honesty: Honesty) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without threads");
    runtime.block_on(async {
        let world = World::new(seed, honesty);
        unfold(&world, league.clone()).await;
        let (trace, broken, counts) = world.trace.take();
        Outcome { trace, broken, counts }
    })
}

async fn unfold(world: &World, league: League) {
    let count = if world.random.percent(35) { 2 } else { 1 };
    let rosters = [roster(&league, TeamId(1)).await, roster(&league, TeamId(2)).await];
    let hosts = Arc::new(Hosts::new(world, league, count));
    for at in 0..hosts.count() {
        hosts.start(at).await;
    }
    let mut clients = JoinSet::new();
    for _ in 0..world.random.between(1, 2) {
        sit_down(world, &hosts, &rosters, &mut clients).await;
    }
    world.weather.set_calm(false);
    storm(world, &hosts).await;
    world.trace.note(format_args!("calm"));
    world.weather.set_calm(true);
    world.database.absences.database_back();
    // A host that has lost a game learns it when it writes; until then its followers see no more. So of two
    // hosts one starts anew and takes everything.
    if hosts.count() > 1 {
        for at in 0..hosts.count() {
            hosts.stop(at).await;
        }
    }
    if hosts.running(0).is_none() {
        hosts.start(0).await;
    }
    let settled = timeout(CALM_TIMEOUT, async { while clients.join_next().await.is_some() {} });
    if settled.await.is_err() {
        world.trace.broken(format_args!("{} clients wait for ever", clients.len()));
    }
    await_ai_managers(world, &hosts).await;
    await_clocks(world).await;
    hosts.stop(0).await;
    judge(world);
}

/// The starters and a short bench: preparing cards is most of the work of taking a game.
async fn roster(league: &League, team_id: TeamId) -> Vec<CardId> {
    const BENCH: usize = 3;
    let team = league.team(LeagueId::Pd, team_id).await.expect("a team of the bundled league");
    let mut roster: Vec<_> = team.lineup.players.iter().map(|slot| slot.card_id).collect();
    let others = team.players.iter().map(|card| card.card_id).filter(|id| !roster.contains(id));
    let bench: Vec<_> = others.take(BENCH).collect();
    roster.extend(bench);
    roster
}

/// Creates a game and those who sit in it.
async fn sit_down(world: &World, hosts: &Arc<Hosts>, rosters: &[Vec<CardId>; 2], clients: &mut JoinSet<()>) {
    let random = &world.random;
    let (ann, bob) = (user(world, "Ann"), user(world, "Bob"));
    let (home_is_ai, away_is_ai) =
        *random.pick(&[(false, false), (false, true), (false, true), (true, true)]);
    let settings = match random.between(1, 100) {
        1..=25 => json!({"innings": 1, "decision_seconds": random.between(5, 20)}),
        26..=35 => {
            json!({"innings": 1, "decision_seconds": random.between(5, 20), "missed_deadlines_max": 3})
        }
        _ => json!({"innings": 1}),
    };
    let request = json!({
        "home_team_id": 1, "away_team_id": 2, "home_team_is_ai": home_is_ai, "away_team_is_ai": away_is_ai,
        "ai_difficulty": "easy", "auto_mode": away_is_ai || random.percent(80), "settings": settings,
        "home_roster": rosters[0], "away_roster": rosters[1],
    });
    let request = NewGame::parse(request).expect("a valid request");
    let host = hosts.running(0).expect("the hosts have just been started").host;
    let game_id = match host.create_game(request, &ann).await {
        Ok(created) => created.game_id,
        Err(rejection) => return world.trace.broken(format_args!("no game in calm weather: {rejection}")),
    };
    let mut come = |user: User, side: Option<Side>, is_seated: bool| {
        let client = Client {
            world: world.clone(),
            hosts: Arc::clone(hosts),
            ledger: Ledger::default(),
            user,
            game_id,
            side,
            is_seated,
            commands_left: if side.is_some() { random.between(2, 14) as u32 } else { 0 },
            habits: habits(world),
            seen: Seq(0),
            waits_for: None,
            given_up: false,
        };
        clients.spawn(client.run());
    };
    come(ann, (!home_is_ai).then_some(Side::Home), true);
    if !home_is_ai && !away_is_ai {
        come(bob, Some(Side::Away), false);
    } else if random.percent(30) {
        come(bob, None, true);
    }
}

fn user(world: &World, name: &str) -> User {
    let number = world.database.game_ids().len() + 1;
    User { id: UserId(world.random.uuid()), name: format!("{name} {number}"), role: Role::Manager }
}

fn habits(world: &World) -> Habits {
    let random = &world.random;
    Habits {
        think_ms_max: *random.pick(&[20, 300, 2_000]),
        outbox_frames_max: *random.pick(&[3, 8, 256]),
        reads_slowly: random.percent(20),
        doubles_percent: *random.pick(&[0, 10, 50]),
        stays_ms_max: *random.pick(&[200, 3_000, 60_000]),
    }
}

/// Misfortune upon misfortune, of the kinds that this seed has.
async fn storm(world: &World, hosts: &Arc<Hosts>) {
    let random = &world.random;
    let kinds: Vec<_> = MISFORTUNES.into_iter().filter(|_| random.percent(40)).collect();
    let every_ms = *random.pick(&[400, 1_500, 5_000]);
    let until = Instant::now() + random.millis(500, 12_000);
    // More than ten failures of the writer within a minute end the host, as they should.
    let mut writer_panics = 4;
    while Instant::now() < until && !world.trace.is_broken() {
        sleep(random.millis(0, every_ms)).await;
        if kinds.is_empty() {
            continue;
        }
        let kind = *random.pick(&kinds);
        if kind == Misfortune::PanicWriting {
            if writer_panics == 0 {
                continue;
            }
            writer_panics -= 1;
        }
        befall(world, hosts, kind).await;
    }
}

async fn befall(world: &World, hosts: &Arc<Hosts>, kind: Misfortune) {
    let random = &world.random;
    let at = random.between(0, hosts.count() as u64 - 1) as usize;
    match kind {
        Misfortune::Kill => {
            hosts.kill(at);
            sleep(random.millis(0, 500)).await;
            hosts.start(at).await;
        }
        Misfortune::Stop => {
            hosts.stop(at).await;
            hosts.start(at).await;
        }
        Misfortune::Freeze => hosts.freeze(at, random.millis(10, 6_000)),
        Misfortune::Outage => {
            let for_ = random.millis(10, *random.pick(&[5_000, 5_000, 30_000]));
            world.database.absences.database_away(for_);
            world.weather.take_database_away(for_);
        }
        Misfortune::PanicDeciding => world.weather.arm(Panic::Deciding, random.between(1, 4) as usize),
        Misfortune::PanicCommitted => world.weather.arm(Panic::Committed, random.between(1, 2) as usize),
        Misfortune::PanicWriting => world.weather.arm(Panic::Writing, 1),
        Misfortune::PanicCommitting => world.weather.arm(Panic::Committing, random.between(1, 3) as usize),
    }
}

/// In calm weather every AI manager who owes a decision takes it.
async fn await_ai_managers(world: &World, hosts: &Arc<Hosts>) {
    let Some(running) = hosts.running(0) else { return };
    for game_id in world.database.game_ids() {
        let user = user(world, "Eve");
        let owes = || world.database.look(game_id, owed_by_ai);
        let Some(before) = owes() else { continue };
        // Whoever looks at a game has it taken up, if it was left.
        let (outbox, _frames) = dugout::host::outbox::Outbox::new(1_024);
        let connection = dugout::host::audience::ConnectionId::generate();
        if running.host.join(game_id, &user, connection, outbox, None).await.is_err() {
            continue;
        }
        let waiting = Instant::now();
        while owes() == Some(before) && waiting.elapsed() < AI_TIMEOUT {
            sleep(Duration::from_millis(100)).await;
        }
        if owes() == Some(before) {
            world.trace.broken(format_args!("the AI manager does not answer entry {before}"));
        }
    }
}

/// Games whose managers are gone go on by the clock, without anybody asking, until they end or are paused.
async fn await_clocks(world: &World) {
    let runs = |game_id| {
        world.database.look(game_id, |game| game.quarantined.is_none() && game.deadline().is_some())
    };
    for game_id in world.database.game_ids().into_iter().filter(|game_id| runs(*game_id)) {
        let name = world.database.look(game_id, |game| game.name.clone());
        let waiting = Instant::now();
        while runs(game_id) && waiting.elapsed() < CLOCK_TIMEOUT && !world.trace.is_broken() {
            sleep(Duration::from_millis(500)).await;
        }
        if runs(game_id) && !world.trace.is_broken() {
            world.trace.broken(format_args!("the clock of {name} stands still"));
        }
        world.trace.count("clocks run out", format_args!("{name} has come to its end or to a pause"));
    }
}

/// The entry up to which an AI manager owes a decision.
fn owed_by_ai(game: &super::database::Game) -> Option<Seq> {
    let state = game.state();
    let pending = state.pending_decision.as_ref().filter(|_| state.status == Status::Active)?;
    let owed = state.setup.teams[pending.side].is_ai && game.quarantined.is_none();
    owed.then_some(state.seq)
}

fn judge(world: &World) {
    for game_id in world.database.game_ids() {
        let (name, verdict) = world.database.look(game_id, |game| (game.name.clone(), checks::game(game)));
        if let Err(problem) = verdict {
            world.trace.broken(format_args!("{name}: {problem}"));
        }
        fingerprint(world, game_id);
    }
}

/// The last entry's hash seals the whole journal: two runs of a seed end with the same one.
fn fingerprint(world: &World, game_id: GameId) {
    world.database.look(game_id, |game| {
        let last = &game.journal.last().expect("a game begins with an entry").entry;
        world.trace.note(format_args!("{} ends with entry {}, {}", game.name, last.seq, last.hash));
    });
}
