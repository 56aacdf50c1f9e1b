//! Traces as a collector receives them from the real host: one command is one trace, the commit that took it is linked,
//! and a collector that is slow or away harms no game. And the statements to the database, in the log.

mod away;
mod collector;
mod statements;
mod traces;

use crate::support::server::Home;

/// A home whose host exports to a collector, soon.
fn exporting(endpoint: &str) -> Home {
    Home::sqlite()
        .brisk()
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .with("DUGOUT__TELEMETRY__DELAY_MS", "20")
}
