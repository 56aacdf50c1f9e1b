//! The bounded way of spans to the collector, and the books about it: what waits, what was sent, what was dropped.

use super::courier::Trouble;
use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the log says that spans are being dropped.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// Why a span was dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reason {
    /// Too many of them waited for the collector.
    QueueFull,
    /// The collector did not take them.
    Export,
}

impl Reason {
    const ALL: [Self; 2] = [Self::QueueFull, Self::Export];

    const fn word(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Export => "export",
        }
    }
}

/// The books.
#[derive(Debug)]
pub struct Ledger {
    /// Spans that have ended and are not sent yet, those on their way included.
    waiting: AtomicUsize,
    waiting_max: usize,
    outage: Mutex<Outage>,
    trouble: Trouble,
}

/// What the log is to be told about spans that were dropped, with their number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    /// The collector does not take any.
    Away(u64),
    /// It takes them again.
    Back(u64),
    /// It takes them, but not as fast as they come.
    Slow(u64),
}

/// What was dropped and has not been said yet.
#[derive(Debug, Default)]
struct Outage {
    dropped: u64,
    is_away: bool,
    said_at: Option<Instant>,
}

impl Outage {
    /// The collector took a batch, or did not.
    fn tried(&mut self, worked: bool, now: Instant) -> Option<Word> {
        let is_due = self.said_at.is_none_or(|said_at| now.duration_since(said_at) >= SAID_EVERY);
        let word = match (worked, self.is_away) {
            (false, false) => Word::Away(self.dropped),
            (false, true) if is_due => Word::Away(self.dropped),
            (true, true) => Word::Back(self.dropped),
            (true, false) if is_due && self.dropped > 0 => Word::Slow(self.dropped),
            _ => return None,
        };
        let said_at = (word != Word::Back(self.dropped)).then_some(now);
        *self = Self { dropped: 0, is_away: !worked, said_at };
        Some(word)
    }
}

impl Ledger {
    /// Empty books. `trouble` says why the collector took nothing.
    pub fn new(waiting_max: usize, trouble: Trouble) -> Self {
        metrics::counter!("dugout_spans_exported_total").increment(0);
        for reason in Reason::ALL {
            metrics::counter!("dugout_spans_dropped_total", "reason" => reason.word()).increment(0);
        }
        Self { waiting: AtomicUsize::new(0), waiting_max, outage: Mutex::default(), trouble }
    }

    /// Takes a place in the queue; false where it is full.
    fn enter(&self) -> bool {
        let one_more = |waiting: usize| (waiting < self.waiting_max).then_some(waiting + 1);
        self.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).is_ok()
    }

    /// Gives places back.
    fn leave(&self, spans: usize) {
        self.waiting.fetch_sub(spans, Ordering::AcqRel);
    }

    /// Counts a span that found no place. Said is that later, by who sends: here a span is just being closed.
    fn turned_away(&self) {
        count_dropped(1, Reason::QueueFull);
        self.outage().dropped += 1;
    }

    /// Notes what became of a batch, and says in the log what somebody should know.
    fn tried(&self, spans: usize, worked: bool) {
        self.leave(spans);
        if worked {
            metrics::counter!("dugout_spans_exported_total").increment(spans as u64);
        } else {
            count_dropped(spans as u64, Reason::Export);
            self.outage().dropped += spans as u64;
        }
        let word = self.outage().tried(worked, Instant::now());
        match word {
            Some(Word::Away(dropped)) => {
                let why = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let why = why.unwrap_or_else(|| "unknown".to_owned());
                tracing::warn!(dropped, why, "the collector takes no spans; games go on without it");
            }
            Some(Word::Back(dropped)) => tracing::info!(dropped, "the collector takes spans again"),
            Some(Word::Slow(dropped)) => {
                tracing::warn!(
                    dropped,
                    "more spans come than the collector takes; lower telemetry.sample_ratio"
                );
            }
            None => {}
        }
    }

    fn outage(&self) -> MutexGuard<'_, Outage> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count_dropped(spans: u64, reason: Reason) {
    metrics::counter!("dugout_spans_dropped_total", "reason" => reason.word()).increment(spans);
}

/// A processor before which at most so many spans wait; what is beyond is dropped and counted.
#[derive(Debug)]
pub struct Bounded<P> {
    next: P,
    ledger: Arc<Ledger>,
}

impl<P> Bounded<P> {
    /// Bounds what is handed to `next`.
    pub const fn new(next: P, ledger: Arc<Ledger>) -> Self {
        Self { next, ledger }
    }
}

impl<P: SpanProcessor> SpanProcessor for Bounded<P> {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.next.on_start(span, cx);
    }

    fn on_end(&self, span: SpanData) {
        if self.ledger.enter() {
            self.next.on_end(span);
        } else {
            self.ledger.turned_away();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}

/// An exporter of which the books say what became of each span.
#[derive(Debug)]
pub struct Watched<E> {
    next: E,
    ledger: Arc<Ledger>,
}

impl<E> Watched<E> {
    /// Keeps books about `next`.
    pub const fn new(next: E, ledger: Arc<Ledger>) -> Self {
        Self { next, ledger }
    }
}

impl<E: SpanExporter> SpanExporter for Watched<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let exported = self.next.export(batch).await;
        self.ledger.tried(spans, exported.is_ok());
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_so_many_wait() {
        let ledger = Ledger::new(2, Trouble::default());
        assert!(ledger.enter() && ledger.enter() && !ledger.enter());
        ledger.leave(1);
        assert!(ledger.enter() && !ledger.enter());
    }

    #[test]
    fn an_outage_is_said_at_its_beginning_now_and_then_and_at_its_end() {
        let (mut outage, began) = (Outage::default(), Instant::now());
        let mut tried = |dropped, worked, after| {
            outage.dropped += dropped;
            outage.tried(worked, began + after)
        };
        assert_eq!(tried(0, true, Duration::ZERO), None);
        assert_eq!(tried(5, false, Duration::ZERO), Some(Word::Away(5)));
        assert_eq!(tried(5, false, SAID_EVERY / 2), None);
        assert_eq!(tried(1, false, SAID_EVERY), Some(Word::Away(6)));
        assert_eq!(tried(1, true, SAID_EVERY), Some(Word::Back(1)));
        assert_eq!(tried(0, true, SAID_EVERY), None);
        assert_eq!(tried(2, true, SAID_EVERY), Some(Word::Slow(2)));
        assert_eq!(tried(2, true, SAID_EVERY), None, "said a moment ago");
        assert_eq!(tried(0, true, SAID_EVERY * 2), Some(Word::Slow(2)));
        assert_eq!(tried(1, false, SAID_EVERY * 2), Some(Word::Away(1)), "said at once");
    }
}
