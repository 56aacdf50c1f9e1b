//! The bounded queue of frames on their way to one connection. Whoever fills it never waits: a reader
//! that is too slow loses its place and is told to resume, so that nobody else is delayed.

use crate::protocol::CloseCode;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// What a connection is to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outgoing {
    /// Send this text frame.
    Frame(Bytes),
    /// Say why and close.
    Close(CloseCode),
}

/// The sending end, one clone per game that the connection follows.
#[derive(Clone, Debug)]
pub struct Outbox {
    queue: mpsc::Sender<Outgoing>,
    lagged: Arc<AtomicBool>,
}

/// The connection's end.
#[derive(Debug)]
pub struct OutboxReceiver {
    queue: mpsc::Receiver<Outgoing>,
    lagged: Arc<AtomicBool>,
}

impl Outbox {
    /// An outbox that holds at most `frames_max` frames.
    #[must_use]
    pub fn new(frames_max: usize) -> (Self, OutboxReceiver) {
        let (sender, receiver) = mpsc::channel(frames_max);
        let lagged = Arc::new(AtomicBool::new(false));
        (Self { queue: sender, lagged: Arc::clone(&lagged) }, OutboxReceiver { queue: receiver, lagged })
    }

    /// Queues a frame. False when the connection is gone or too slow: from then on it gets nothing more.
    #[must_use]
    pub fn send(&self, frame: Bytes) -> bool {
        self.push(Outgoing::Frame(frame))
    }

    /// Asks the connection to close after what is queued.
    pub fn close(&self, code: CloseCode) {
        let _ = self.push(Outgoing::Close(code));
    }

    fn push(&self, outgoing: Outgoing) -> bool {
        if self.lagged.load(Ordering::Acquire) {
            return false;
        }
        match self.queue.try_send(outgoing) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                metrics::counter!("dugout_outbox_lagged_total").increment(1);
                self.lagged.store(true, Ordering::Release);
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

impl OutboxReceiver {
    /// The next thing to do; none when every sender is gone. A lagging connection is told to close as
    /// soon as it looks, whatever else is queued: it has a gap, and resumes from the journal.
    pub async fn recv(&mut self) -> Option<Outgoing> {
        if self.lagged.load(Ordering::Acquire) {
            return Some(Outgoing::Close(CloseCode::ReaderTooSlow));
        }
        self.queue.recv().await
    }

    /// What is queued already, without waiting; for sending several frames in one write.
    pub fn try_recv(&mut self) -> Option<Outgoing> {
        if self.lagged.load(Ordering::Acquire) {
            return Some(Outgoing::Close(CloseCode::ReaderTooSlow));
        }
        self.queue.try_recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_outbox_refuses_and_tells_the_connection_to_resume() {
        let (outbox, mut receiver) = Outbox::new(2);
        assert!(outbox.send(Bytes::from_static(b"1")));
        assert!(outbox.send(Bytes::from_static(b"2")));
        assert!(!outbox.send(Bytes::from_static(b"3")), "the bound is two frames");
        assert_eq!(receiver.recv().await, Some(Outgoing::Close(CloseCode::ReaderTooSlow)));
        assert!(!outbox.send(Bytes::from_static(b"4")), "a gap is never followed by more frames");
    }

    #[tokio::test]
    async fn frames_arrive_in_order() {
        let (outbox, mut receiver) = Outbox::new(8);
        for text in [&b"a"[..], b"b", b"c"] {
            assert!(outbox.send(Bytes::from_static(text)));
        }
        outbox.close(CloseCode::OpenedElsewhere);
        for text in [&b"a"[..], b"b", b"c"] {
            assert_eq!(receiver.recv().await, Some(Outgoing::Frame(Bytes::from_static(text))));
        }
        assert_eq!(receiver.recv().await, Some(Outgoing::Close(CloseCode::OpenedElsewhere)));
    }
}
