//! The hosts on one database: started, stopped in order, frozen, killed.

use super::absences::opening;
use super::database::{Database, Honesty};
use super::owners::Leases;
use super::process::Process;
use super::random::Random;
use super::record::SimulatedRecord;
use super::trace::Trace;
use super::weather::Weather;
use chrono::TimeDelta;
use dugout::config::HostSettings;
use dugout::host::chance::Chance;
use dugout::host::clock::Clock;
use dugout::host::{Announced, Host, HostParts, StartError};
use dugout::id::InstallationId;
use dugout::league::League;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long an orderly stop may take once the weather is calm, in simulated time.
const STOP_TIMEOUT: Duration = Duration::from_secs(120);
/// How long it takes until somebody starts a host again that did not start.
const RESTART_DELAY: Duration = Duration::from_millis(200);
const NAMES: [&str; 2] = ["north", "south"];

/// What all parts of a schedule share.
#[derive(Clone)]
pub struct World {
    pub random: Random,
    pub trace: Trace,
    pub database: Database,
    pub weather: Weather,
}

impl World {
    /// A world that begins now, all of it drawn from `seed`.
    pub fn new(seed: u64, honesty: Honesty) -> Self {
        let (random, trace) = (Random::new(seed), Trace::begin());
        let weather = Weather::new(random.clone(), trace.clone());
        let leases = *random.pick(&[Leases::Kept, Leases::Ignored]);
        trace.note(format_args!("leases are {leases:?}"));
        Self { database: Database::new(honesty, leases, trace.clone()), random, trace, weather }
    }
}

/// A host that runs.
#[derive(Clone)]
pub struct Running {
    pub host: Host,
    pub process: Arc<Process>,
}

struct Place {
    running: Option<Running>,
    starts: u32,
    skew: TimeDelta,
    installation: InstallationId,
}

pub struct Hosts {
    world: World,
    league: League,
    settings: HostSettings,
    began: Instant,
    places: Mutex<Vec<Place>>,
}

impl Hosts {
    pub fn new(world: &World, league: League, count: usize) -> Self {
        let random = &world.random;
        let place = |_| Place {
            running: None,
            starts: 0,
            skew: TimeDelta::milliseconds(random.between(0, 4_000) as i64 - 2_000),
            installation: InstallationId(random.uuid()),
        };
        let places: Vec<_> = (0..count.min(NAMES.len())).map(place).collect();
        let (heartbeat_ms, lease_ms) = *random.pick(&[(200, 600), (500, 2_000), (1_000, 5_000)]);
        let settings = HostSettings {
            heartbeat_ms,
            lease_ms,
            ai_pause_ms: *random.pick(&[0, 300, 1_500]),
            command_timeout_ms: random.between(200, 5_000),
            game_idle_timeout_s: random.between(1, 20),
            snapshot_every_entries: *random.pick(&[1, 3, 50]),
            restarts_max: *random.pick(&[1, 3, 20]),
            inbox_commands_max: *random.pick(&[1, 4, 64]),
            batch_entries_max: *random.pick(&[1, 3, 256]),
            ..HostSettings::default()
        };
        if let [only] = places.as_slice() {
            world.database.absences.watch(only.skew, Duration::from_millis(heartbeat_ms * 2));
        }
        Self { world: world.clone(), league, settings, began: Instant::now(), places: Mutex::new(places) }
    }

    fn place<T>(&self, at: usize, with: impl FnOnce(&mut Place) -> T) -> T {
        with(&mut self.places.lock().expect("nobody panics while holding it")[at])
    }

    pub fn count(&self) -> usize {
        self.places.lock().expect("nobody panics while holding it").len()
    }

    pub fn running(&self, at: usize) -> Option<Running> {
        self.place(at, |place| place.running.clone())
    }

    /// Starts a host, as often as it takes until the database lets it in.
    pub async fn start(&self, at: usize) {
        self.place(at, |place| place.starts += 1);
        loop {
            match self.try_to_start(at).await {
                Ok(running) => {
                    self.world.database.absences.back();
                    return self.place(at, |place| place.running = Some(running));
                }
                Err(error) => self.world.trace.note(format_args!("{} does not start: {error}", NAMES[at])),
            }
            sleep(RESTART_DELAY).await;
        }
    }

    async fn try_to_start(&self, at: usize) -> Result<Running, StartError> {
        let (starts, skew, installation) =
            self.place(at, |place| (place.starts, place.skew, place.installation));
        let process = Arc::new(Process::new(format!("{} {starts}", NAMES[at])));
        let World { random, trace, database, weather } = self.world.clone();
        trace.note(format_args!("{} starts", process.name));
        let (began, chance) = (self.began, random);
        let parts = HostParts {
            store: Arc::new(SimulatedRecord {
                process: Arc::clone(&process),
                database,
                weather: weather.clone(),
                trace,
                batch_entries_max: self.settings.batch_entries_max,
            }),
            announced: Announced { installation, public_url: None },
            league: self.league.clone(),
            settings: self.settings.clone(),
            clock: Clock::from_fn(move || opening() + skew + began.elapsed()),
            chance: Chance::from_fn(move |bytes| chance.fill(bytes)),
            faults: weather.faults(),
        };
        Ok(Running { host: Host::start(parts).await?, process })
    }

    /// The process is gone from one moment to the next.
    pub fn kill(&self, at: usize) {
        let Some(Running { host, process }) = self.place(at, |place| place.running.take()) else { return };
        self.world.trace.count("kills", format_args!("{} is killed", process.name));
        self.world.database.absences.gone();
        process.die();
        host.kill();
    }

    /// Stops a host in order: nobody is served any more, what is accepted is written.
    pub async fn stop(&self, at: usize) {
        let Some(Running { host, process }) = self.place(at, |place| place.running.take()) else { return };
        self.world.trace.count("stops", format_args!("{} stops", process.name));
        self.world.database.absences.gone();
        process.cut_connections();
        if timeout(STOP_TIMEOUT, host.stop()).await.is_err() {
            self.world.trace.broken(format_args!("{} does not stop", process.name));
        }
        self.world.trace.note(format_args!("{} has stopped", process.name));
        process.die();
    }

    pub fn freeze(&self, at: usize, for_: Duration) {
        let Some(Running { process, .. }) = self.running(at) else { return };
        let name = &process.name;
        self.world.trace.count("freezes", format_args!("{name} is frozen for {} ms", for_.as_millis()));
        self.world.database.absences.frozen(for_);
        process.freeze(Instant::now() + for_);
    }
}
