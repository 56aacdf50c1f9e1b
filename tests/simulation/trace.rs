//! What happened in a schedule, line by line with the simulated time, and the first broken promise.

use std::collections::BTreeMap;
use std::fmt::Arguments;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::time::Instant;

/// How often things happened, by name.
pub type Counts = BTreeMap<&'static str, u64>;

#[derive(Clone, Debug)]
pub struct Trace(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    started: Instant,
    lines: Vec<String>,
    broken: Option<String>,
    counts: Counts,
}

impl Trace {
    /// A trace that begins now, in simulated time.
    pub fn begin() -> Self {
        let inner = Inner { started: Instant::now(), lines: Vec::new(), broken: None, counts: Counts::new() };
        Self(Arc::new(Mutex::new(inner)))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("nobody panics while writing the trace")
    }

    pub fn note(&self, what: Arguments<'_>) {
        let mut inner = self.inner();
        let at = inner.started.elapsed().as_millis();
        inner.lines.push(format!("{:>7} ms  {what}", at));
    }

    /// Notes something that the report counts.
    pub fn count(&self, name: &'static str, what: Arguments<'_>) {
        self.note(what);
        *self.inner().counts.entry(name).or_default() += 1;
    }

    /// A promise is broken. The first one is the schedule's verdict.
    pub fn broken(&self, what: Arguments<'_>) {
        self.note(format_args!("BROKEN: {what}"));
        self.inner().broken.get_or_insert_with(|| what.to_string());
    }

    pub fn is_broken(&self) -> bool {
        self.inner().broken.is_some()
    }

    /// Everything: the lines, what was broken first, the counts.
    pub fn take(&self) -> (Vec<String>, Option<String>, Counts) {
        let mut inner = self.inner();
        (std::mem::take(&mut inner.lines), inner.broken.take(), std::mem::take(&mut inner.counts))
    }
}
