//! A TCP connection with two bounds of its own: how fast it may send, whatever the bytes mean, and how long it may
//! refuse to take what is sent to it.
//!
//! They hold below HTTP and frames: a message in a million empty fragments, or an answer that nobody reads, is seen
//! nowhere else.

use super::refused::Refused;
use crate::config::GatewaySettings;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::io;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// A connection within its bounds.
pub struct Bounded {
    stream: TcpStream,
    rate: DefaultDirectRateLimiter,
    stall_max: Duration,
    /// Runs while the other end takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Bounded {
    /// The connection, with the bounds of the settings.
    pub fn new(stream: TcpStream, settings: &GatewaySettings) -> Self {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(settings.bytes_per_second));
        Self {
            stream,
            rate: RateLimiter::direct(quota.allow_burst(at_least_one(settings.bytes_burst))),
            // A socket gives up first, in its own words, after `write_timeout_ms`.
            stall_max: Duration::from_millis(settings.write_timeout_ms) * 2,
            stalled: None,
        }
    }

    /// Whether this many more bytes are within the rate.
    fn allows(&self, bytes: usize) -> bool {
        let Some(bytes) = u32::try_from(bytes).ok().and_then(NonZeroU32::new) else { return true };
        matches!(self.rate.check_n(bytes), Ok(Ok(())))
    }

    /// Passes a write on; fails once the other end has taken nothing for too long.
    fn watched<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall_max = self.stall_max;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall_max)));
        ready!(stalled.as_mut().poll(cx));
        stalled.as_mut().reset(Instant::now() + stall_max);
        Refused::SlowReader.count();
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other end takes nothing")))
    }
}

/// Whether a connection was ended because it sent too much.
pub fn is_too_fast(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::QuotaExceeded
}

impl AsyncRead for Bounded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        if !this.allows(buf.filled().len() - before) {
            Refused::ByteRate.count();
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::QuotaExceeded, "too many bytes")));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.watched(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, pieces);
        this.watched(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
