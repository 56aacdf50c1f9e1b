//! The collector that traces are exported to, where one is configured.

use super::Check;
use crate::config::TelemetrySettings;
use crate::telemetry;
use std::time::Duration;

/// Asks the collector to take an export without spans.
pub async fn look(settings: &TelemetrySettings) -> Option<Check> {
    let what = "collector";
    let url = settings.traces_url()?;
    let timeout = Duration::from_millis(settings.timeout_ms);
    Some(match telemetry::probe(&url, timeout).await {
        Ok(()) => Check::ok(what, format!("{url} takes traces")),
        Err(why) => Check::warning(
            what,
            format!("{url}: {why}"),
            "games go on without it; telemetry.otlp_endpoint is the collector's port for OTLP over HTTP (4318, not 4317)",
        ),
    })
}
