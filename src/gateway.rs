//! The outside: HTTP and WebSocket on one port.
//!
//! Everything that comes in is hostile until it is parsed, and bounded before that. What a game does with a command
//! is not known here: the gateway carries it to the host and the answer back.
//!
//! The way of a connection: `server` accepts it, `http` routes its requests, `upgrade` turns one into a socket, and
//! `session` serves that socket until it closes.

mod http;
pub mod limits;
mod origin;
mod problem;
pub mod refused;
mod request;
mod server;
mod session;
mod stream;
pub mod token;
mod upgrade;

use crate::config::GatewaySettings;
use crate::host::Host;
use crate::league::League;
use crate::store::Store;
use crate::telemetry::Parent;
use axum::http::HeaderMap;
use limits::{Connections, NetworkConnections, Rates};
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use std::time::Duration;
use token::TokenKey;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Every method and path that a gateway answers, as its router has them.
#[must_use]
pub fn routes() -> Vec<(&'static str, &'static str)> {
    http::routes()
}

/// The OpenAPI document of the HTTP API.
#[must_use]
pub fn openapi() -> serde_json::Value {
    http::openapi::openapi()
}

/// Everything a gateway is made of.
pub struct GatewayParts {
    /// Who plays the games.
    pub host: Host,
    /// The durable record, for read models.
    pub store: Store,
    /// Bounds on what comes in.
    pub settings: GatewaySettings,
    /// What signs and verifies tokens.
    pub key: TokenKey,
    /// What the process counts.
    pub metrics: PrometheusHandle,
    /// Whether a request that says to which trace it belongs goes on with it.
    pub accepts_traceparent: bool,
}

/// The door to the outside; clones share it.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    parts: GatewayParts,
    connections: Connections,
    networks: NetworkConnections,
    rates: Rates,
    /// Cancelled when the host is about to stop.
    draining: CancellationToken,
    /// Everything that serves a connection.
    tasks: TaskTracker,
}

impl Gateway {
    /// A gateway that serves nobody yet.
    #[must_use]
    pub fn new(parts: GatewayParts) -> Self {
        refused::Refused::show_all();
        Self(Arc::new(Inner {
            connections: Connections::new(&parts.settings),
            networks: NetworkConnections::new(&parts.settings),
            rates: Rates::new(&parts.settings),
            draining: CancellationToken::new(),
            tasks: TaskTracker::new(),
            parts,
        }))
    }

    /// Serves connections until the gateway drains.
    pub async fn serve(&self, listener: TcpListener) {
        server::accept(self, listener).await;
    }

    /// Takes nobody in any more, tells clients to come back, and waits until the last one is gone, at most for
    /// `patience`. Commands that were accepted are answered.
    pub async fn drain(&self, patience: Duration) {
        self.0.draining.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(patience, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.0.tasks.len(), "connections were cut at the end of the drain");
        }
    }

    fn host(&self) -> &Host {
        &self.0.parts.host
    }

    fn store(&self) -> &Store {
        &self.0.parts.store
    }

    fn league(&self) -> &League {
        self.0.parts.host.league()
    }

    fn settings(&self) -> &GatewaySettings {
        &self.0.parts.settings
    }

    fn key(&self) -> &TokenKey {
        &self.0.parts.key
    }

    fn metrics(&self) -> &PrometheusHandle {
        &self.0.parts.metrics
    }

    /// The trace that a request says it belongs to.
    fn parent(&self, headers: &HeaderMap) -> Parent {
        if self.0.parts.accepts_traceparent { Parent::of(headers) } else { Parent::default() }
    }

    fn connections(&self) -> &Connections {
        &self.0.connections
    }

    fn networks(&self) -> &NetworkConnections {
        &self.0.networks
    }

    fn rates(&self) -> &Rates {
        &self.0.rates
    }

    fn draining(&self) -> &CancellationToken {
        &self.0.draining
    }

    fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }
}
