//! A host inside another program: on a free port of this machine, with a data directory of its own.

use super::installation::Installation;
use super::options::{create_data_dir, league, open_store};
use super::serve;
use crate::config::{AllowGuests, Settings};
use crate::gateway::token::TokenKey;
use crate::gateway::{Gateway, GatewayParts};
use crate::host::chance::Chance;
use crate::host::clock::Clock;
use crate::host::faults::Faults;
use crate::host::{Announced, Host, HostParts};
use anyhow::{Context, Result};
use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

/// How long its end may take.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// Where it writes its log, in the data directory.
const LOG_FILE: &str = "host.log";

/// A host that lives as long as this program.
pub struct LocalHost {
    address: SocketAddr,
    host: Host,
    gateway: Gateway,
    serving: JoinHandle<()>,
    /// Its own for as long as it lives.
    _installation: Installation,
}

impl LocalHost {
    /// Starts it.
    ///
    /// # Errors
    /// The data directory or the database cannot be used.
    pub async fn start(mut settings: Settings) -> Result<Self> {
        settings.gateway.allow_guests = AllowGuests::Loopback;
        create_data_dir(&settings.data_dir)?;
        start_log(&settings);
        let installation = Installation::open(&settings.data_dir)?;
        let key = TokenKey::open(&settings.data_dir)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free")?;
        let address = listener.local_addr().context("the listener has no address")?;
        let store = open_store(&settings).await?;
        let host = Host::start(HostParts {
            store: Arc::new(store.clone()),
            announced: Announced {
                installation: installation.id,
                public_url: serve::public_url(&settings, address),
            },
            league: league(&settings.league, &store)?,
            settings: settings.host.clone(),
            clock: Clock::system(),
            chance: Chance::system(),
            faults: Faults::default(),
        })
        .await
        .context("cannot start the host")?;
        let metrics = serve::metrics_recorder()?.handle();
        let gateway = Gateway::new(GatewayParts {
            host: host.clone(),
            store,
            settings: settings.gateway.clone(),
            key,
            metrics,
        });
        let serving = tokio::spawn({
            let gateway = gateway.clone();
            async move { gateway.serve(listener).await }
        });
        Ok(Self { address, host, gateway, serving, _installation: installation })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it in order.
    pub async fn stop(self) {
        let stopped = tokio::time::timeout(STOP_TIMEOUT, async {
            self.gateway.drain(STOP_TIMEOUT / 2).await;
            self.host.stop().await;
        });
        if stopped.await.is_err() {
            tracing::warn!("the time to stop in order is over");
        }
        self.serving.abort();
    }
}

/// The log must not come between the lines of a game: it goes to a file, or nowhere.
fn start_log(settings: &Settings) {
    let file = OpenOptions::new().create(true).append(true).open(settings.data_dir.join(LOG_FILE));
    let (Ok(file), Ok(filter)) = (file, EnvFilter::try_new(&settings.log.filter)) else { return };
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file));
    let _ = log.try_init();
}
