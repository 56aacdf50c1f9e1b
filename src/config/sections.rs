//! The settings themselves. Their documentation for operators, with units, bounds and defaults, is `config/default.toml`.

use super::SettingsError;
use super::league::LeagueSettings;
use super::telemetry::TelemetrySettings;
use crate::rules::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// All settings of the host.
#[derive(Clone, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address to serve on.
    #[serde(deserialize_with = "address")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Where the SQLite database and the tokens' secret are.
    pub data_dir: PathBuf,
    /// The database.
    pub database: DatabaseSettings,
    /// Games in memory.
    pub host: HostSettings,
    /// HTTP and WebSocket.
    pub gateway: GatewaySettings,
    /// Where teams and cards come from.
    pub league: LeagueSettings,
    /// The log.
    pub log: LogSettings,
    /// The export of traces.
    pub telemetry: TelemetrySettings,
}

/// The database and its connections.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:PATH`, `postgres://…`, or empty for a SQLite file in the data directory. It may hold a password.
    pub url: String,
    /// Connections that are kept.
    #[schemars(range(min = 1, max = 1_000))]
    pub pool_size: u32,
    /// Connections beyond those, under load.
    #[schemars(range(min = 0, max = 1_000))]
    pub max_overflow: u32,
    /// How long to wait for a connection.
    #[schemars(range(min = 100, max = 600_000))]
    pub acquire_timeout_ms: u64,
    /// How long one statement may run.
    #[schemars(range(min = 100, max = 600_000))]
    pub statement_timeout_ms: u64,
    /// Pinned cards kept in memory.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub card_cache_max: usize,
}

impl fmt::Debug for DatabaseSettings {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseSettings")
            .field("pool_size", &self.pool_size)
            .field("max_overflow", &self.max_overflow)
            .finish_non_exhaustive()
    }
}

/// Games in memory: how long, how many, how often saved.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostSettings {
    /// How long an AI manager thinks.
    #[schemars(range(min = 0, max = 60_000))]
    pub ai_pause_ms: u64,
    /// How long a command may wait for its game.
    #[schemars(range(min = 100, max = 600_000))]
    pub command_timeout_ms: u64,
    /// After how long unfollowed a waiting game leaves memory.
    #[schemars(range(min = 1, max = 86_400))]
    pub game_idle_timeout_s: u64,
    /// Entries between two snapshots of a game.
    #[schemars(range(min = 1, max = 10_000))]
    pub snapshot_every_entries: u32,
    /// Failures of a game within the window that are still repaired by a restart.
    #[schemars(range(min = 0, max = 1_000))]
    pub restarts_max: u32,
    /// The window in which failures are counted.
    #[schemars(range(min = 1, max = 86_400))]
    pub restart_window_s: u64,
    /// Games in memory at once.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub games_max: usize,
    /// Commands that may wait in front of one game.
    #[schemars(range(min = 1, max = 10_000))]
    pub inbox_commands_max: usize,
    /// Entries that one transaction may commit.
    #[schemars(range(min = 1, max = 10_000))]
    pub batch_entries_max: usize,
    /// The beginning of the URLs under which clients reach this host; empty where it is the address it listens on.
    pub public_url: String,
    /// How often a host says that it lives.
    #[schemars(range(min = 50, max = 60_000))]
    pub heartbeat_ms: u64,
    /// After how long without a word its games may be taken.
    #[schemars(range(min = 200, max = 600_000))]
    pub lease_ms: u64,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self {
            ai_pause_ms: 100,
            command_timeout_ms: 5_000,
            game_idle_timeout_s: 600,
            snapshot_every_entries: 50,
            restarts_max: 5,
            restart_window_s: 60,
            games_max: 10_000,
            inbox_commands_max: 64,
            batch_entries_max: 256,
            public_url: String::new(),
            heartbeat_ms: 1_000,
            lease_ms: 5_000,
        }
    }
}

/// HTTP and WebSocket: bounds on everything that comes from outside.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewaySettings {
    /// The largest frame that is read.
    #[schemars(range(min = 1_024, max = 65_536))]
    pub frame_bytes_max: usize,
    /// The largest HTTP body that is read.
    #[schemars(range(min = 1_024, max = 16_777_216))]
    pub body_bytes_max: usize,
    /// How long the head of an HTTP request may take, and how long an idle connection is kept.
    #[schemars(range(min = 100, max = 600_000))]
    pub head_timeout_ms: u64,
    /// How long the body of an HTTP request may take.
    #[schemars(range(min = 100, max = 600_000))]
    pub body_timeout_ms: u64,
    /// How long an HTTP request may take.
    #[schemars(range(min = 100, max = 600_000))]
    pub request_timeout_ms: u64,
    /// How long a connection may take to say `hello`.
    #[schemars(range(min = 100, max = 600_000))]
    pub hello_timeout_ms: u64,
    /// How often a connection is asked for a sign of life.
    #[schemars(range(min = 100, max = 600_000))]
    pub ping_interval_ms: u64,
    /// After how long without one it is closed.
    #[schemars(range(min = 200, max = 1_200_000))]
    pub pong_timeout_ms: u64,
    /// How long one write may take.
    #[schemars(range(min = 100, max = 600_000))]
    pub write_timeout_ms: u64,
    /// Frames that may wait for a slow reader.
    #[schemars(range(min = 8, max = 100_000))]
    pub outbox_frames_max: usize,
    /// Open connections.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections_max: usize,
    /// Open connections of one user.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections_per_user_max: usize,
    /// TCP connections that are no socket, or not yet.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub http_connections_max: usize,
    /// Open TCP connections of one address.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections_per_address_max: usize,
    /// Games that one connection may follow at once.
    #[schemars(range(min = 1, max = 10_000))]
    pub games_per_connection_max: usize,
    /// Commands of one connection that may wait for their answer.
    #[schemars(range(min = 1, max = 1_000))]
    pub commands_in_flight_max: usize,
    /// Frames that a connection may send in the long run.
    #[schemars(range(min = 1, max = 100_000))]
    pub frames_per_second: u32,
    /// Frames that it may send at once after a pause.
    #[schemars(range(min = 1, max = 100_000))]
    pub frames_burst: u32,
    /// Bytes that a connection may send in the long run.
    #[schemars(range(min = 1_024, max = 1_000_000_000))]
    pub bytes_per_second: u32,
    /// Bytes that it may send at once after a pause.
    #[schemars(range(min = 65_536, max = 1_000_000_000))]
    pub bytes_burst: u32,
    /// HTTP requests that an address may send in the long run.
    #[schemars(range(min = 1, max = 100_000))]
    pub requests_per_second: u32,
    /// HTTP requests that it may send at once after a pause.
    #[schemars(range(min = 1, max = 100_000))]
    pub requests_burst: u32,
    /// Guests' tokens that an address may ask for in the long run.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub guest_tokens_per_minute: u32,
    /// Guests' tokens that it may ask for at once after a pause.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub guest_tokens_burst: u32,
    /// Games that a user may create in the long run.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub new_games_per_minute: u32,
    /// Games that he may create at once after a pause.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub new_games_burst: u32,
    /// Origins of pages, beside this host's own, that may open sockets, change anything and read answers.
    #[serde(deserialize_with = "list_or_text")]
    #[schemars(with = "Vec<String>")]
    pub allowed_origins: Vec<String>,
    /// Who may have a guest's token.
    pub allow_guests: AllowGuests,
    /// How long a token is valid.
    #[schemars(range(min = 60, max = 31_536_000))]
    pub token_ttl_s: u64,
    /// How long a stop may take.
    #[schemars(range(min = 0, max = 600_000))]
    pub drain_ms: u64,
    /// When clients shall come back after a stop, at the earliest.
    #[schemars(range(min = 0, max = 600_000))]
    pub drain_retry_after_ms: u64,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            frame_bytes_max: 8_192,
            body_bytes_max: 262_144,
            head_timeout_ms: 10_000,
            body_timeout_ms: 10_000,
            request_timeout_ms: 20_000,
            hello_timeout_ms: 5_000,
            ping_interval_ms: 15_000,
            pong_timeout_ms: 30_000,
            write_timeout_ms: 10_000,
            outbox_frames_max: 256,
            connections_max: 10_000,
            connections_per_user_max: 16,
            http_connections_max: 5_000,
            connections_per_address_max: 5_000,
            games_per_connection_max: 64,
            commands_in_flight_max: 32,
            frames_per_second: 500,
            frames_burst: 2_000,
            bytes_per_second: 262_144,
            bytes_burst: 2_097_152,
            requests_per_second: 500,
            requests_burst: 2_000,
            guest_tokens_per_minute: 120,
            guest_tokens_burst: 500,
            new_games_per_minute: 60,
            new_games_burst: 500,
            allowed_origins: Vec::new(),
            allow_guests: AllowGuests::Loopback,
            token_ttl_s: 2_592_000,
            drain_ms: 10_000,
            drain_retry_after_ms: 1_000,
        }
    }
}

/// The log.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// What is logged, as in `info` or `info,dugout::gateway=debug`. `info,dugout::sql=debug` adds every statement to the
    /// database, without its values.
    pub filter: String,
    /// How it is written.
    pub format: LogFormat,
}

words! {
    /// Who may have a guest's token.
    AllowGuests {
        /// Clients on this machine.
        Loopback = "loopback",
        /// Everybody.
        Always = "always",
        /// Nobody.
        Never = "never",
    }
    /// How the log is written.
    LogFormat {
        /// For people.
        Human = "human",
        /// One JSON object a line.
        Json = "json",
    }
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_address(&text).map_err(de::Error::custom)
}

/// A list, or one text with commas, as an environment variable has it.
fn list_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a list of texts, or one with commas")]
    enum ListOrText {
        List(Vec<String>),
        Text(String),
    }
    Ok(match ListOrText::deserialize(deserializer)? {
        ListOrText::List(list) => list,
        ListOrText::Text(text) => {
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
        }
    })
}

/// Reads an address to serve on.
///
/// # Errors
/// What is wrong with it, and an example.
pub fn parse_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is not an IP address with a port; as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:0")
    })
}

impl Settings {
    /// Checks what types cannot: every number has bounds.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let Self { database, host, gateway, league, telemetry, .. } = self;
        within("database.pool_size", database.pool_size.into(), 1, 1_000)?;
        within("database.max_overflow", database.max_overflow.into(), 0, 1_000)?;
        within("database.acquire_timeout_ms", database.acquire_timeout_ms, 100, 600_000)?;
        within("database.statement_timeout_ms", database.statement_timeout_ms, 100, 600_000)?;
        within("database.card_cache_max", database.card_cache_max as u64, 1, 1_000_000)?;
        host.check()?;
        gateway.check()?;
        league.check()?;
        telemetry.check()
    }
}

impl HostSettings {
    fn check(&self) -> Result<(), SettingsError> {
        within("host.ai_pause_ms", self.ai_pause_ms, 0, 60_000)?;
        within("host.command_timeout_ms", self.command_timeout_ms, 100, 600_000)?;
        within("host.game_idle_timeout_s", self.game_idle_timeout_s, 1, 86_400)?;
        within("host.snapshot_every_entries", self.snapshot_every_entries.into(), 1, 10_000)?;
        within("host.restarts_max", self.restarts_max.into(), 0, 1_000)?;
        within("host.restart_window_s", self.restart_window_s, 1, 86_400)?;
        within("host.games_max", self.games_max as u64, 1, 1_000_000)?;
        within("host.inbox_commands_max", self.inbox_commands_max as u64, 1, 10_000)?;
        within("host.batch_entries_max", self.batch_entries_max as u64, 1, 10_000)?;
        within("host.heartbeat_ms", self.heartbeat_ms, 50, 60_000)?;
        within("host.lease_ms", self.lease_ms, 200, 600_000)?;
        if self.lease_ms < self.heartbeat_ms * 3 {
            let (lease, heartbeat) = (self.lease_ms, self.heartbeat_ms);
            let problem = format!("{lease} is less than three times heartbeat_ms, which is {heartbeat}");
            return Err(SettingsError::NotAllowed { key: "host.lease_ms", problem });
        }
        check_public_url(&self.public_url)
    }
}

impl GatewaySettings {
    fn check(&self) -> Result<(), SettingsError> {
        within("gateway.frame_bytes_max", self.frame_bytes_max as u64, 1_024, 65_536)?;
        within("gateway.body_bytes_max", self.body_bytes_max as u64, 1_024, 16_777_216)?;
        within("gateway.head_timeout_ms", self.head_timeout_ms, 100, 600_000)?;
        within("gateway.body_timeout_ms", self.body_timeout_ms, 100, 600_000)?;
        within("gateway.request_timeout_ms", self.request_timeout_ms, 100, 600_000)?;
        within("gateway.hello_timeout_ms", self.hello_timeout_ms, 100, 600_000)?;
        within("gateway.ping_interval_ms", self.ping_interval_ms, 100, 600_000)?;
        within("gateway.pong_timeout_ms", self.pong_timeout_ms, 200, 1_200_000)?;
        within("gateway.write_timeout_ms", self.write_timeout_ms, 100, 600_000)?;
        within("gateway.outbox_frames_max", self.outbox_frames_max as u64, 8, 100_000)?;
        within("gateway.connections_max", self.connections_max as u64, 1, 1_000_000)?;
        within("gateway.connections_per_user_max", self.connections_per_user_max as u64, 1, 1_000_000)?;
        within("gateway.http_connections_max", self.http_connections_max as u64, 1, 1_000_000)?;
        let per_address_max = self.connections_per_address_max as u64;
        within("gateway.connections_per_address_max", per_address_max, 1, 1_000_000)?;
        within("gateway.games_per_connection_max", self.games_per_connection_max as u64, 1, 10_000)?;
        within("gateway.commands_in_flight_max", self.commands_in_flight_max as u64, 1, 1_000)?;
        within("gateway.frames_per_second", self.frames_per_second.into(), 1, 100_000)?;
        within("gateway.frames_burst", self.frames_burst.into(), 1, 100_000)?;
        within("gateway.bytes_per_second", self.bytes_per_second.into(), 1_024, 1_000_000_000)?;
        within("gateway.bytes_burst", self.bytes_burst.into(), 65_536, 1_000_000_000)?;
        within("gateway.requests_per_second", self.requests_per_second.into(), 1, 100_000)?;
        within("gateway.requests_burst", self.requests_burst.into(), 1, 100_000)?;
        within("gateway.guest_tokens_per_minute", self.guest_tokens_per_minute.into(), 1, 1_000_000)?;
        within("gateway.guest_tokens_burst", self.guest_tokens_burst.into(), 1, 1_000_000)?;
        within("gateway.new_games_per_minute", self.new_games_per_minute.into(), 1, 1_000_000)?;
        within("gateway.new_games_burst", self.new_games_burst.into(), 1, 1_000_000)?;
        if let Some(wrong) = self.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            let problem = format!("`{wrong}` is no origin; as https://league.example or http://[::1]:8080");
            return Err(SettingsError::NotAllowed { key: "gateway.allowed_origins", problem });
        }
        within("gateway.token_ttl_s", self.token_ttl_s, 60, 31_536_000)?;
        within("gateway.drain_ms", self.drain_ms, 0, 600_000)?;
        within("gateway.drain_retry_after_ms", self.drain_retry_after_ms, 0, 600_000)?;
        if self.pong_timeout_ms <= self.ping_interval_ms {
            let (timeout, interval) = (self.pong_timeout_ms, self.ping_interval_ms);
            let problem = format!("{timeout} is not more than ping_interval_ms, which is {interval}");
            return Err(SettingsError::NotAllowed { key: "gateway.pong_timeout_ms", problem });
        }
        Ok(())
    }
}

fn check_public_url(text: &str) -> Result<(), SettingsError> {
    let problem = |problem: &str| SettingsError::NotAllowed {
        key: "host.public_url",
        problem: format!("`{text}` {problem}; as https://a.league.example or http://10.0.0.1:8080"),
    };
    if text.is_empty() {
        return Ok(());
    }
    let url = reqwest::Url::parse(text).map_err(|_| problem("is not a URL"))?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_plain { Ok(()) } else { Err(problem("is more or less than scheme, host and port")) }
}

/// A scheme and a place and nothing more: no path, no wildcard.
fn is_origin(text: &str) -> bool {
    let place = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    place.is_some_and(|place| !place.is_empty() && !place.contains(['/', '*', '?', '#', '@', ' ']))
}

pub(super) fn within(key: &'static str, value: u64, min: u64, max: u64) -> Result<(), SettingsError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(SettingsError::NotAllowed { key, problem: format!("{value} is not in {min} to {max}") })
}
