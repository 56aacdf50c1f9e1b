//! `dugout serve`: opens the house, says where it is, and closes it again when it is told to.

use super::files;
use super::house::House;
use super::measures;
use super::options::{SettingsArgs, create_data_dir};
use crate::config::{LogFormat, LogSettings, Settings, parse_address};
use anyhow::{Context, Result};
use clap::Args;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Upper bounds of the buckets of everything that is measured in seconds.
const SECONDS_BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

const EXAMPLES: &str = "\
Examples:
  dugout                                        on 127.0.0.1:8080, a SQLite file in ./dugout-data
  dugout serve --listen 0.0.0.0:80 --data-dir /var/lib/dugout
  dugout serve --database-url postgres://dugout:PASSWORD@db.example/dugout
  DUGOUT__LOG__FORMAT=json dugout serve --config dugout.toml

One line on stdout says the address once it takes connections; the log goes to stderr.
SIGTERM or Ctrl-C stops the host in order: what was accepted is committed and answered.";

/// Run the host.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ServeArgs {
    /// The address to serve on; port 0 picks a free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR", value_parser = parse_address)]
    listen: Option<SocketAddr>,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Serves until it is told to stop.
pub fn run(args: &ServeArgs) -> Result<()> {
    let mut settings = args.settings.load()?;
    if let Some(listen) = args.listen {
        settings.listen = listen;
    }
    start_log(&settings.log)?;
    files::allow(&settings);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let served = runtime.block_on(serve(settings));
    // What is still running then is cut; it is nothing that anybody was promised.
    runtime.shutdown_timeout(Duration::from_millis(100));
    served
}

async fn serve(settings: Settings) -> Result<()> {
    let mut stop = StopSignals::listen()?;
    create_data_dir(&settings.data_dir)?;
    let house = House::open(&settings, start_metrics()?).await?;
    announce(house.address());
    let ended_by_itself = tokio::select! {
        signal = stop.next() => { tracing::info!(signal, "the host stops"); false }
        () = house.host().ended() => true,
    };
    let patience = Duration::from_millis(settings.gateway.drain_ms);
    house.host().leave_soon();
    house.close(patience * 3 / 4, patience).await;
    anyhow::ensure!(!ended_by_itself, "the host's supervisor has ended; the log says why");
    Ok(())
}

/// Says that the host takes connections. Whoever started it may have closed our stdout; that is no reason to stop.
fn announce(address: SocketAddr) {
    let mut stdout = std::io::stdout();
    let said = writeln!(stdout, "dugout is listening on http://{address}").and_then(|()| stdout.flush());
    if let Err(error) = said {
        tracing::warn!(%error, "stdout is closed");
    }
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "the host takes connections");
}

fn start_log(settings: &LogSettings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.filter)
        .with_context(|| format!("setting log.filter: `{}` is not a filter", settings.filter))?;
    let has_colours = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(has_colours);
    let started = match settings.format {
        LogFormat::Human => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start the log: {error}"))
}

/// What counts for `/metrics`.
pub(super) fn metrics_recorder() -> Result<PrometheusRecorder> {
    Ok(PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS_BUCKETS)
        .context("cannot start the metrics")?
        .build_recorder())
}

fn start_metrics() -> Result<PrometheusHandle> {
    let recorder = metrics_recorder()?;
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("cannot start the metrics")?;
    measures::describe();
    Ok(handle)
}

/// What tells the host to stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// The next one's name.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
