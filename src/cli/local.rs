//! A host inside another program: on a free port of this machine, with a data directory of its own.

use super::house::House;
use super::options::create_data_dir;
use super::serve;
use crate::config::{AllowGuests, Settings};
use anyhow::Result;
use std::fs::OpenOptions;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// How long its end may take.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// Where it writes its log, in the data directory.
const LOG_FILE: &str = "host.log";

/// A host that lives as long as this program.
pub struct LocalHost(House);

impl LocalHost {
    /// Starts it.
    ///
    /// # Errors
    /// The data directory or the database cannot be used.
    pub async fn start(mut settings: Settings) -> Result<Self> {
        settings.gateway.allow_guests = AllowGuests::Loopback;
        settings.listen = (Ipv4Addr::LOCALHOST, 0).into();
        create_data_dir(&settings.data_dir)?;
        start_log(&settings);
        let metrics = serve::metrics_recorder()?.handle();
        Ok(Self(House::open(&settings, metrics).await?))
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address())
    }

    /// Ends it in order.
    pub async fn stop(self) {
        self.0.close(STOP_TIMEOUT / 2, STOP_TIMEOUT).await;
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
