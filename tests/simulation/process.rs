//! One run of a host program: it may be stopped in mid-breath, or killed, and then nothing of it is heard again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

#[derive(Debug)]
pub struct Process {
    /// What the trace calls it: the host's name and the number of the run.
    pub name: String,
    dead: AtomicBool,
    frozen_until: Mutex<Instant>,
    connections: Mutex<Vec<AbortHandle>>,
}

impl Process {
    pub fn new(name: String) -> Self {
        Self {
            name,
            dead: AtomicBool::new(false),
            frozen_until: Mutex::new(Instant::now()),
            connections: Mutex::default(),
        }
    }

    pub fn is_alive(&self) -> bool {
        !self.dead.load(Ordering::Relaxed)
    }

    /// Waits while the process is stopped; for ever once it is dead.
    pub async fn breathe(&self) {
        loop {
            if !self.is_alive() {
                return std::future::pending().await;
            }
            let until = *self.frozen_until.lock().expect("nobody panics while holding it");
            if Instant::now() >= until {
                return;
            }
            sleep_until(until).await;
        }
    }

    /// Stops the process as SIGSTOP would, until then.
    pub fn freeze(&self, until: Instant) {
        *self.frozen_until.lock().expect("nobody panics while holding it") = until;
    }

    pub fn die(&self) {
        self.dead.store(true, Ordering::Relaxed);
        self.cut_connections();
    }

    /// Tasks that end when the process does.
    pub fn serve(&self, task: AbortHandle) {
        let mut connections = self.connections.lock().expect("nobody panics while holding it");
        connections.retain(|task| !task.is_finished());
        connections.push(task);
    }

    pub fn cut_connections(&self) {
        for task in self.connections.lock().expect("nobody panics while holding it").drain(..) {
            task.abort();
        }
    }
}
