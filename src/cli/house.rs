//! The house: a database, a host that plays on it, and the door to both, put together and taken apart in order.

use super::installation::Installation;
use super::options::{league, open_store};
use crate::config::Settings;
use crate::gateway::token::TokenKey;
use crate::gateway::{Gateway, GatewayParts};
use crate::host::chance::Chance;
use crate::host::clock::Clock;
use crate::host::faults::Faults;
use crate::host::{Announced, Host, HostParts};
use crate::store::Store;
use anyhow::{Context, Result};
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A host that takes connections.
pub struct House {
    address: SocketAddr,
    host: Host,
    gateway: Gateway,
    serving: JoinHandle<()>,
    /// Games that an older version ended get their lines beside everything else.
    scoring: JoinHandle<()>,
    /// Its own for as long as it stands.
    _installation: Installation,
}

impl House {
    /// Opens it, on a data directory that exists.
    ///
    /// # Errors
    /// The address, the data directory or the database cannot be used.
    pub async fn open(settings: &Settings, metrics: PrometheusHandle) -> Result<Self> {
        let installation = Installation::open(&settings.data_dir)?;
        let key = TokenKey::open(&settings.data_dir)?;
        // Before the database: a second host on this port must change nothing.
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("cannot listen on {}", settings.listen))?;
        let address = listener.local_addr().context("the listener has no address")?;
        let store = open_store(settings).await?;
        let league = league(&settings.league, &store)?;
        let host = Host::start(HostParts {
            store: Arc::new(store.clone()),
            announced: Announced { installation: installation.id, public_url: public_url(settings, address) },
            league,
            settings: settings.host.clone(),
            clock: Clock::system(),
            chance: Chance::system(),
            faults: Faults::default(),
        })
        .await
        .context("cannot start the host")?;
        let scoring = tokio::spawn(score_ended(store.clone()));
        let gateway = Gateway::new(GatewayParts {
            host: host.clone(),
            store,
            settings: settings.gateway.clone(),
            key,
            metrics,
            accepts_traceparent: settings.telemetry.accepts_traceparent(),
        });
        let serving = tokio::spawn({
            let gateway = gateway.clone();
            async move { gateway.serve(listener).await }
        });
        Ok(Self { address, host, gateway, serving, scoring, _installation: installation })
    }

    /// Where it answers.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The host in it.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// Closes it in order: what was accepted is committed and answered. Connections get `drain` for that, all of it
    /// together `patience`; what is not done then is cut off.
    pub async fn close(self, drain: Duration, patience: Duration) {
        let stopped = tokio::time::timeout(patience, async {
            self.gateway.drain(drain).await;
            self.host.stop().await;
        });
        if stopped.await.is_err() {
            tracing::warn!(drain_ms = patience.as_millis(), "the time to stop in order is over");
        }
        self.scoring.abort();
        self.serving.abort();
    }
}

/// Writes the lines of games that ended without, for the sums of a season.
async fn score_ended(store: Store) {
    match store.score_ended().await {
        Ok(0) => {}
        Ok(games) => tracing::info!(games, "games that had ended before are in the season now"),
        Err(error) => tracing::warn!(%error, "games that had ended before wait for the next start"),
    }
}

/// Where other hosts send clients for a game that lives here: as configured, else where the host listens, unless that
/// is everywhere.
fn public_url(settings: &Settings, address: SocketAddr) -> Option<String> {
    match settings.host.public_url.as_str() {
        "" if address.ip().is_unspecified() => {
            tracing::info!(
                "host.public_url is not set: other hosts of the database cannot send clients here"
            );
            None
        }
        "" => Some(format!("http://{address}")),
        url => Some(url.trim_end_matches('/').to_owned()),
    }
}
