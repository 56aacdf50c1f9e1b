//! Traces: where a command spent its time, as spans, and their export by OpenTelemetry.
//!
//! The spans themselves stand in the code they measure (`tracing::debug_span!`). At the log's default level nobody asks
//! for them, and each costs the look at one number. Here is what happens to them where a collector is configured: they
//! wait in a bounded queue and are sent by a thread of their own, so that a collector that is slow or away delays
//! nobody. What cannot be sent is dropped, counted, and said in the log.

mod courier;
mod link;
mod parent;
mod queue;
mod sampler;

pub use courier::CourierError;
pub use link::link;
pub use parent::{Parent, TRACEPARENT, traceparent};

use crate::config::TelemetrySettings;
use courier::{Courier, Trouble};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanExporter as _,
};
use queue::{Bounded, Ledger, Watched};
use sampler::LinkedOrRatio;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::registry::LookupSpan;
use uuid::Uuid;

/// The spans and events of this program; those of libraries are not exported.
const OWN: &str = "dugout";

/// Why traces cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// There is no client for the collector.
    #[error(transparent)]
    Courier(#[from] CourierError),
    /// The exporter does not take what it was given, by a setting or by a variable of OpenTelemetry's.
    #[error("{0}; look at the environment variables that begin with OTEL_")]
    Exporter(#[from] ExporterBuildError),
}

/// What sends spans to a collector.
#[derive(Debug)]
pub struct Telemetry {
    provider: SdkTracerProvider,
}

impl Telemetry {
    /// Begins to export; none where the settings name no collector. Nothing is sent yet: the collector may be away.
    ///
    /// # Errors
    /// There is no HTTP client, or an environment variable of OpenTelemetry's asks for what this exporter has not.
    pub fn start(settings: &TelemetrySettings, runtime: Handle) -> Result<Option<Self>, TelemetryError> {
        let Some(url) = settings.traces_url() else { return Ok(None) };
        let timeout = Duration::from_millis(settings.timeout_ms);
        let (exporter, trouble) = exporter(url, timeout, runtime)?;
        let ledger = Arc::new(Ledger::new(settings.queue_spans_max, trouble));
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(settings.queue_spans_max)
            .with_max_export_batch_size(settings.batch_spans_max.min(settings.queue_spans_max))
            .with_scheduled_delay(Duration::from_millis(settings.delay_ms))
            .build();
        let sender = BatchSpanProcessor::builder(Watched::new(exporter, Arc::clone(&ledger)))
            .with_batch_config(batches)
            .build();
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new("service.instance.id", Uuid::new_v4().to_string()))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_sampler(LinkedOrRatio::new(settings.sample_ratio))
            .with_resource(resource)
            .with_span_processor(Bounded::new(sender, ledger))
            .build();
        Ok(Some(Self { provider }))
    }

    /// What takes the spans of a subscriber in.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let is_exported = FilterFn::new(|metadata: &Metadata<'_>| {
            is_own_span(metadata) || (is_own(metadata) && *metadata.level() <= Level::WARN)
        });
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(OWN))
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(is_exported)
    }

    /// Sends what waits, for at most so long. It blocks its thread: not one that others need.
    pub fn shutdown(&self, patience: Duration) {
        if let Err(error) = self.provider.shutdown_with_timeout(patience) {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}

/// Sends the collector an export without spans, which it answers and forgets.
///
/// # Errors
/// Why it did not take it, in words.
pub async fn probe(url: &str, timeout: Duration) -> Result<(), String> {
    let built = exporter(url.to_owned(), timeout, Handle::current());
    let (exporter, trouble) = built.map_err(|error| error.to_string())?;
    let sent = exporter.export(Vec::new()).await;
    let why = trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
    sent.map_err(|error| why.unwrap_or_else(|| error.to_string()))
}

fn exporter(
    url: String,
    timeout: Duration,
    runtime: Handle,
) -> Result<(SpanExporter, Trouble), TelemetryError> {
    let courier = Courier::new(timeout, runtime)?;
    let trouble = courier.trouble();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(courier)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(url)
        .with_timeout(timeout)
        .build()?;
    Ok((exporter, trouble))
}

/// Whether this is a span of the program's own.
#[must_use]
pub fn is_own_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && is_own(metadata)
}

fn is_own(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with(OWN)
}
