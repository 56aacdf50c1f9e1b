//! `dugout serve`: opens the house, says where it is, and closes it again when it is told to.

use super::files;
use super::house::House;
use super::measures;
use super::options::{SettingsArgs, create_data_dir};
use crate::config::{LogFormat, LogSettings, Settings, parse_address};
use crate::store;
use crate::telemetry::{self, Telemetry};
use anyhow::{Context, Result};
use clap::Args;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::filter::{FilterExt, FilterFn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// Upper bounds of the buckets of everything that is measured in seconds.
const SECONDS_BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How long the last spans may take at the stop, at least and at most.
const LAST_SPANS_MIN: Duration = Duration::from_millis(250);
const LAST_SPANS_MAX: Duration = Duration::from_secs(2);

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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let metrics = start_metrics()?;
    let telemetry = Telemetry::start(&settings.telemetry, runtime.handle().clone())
        .context("traces cannot be exported")?;
    start_log(&settings.log, telemetry.as_ref())?;
    store::log_statements().map_err(anyhow::Error::msg).context("statements cannot be logged")?;
    files::allow(&settings);
    let served = runtime.block_on(serve(settings, metrics, telemetry));
    // What is still running then is cut; it is nothing that anybody was promised.
    runtime.shutdown_timeout(Duration::from_millis(100));
    served
}

async fn serve(settings: Settings, metrics: PrometheusHandle, telemetry: Option<Telemetry>) -> Result<()> {
    let mut stop = StopSignals::listen()?;
    create_data_dir(&settings.data_dir)?;
    let house = House::open(&settings, metrics).await?;
    announce(house.address());
    if let Some(url) = settings.telemetry.traces_url() {
        tracing::info!(url, "traces are exported");
    }
    let ended_by_itself = tokio::select! {
        signal = stop.next() => { tracing::info!(signal, "the host stops"); false }
        () = house.host().ended() => true,
    };
    let patience = Duration::from_millis(settings.gateway.drain_ms);
    let stops_at = Instant::now() + patience;
    house.host().leave_soon();
    house.close(patience * 3 / 4, patience).await;
    if let Some(telemetry) = telemetry {
        send_the_last(telemetry, stops_at).await;
    }
    anyhow::ensure!(!ended_by_itself, "the host's supervisor has ended; the log says why");
    Ok(())
}

/// The last spans leave while the rest of the time to stop lasts; a moment of it there always is.
async fn send_the_last(telemetry: Telemetry, stops_at: Instant) {
    let left = stops_at.saturating_duration_since(Instant::now()).clamp(LAST_SPANS_MIN, LAST_SPANS_MAX);
    // It waits for the thread that sends, on one that nobody else needs.
    let sent = tokio::task::spawn_blocking(move || telemetry.shutdown(left));
    if tokio::time::timeout(left * 2, sent).await.is_err() {
        tracing::warn!("the last spans were not exported in time");
    }
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

/// Starts the log and, where there is somebody to send them to, the traces. A line of the log then shows the spans in
/// which it was written, whatever the filter says of spans: by their `trace_id` one finds the trace.
fn start_log(settings: &LogSettings, telemetry: Option<&Telemetry>) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.filter)
        .with_context(|| format!("setting log.filter: `{}` is not a filter", settings.filter))?;
    let has_colours = std::io::stderr().is_terminal();
    let log = fmt::layer::<Registry>().with_writer(std::io::stderr).with_ansi(has_colours);
    let log = match settings.format {
        LogFormat::Human => log.boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    };
    let started = match telemetry {
        // As the filter of everything it decides at once, when a span is met for the first time.
        None => tracing_subscriber::registry().with(log.and_then(filter)).try_init(),
        Some(telemetry) => {
            let filter = filter.or(FilterFn::new(telemetry::is_own_span));
            tracing_subscriber::registry().with(log.with_filter(filter)).with(telemetry.layer()).try_init()
        }
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
