//! A wire that can be spoiled: a TCP proxy on the loopback address between the host and its database.
//!
//! What a firewall, a failing switch or a fail-over does to a connection: cut it, slow it down, swallow what is sent, or
//! forget that it exists.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the wire is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Weather {
    /// Every piece of data waits so long.
    delay: Duration,
    /// Nothing gets through; it is held back.
    is_silent: bool,
    /// Connections with a lower number are closed.
    cut_below: u64,
    /// Nothing of connections with a lower number gets through ever again, and nobody is told.
    forgotten_below: u64,
}

/// A proxy to one address. Dropped, it closes everything.
pub struct Proxy {
    port: u16,
    weather: Arc<watch::Sender<Weather>>,
    connections: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// A proxy on a free port, to a port of this machine.
    pub async fn to(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let weather = Arc::new(watch::Sender::new(Weather::default()));
        let connections = Arc::new(AtomicU64::new(0));
        let (calm, count) = (Arc::clone(&weather), Arc::clone(&connections));
        let listening = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(carry(near, target, number, calm.subscribe()));
            }
        });
        Self { port, weather, connections, listening }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Closes every connection; new ones get through.
    pub fn cut(&self) {
        let now = self.connections.load(Ordering::SeqCst);
        self.weather.send_modify(|weather| weather.cut_below = now);
    }

    /// Forgets every connection, as a firewall does that was restarted: nothing gets through and nobody is told. New
    /// ones get through.
    pub fn forget(&self) {
        let now = self.connections.load(Ordering::SeqCst);
        self.weather.send_modify(|weather| weather.forgotten_below = now);
    }

    /// From now on all data are so late.
    pub fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }

    /// Whether data are held back.
    pub fn silence(&self, is_silent: bool) {
        self.weather.send_modify(|weather| weather.is_silent = is_silent);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.cut();
    }
}

async fn carry(near: TcpStream, target: u16, number: u64, mut weather: watch::Receiver<Weather>) {
    let Ok(far) = TcpStream::connect(("127.0.0.1", target)).await else { return };
    if near.set_nodelay(true).and_then(|()| far.set_nodelay(true)).is_err() {
        return;
    }
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    let forth = pump(near_read, far_write, number, weather.clone());
    let back = pump(far_read, near_write, number, weather.clone());
    tokio::select! {
        () = forth => {}
        () = back => {}
        _ = weather.wait_for(|weather| number < weather.cut_below) => {}
    }
}

/// Carries data one way until an end closes.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    number: u64,
    mut weather: watch::Receiver<Weather>,
) {
    let mut data = vec![0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut data).await else { return };
        let passes = |weather: &Weather| !weather.is_silent && number >= weather.forgotten_below;
        let Ok(delay) = weather.wait_for(passes).await.map(|weather| weather.delay) else { return };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(&data[..length]).await.is_err() {
            return;
        }
    }
}
