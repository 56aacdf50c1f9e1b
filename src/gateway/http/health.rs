//! How the host is: for people, for a load balancer, for Prometheus.

use crate::gateway::Gateway;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use schemars::JsonSchema;
use serde::Serialize;

/// The process lives.
#[derive(Serialize, JsonSchema)]
pub struct Alive {
    /// Always `ok`.
    status: &'static str,
}

/// Whether the host takes commands, and if not, why.
#[derive(Serialize, JsonSchema)]
pub struct Ready {
    /// `ready` or `not_ready`.
    status: &'static str,
    /// The database answers.
    database: bool,
    /// The host's games are certainly its own.
    lease_held: bool,
    /// A stop is under way.
    draining: bool,
    /// Games in memory.
    games_live: usize,
}

/// The process lives.
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// The host takes commands: the database answers and no stop is under way.
pub async fn ready(State(gateway): State<Gateway>) -> impl IntoResponse {
    let readiness = gateway.host().readiness();
    let draining = readiness.draining || gateway.draining().is_cancelled();
    let is_ready = readiness.is_ready() && !draining;
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = Ready {
        status: if is_ready { "ready" } else { "not_ready" },
        database: readiness.database,
        lease_held: readiness.lease_held,
        draining,
        games_live: readiness.games_live,
    };
    (status, Json(body))
}

/// What the process counts, in Prometheus' text format.
pub async fn metrics(State(gateway): State<Gateway>) -> impl IntoResponse {
    metrics::gauge!("dugout_connections").set(gateway.connections().count() as f64);
    metrics::gauge!("dugout_games_live").set(gateway.host().readiness().games_live as f64);
    metrics::gauge!("dugout_lease_held").set(if gateway.host().readiness().lease_held { 1.0 } else { 0.0 });
    let pool = gateway.store().pool_state();
    metrics::gauge!("dugout_database_connections", "state" => "idle").set(pool.idle);
    metrics::gauge!("dugout_database_connections", "state" => "busy")
        .set(pool.connections.saturating_sub(pool.idle));
    metrics::gauge!("dugout_database_connections_max").set(pool.limit);
    // What the process takes: memory, files, threads, and CPU in whole seconds; so the finer figure beside it.
    metrics_process::Collector::default().collect();
    let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    metrics::gauge!("dugout_cpu_seconds").set(cpu.tv_sec as f64 + cpu.tv_nsec as f64 / 1e9);
    gateway.metrics().run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], gateway.metrics().render())
}
