//! What an operator looks at: `GET /operator/games`, one of them, `GET /operator/hosts`.

use super::game::GameItem;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Operator, Params, Path, page_limit, parse};
use crate::host::watch::{Here, Presence, Trouble};
use crate::id::{GameId, HostId, Seq, UserId};
use crate::protocol::Page;
use crate::rules::charts::RULES_VERSION;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::{GameState, PendingDecision};
use crate::rules::vocabulary::Status;
use crate::store::StoreError;
use crate::store::entry::Entry;
use crate::store::operated::{ListedHost, OperatedFilter, OperatedGame, TroubleFilter};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Entries of its journal that are shown with a game.
const TAIL_ENTRIES: u16 = 20;
/// The longest time that one can ask to have been quiet: a year.
pub const QUIET_S_MAX: u32 = 31_536_000;
/// Games that are not over.
const LIVE: [Status; 3] = [Status::Pending, Status::Active, Status::Paused];

/// Whose a game is.
#[derive(Serialize, JsonSchema)]
struct Owner {
    id: HostId,
    /// Where clients reach it; none where it is not known any more, or never was.
    url: Option<String>,
    presence: Presence,
}

/// One game, as an operator sees it.
#[derive(Serialize, JsonSchema)]
pub struct WatchedGame {
    #[serde(flatten)]
    game: GameItem,
    /// What is wrong with it.
    trouble: Vec<Trouble>,
    /// Since it was created, in seconds.
    age_s: i64,
    /// Since its last entry, in seconds.
    quiet_s: i64,
    /// The number of its last entry.
    last_seq: Seq,
    /// When that was recorded.
    last_action_at: DateTime<Utc>,
    /// By when who owes a decision has to make it.
    due_at: Option<DateTime<Utc>>,
    /// The host that owns it; nobody does while nobody needs it.
    host: Option<Owner>,
    /// Who was connected when its host last said so, on whichever host that is.
    connected_user_ids: Vec<UserId>,
    /// How it does in the memory of the host that answers; null where it is not there.
    here: Option<Here>,
}

/// The same with what only reading the game tells.
#[derive(Serialize, JsonSchema)]
pub struct WatchedGameDetail {
    #[serde(flatten)]
    game: WatchedGame,
    /// The rules that it was created under.
    rules_version: Option<u16>,
    /// What it waits for.
    waits_for: Option<PendingDecision>,
    /// Why it cannot be read, where it cannot.
    unreadable: Option<String>,
    /// The last entries of its journal, oldest first.
    tail: Vec<TailEntry>,
}

#[derive(Serialize, JsonSchema)]
struct TailEntry {
    seq: Seq,
    recorded_at: DateTime<Utc>,
    issuer: String,
    command: Value,
    events: Value,
}

impl From<Entry> for TailEntry {
    fn from(entry: Entry) -> Self {
        let value = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Self {
            seq: entry.seq,
            recorded_at: entry.recorded_at,
            issuer: entry.issuer.to_string(),
            command: value(&entry.command_json),
            events: value(&entry.events_json),
        }
    }
}

/// One host of the database, as an operator sees it.
#[derive(Serialize, JsonSchema)]
pub struct WatchedHost {
    id: HostId,
    url: Option<String>,
    presence: Presence,
    started_at: DateTime<Utc>,
    /// How long ago it last gave word, in milliseconds; null of the host that answers.
    silent_ms: Option<u64>,
    lease_ms: u64,
    /// Games that it owns and that are not over.
    games: i64,
}

/// The hosts, and how the one that answers does.
#[derive(Serialize, JsonSchema)]
pub struct WatchedHosts {
    items: Vec<WatchedHost>,
    here: HostHere,
}

#[derive(Serialize, JsonSchema)]
struct HostHere {
    id: HostId,
    version: &'static str,
    rules_version: u16,
    database: bool,
    lease_held: bool,
    draining: bool,
    games_live: usize,
    connections: usize,
    database_connections: u32,
    database_connections_idle: u32,
    database_connections_max: u32,
}

/// How games are looked at: the hosts there are, and the moment.
struct Eye<'a> {
    gateway: &'a Gateway,
    hosts: Vec<ListedHost>,
    trouble: TroubleFilter,
}

impl<'a> Eye<'a> {
    async fn open(gateway: &'a Gateway) -> Result<Self, Refusal> {
        let hosts = gateway.store().hosts().await?;
        let trouble = gateway.host().trouble_filter(&hosts);
        Ok(Self { gateway, hosts, trouble })
    }

    fn see(&self, game: OperatedGame) -> WatchedGame {
        let (host, now) = (self.gateway.host(), self.gateway.host().now());
        let since = |at: DateTime<Utc>| (now - at).num_seconds().max(0);
        let owner = game.owner.map(|id| {
            let known = self.hosts.iter().find(|host| host.seen.address.host_id == id);
            let url = known.and_then(|host| host.seen.address.public_url.clone());
            Owner { id, url, presence: host.presence(id, &self.hosts) }
        });
        WatchedGame {
            trouble: host.trouble(&game, &self.trouble),
            age_s: since(game.row.created_at),
            quiet_s: since(game.last_action_at),
            last_seq: game.last_seq,
            last_action_at: game.last_action_at,
            due_at: game.due_at,
            host: owner,
            connected_user_ids: game.connected_users,
            here: host.here(game.row.id),
            game: GameItem::new(game.row),
        }
    }
}

/// Which games `status` names: those that are not over, unless it says otherwise.
fn statuses(status: Option<&str>) -> Result<Vec<Status>, Rejection> {
    match status {
        None | Some("live") => Ok(LIVE.to_vec()),
        Some("all") => Ok(Status::ALL.to_vec()),
        Some(status) => match status.parse() {
            Ok(status) => Ok(vec![status]),
            Err(_) => {
                let words: Vec<_> = Status::ALL.iter().map(|status| status.as_str()).collect();
                let message = format!("status: allowed are live, all, {}", words.join(", "));
                Err(Rejection::invalid("status", message))
            }
        },
    }
}

/// Games that are not over, newest first, and what is wrong with them.
pub async fn games(
    State(gateway): State<Gateway>,
    Operator(_): Operator,
    uri: Uri,
) -> Result<Json<Page<WatchedGame>>, Refusal> {
    const ALLOWED: [&str; 7] = ["status", "trouble", "quiet_s", "user_id", "host_id", "cursor", "limit"];
    let params = Params::read(&uri, &ALLOWED)?;
    let eye = Eye::open(&gateway).await?;
    let quiet_s: Option<u32> = params.get("quiet_s")?;
    if quiet_s.is_some_and(|seconds| seconds > QUIET_S_MAX) {
        return Err(Rejection::invalid("quiet_s", format!("quiet_s: is not in 0 to {QUIET_S_MAX}")).into());
    }
    let wants_trouble: Option<bool> = params.get("trouble")?;
    let filter = OperatedFilter {
        statuses: statuses(params.get::<String>("status")?.as_deref())?,
        user_id: params.get("user_id")?,
        host_id: params.get("host_id")?,
        quiet_since: quiet_s.map(|seconds| gateway.host().now() - TimeDelta::seconds(seconds.into())),
        trouble: wants_trouble.unwrap_or_default().then(|| eye.trouble.clone()),
    };
    let page = gateway.store().operated_games(filter, params.get("cursor")?, page_limit(&params)?).await?;
    let items = page.items.into_iter().map(|game| eye.see(game)).collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// One game: what it waits for, and the end of its journal.
pub async fn game(
    State(gateway): State<Gateway>,
    Operator(_): Operator,
    Path(id): Path<String>,
) -> Result<Json<WatchedGameDetail>, Refusal> {
    let id: GameId = parse("id", &id)?;
    let eye = Eye::open(&gateway).await?;
    let game = eye.see(gateway.store().operated_game(id).await?);
    let (state, mut unreadable) = match gateway.host().committed_state(id).await {
        Ok((state, ..)) => (Some(state), None),
        Err(rejection) if rejection.code == RejectionCode::Quarantined => (None, Some(rejection.message)),
        Err(rejection) => return Err(rejection.into()),
    };
    let before = Seq((game.last_seq.0 - i64::from(TAIL_ENTRIES)).max(0));
    let tail = match gateway.store().journal(id, before, TAIL_ENTRIES).await {
        Ok(entries) => entries.into_iter().map(TailEntry::from).collect(),
        Err(error @ StoreError::Corrupt { .. }) => {
            unreadable = Some(error.to_string());
            Vec::new()
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Json(WatchedGameDetail {
        game,
        rules_version: state.as_ref().map(|state: &GameState| state.setup.rules_version),
        waits_for: state.and_then(|state| state.pending_decision),
        unreadable,
        tail,
    }))
}

/// The hosts of the database, and how this one does.
pub async fn hosts(
    State(gateway): State<Gateway>,
    Operator(_): Operator,
) -> Result<Json<WatchedHosts>, Refusal> {
    let hosts = gateway.store().hosts().await?;
    let (host, readiness, pool) = (gateway.host(), gateway.host().readiness(), gateway.store().pool_state());
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let items = hosts.iter().map(|listed| {
        let address = &listed.seen.address;
        let presence = host.presence(address.host_id, &hosts);
        WatchedHost {
            id: address.host_id,
            url: address.public_url.clone(),
            presence,
            started_at: listed.started_at,
            silent_ms: (presence != Presence::Here).then(|| millis(listed.seen.silent)),
            lease_ms: millis(listed.seen.lease),
            games: listed.games,
        }
    });
    let here = HostHere {
        id: host.id(),
        version: env!("CARGO_PKG_VERSION"),
        rules_version: RULES_VERSION,
        database: readiness.database,
        lease_held: readiness.lease_held,
        draining: readiness.draining || gateway.draining().is_cancelled(),
        games_live: readiness.games_live,
        connections: gateway.connections().count(),
        database_connections: pool.connections,
        database_connections_idle: pool.idle,
        database_connections_max: pool.limit,
    };
    Ok(Json(WatchedHosts { items: items.collect(), here }))
}
