//! The statements in the log, for who asks for them (`log.filter` with `dugout::sql=debug`). Their text only: among the
//! values are the seeds of dice.

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent, set_default_instrumentation};
use tracing::{Level, debug, enabled};

/// Where they are logged.
const TARGET: &str = "dugout::sql";
/// The most of a statement that is logged, in bytes: one of many rows repeats itself.
const TEXT_BYTES_MAX: usize = 600;

/// Has the statements of every connection that is opened from now on logged, if anybody reads them.
///
/// # Errors
/// In words, when another thread failed in the middle of the same.
pub fn log_statements() -> Result<(), String> {
    if !enabled!(target: TARGET, Level::DEBUG) {
        return Ok(());
    }
    set_default_instrumentation(|| Some(Box::new(StatementLog))).map_err(|error| error.to_string())
}

struct StatementLog;

impl Instrumentation for StatementLog {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                debug!(target: TARGET, sql = text(query), "statement");
            }
            InstrumentationEvent::FinishQuery { query, error: Some(error), .. } => {
                debug!(target: TARGET, sql = text(query), %error, "a statement failed");
            }
            _ => {}
        }
    }
}

/// The text of a statement without its values.
fn text(query: &dyn DebugQuery) -> String {
    let mut text = query.to_string();
    if let Some(end) = text.find(" -- binds") {
        text.truncate(end);
    }
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push_str(" …");
    }
    text
}
