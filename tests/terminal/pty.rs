//! `dugout play` on a pseudo-terminal of 80 by 40, with somebody who types and reads.

use crate::support::PATIENCE;
use crate::support::server::Home;
use pty_process::{Command, OwnedWritePty, Size};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;

/// How often the screen is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const PROMPT: &str = "dugout> ";

/// A terminal with the client in it. Dropped, the client is killed.
pub struct Terminal {
    child: Child,
    keys: OwnedWritePty,
    raw: Arc<Mutex<Vec<u8>>>,
    /// How much of the text was read before.
    mark: usize,
}

impl Terminal {
    /// Plays on its own host, with its data in `home`.
    pub fn local(home: &Home, arguments: &[&str]) -> Self {
        Self::start(&home.data_dir(), &[&["--local"], arguments].concat())
    }

    /// Plays on the running host of `home`, as this guest.
    pub fn remote(home: &Home, name: &str) -> Self {
        let url = format!("http://{}", home.address.get());
        Self::start(&home.data_dir().join(name), &["--url", &url, "--name", name])
    }

    fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        let (pty, pts) = pty_process::open().expect("a pseudo-terminal can be opened");
        pty.resize(Size::new(40, 80)).expect("it has a size");
        let command = Command::new(env!("CARGO_BIN_EXE_dugout"))
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
            .env("DUGOUT__HOST__AI_PAUSE_MS", "0")
            .args(["play", "--data-dir"])
            .arg(data_dir)
            .args(arguments)
            .kill_on_drop(true);
        let child = command.spawn(pts).expect("the client can be started");
        let (mut output, keys) = pty.into_split();
        let raw = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&raw);
        tokio::spawn(async move {
            let mut buffer = [0; 4_096];
            // A pseudo-terminal ends with an error when its last reader is gone.
            while let Ok(count @ 1..) = output.read(&mut buffer).await {
                seen.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..count]);
            }
        });
        Self { child, keys, raw, mark: 0 }
    }

    /// Everything that was shown, without the terminal's control sequences.
    pub fn text(&self) -> String {
        let raw = self.raw.lock().unwrap_or_else(PoisonError::into_inner);
        plain(&String::from_utf8_lossy(&raw))
    }

    /// What was shown since the last line was typed.
    pub fn answer(&self) -> String {
        self.text().chars().skip(self.mark).collect()
    }

    /// Waits until this stands in what was shown since the last line was typed.
    pub async fn wait_for(&self, what: &str) -> String {
        let began = Instant::now();
        loop {
            let answer = self.answer();
            if answer.contains(what) {
                return answer;
            }
            let text = self.text();
            let tail: String = text.chars().skip(text.chars().count().saturating_sub(3_000)).collect();
            assert!(began.elapsed() < PATIENCE, "waited for `{what}`; the screen ends with:\n{tail}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits for the prompt.
    pub async fn ready(&self) {
        self.wait_for(PROMPT).await;
    }

    /// Presses keys.
    pub async fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).await.expect("the terminal is open");
    }

    /// Types a line and waits for what it leads to, up to the next prompt.
    pub async fn types(&mut self, line: &str) -> String {
        self.mark = self.text().chars().count();
        self.press(&format!("{line}\r")).await;
        // The line editor draws the prompt once more as the line is typed; the next one follows a line break.
        let began = Instant::now();
        loop {
            let answer = self.answer();
            if answer.rfind('\n').is_some_and(|at| answer[at..].contains(PROMPT)) {
                return answer;
            }
            assert!(began.elapsed() < PATIENCE, "`{line}` led to no prompt:\n{answer}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// From now on only what comes is an answer.
    pub fn looks_away(&mut self) {
        self.mark = self.text().chars().count();
    }

    /// Waits for the end of the client; gives its exit code.
    pub async fn ended(&mut self) -> Option<i32> {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended.unwrap_or_else(|_| panic!("the client does not end:\n{}", self.text()));
        status.expect("a child can be waited for").code()
    }

    /// `kill -9`.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the client is running");
    }
}

/// Text without control sequences and carriage returns.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                if characters.next_if_eq(&'[').is_some() {
                    while characters.next().is_some_and(|end| !end.is_ascii_alphabetic()) {}
                } else {
                    characters.next();
                }
            }
            '\r' | '\u{7}' => {}
            other => plain.push(other),
        }
    }
    plain
}
