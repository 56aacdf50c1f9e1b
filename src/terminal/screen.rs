//! Where everything that is shown goes: above the prompt of a terminal, to standard output, or as JSON lines.
//!
//! A thread of its own writes, so that neither a slow terminal nor the line editor holds up a connection.

use serde_json::Value;
use std::io::Write;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Texts that may wait to be written.
const TEXTS_MAX: usize = 1_024;
/// How long to wait for the writer before a prompt is shown.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

/// Whoever writes a text, which ends with a line break.
pub type Sink = Box<dyn FnMut(String) + Send>;

enum Item {
    Text(String),
    Flush(oneshot::Sender<()>),
}

/// How things are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// For people, in colours.
    Colours,
    /// For people, plain.
    Plain,
    /// One JSON object a line.
    Json,
}

/// The way to whoever reads; clones share it.
#[derive(Clone, Debug)]
pub struct Screen {
    items: mpsc::Sender<Item>,
    form: Form,
}

impl Screen {
    /// A screen that writes with `sink`, and the thread that does.
    pub fn start(form: Form, mut sink: Sink) -> (Self, JoinHandle<()>) {
        let (items, mut taken) = mpsc::channel(TEXTS_MAX);
        let writer = std::thread::spawn(move || {
            while let Some(item) = taken.blocking_recv() {
                match item {
                    Item::Text(text) => sink(text),
                    Item::Flush(done) => drop(done.send(())),
                }
            }
        });
        (Self { items, form }, writer)
    }

    /// The colours.
    pub fn style(&self) -> Style {
        Style { has_colours: self.form == Form::Colours }
    }

    /// Shows lines to people; nothing where JSON is shown.
    pub async fn lines(&self, lines: &[String]) {
        if self.form != Form::Json && !lines.is_empty() {
            let text = lines.join("\n") + "\n";
            // Where nobody writes any more, nobody reads.
            let _ = self.items.send(Item::Text(text)).await;
        }
    }

    /// Shows a JSON object; nothing where lines are shown.
    pub async fn json(&self, object: &Value) {
        if self.form == Form::Json {
            let _ = self.items.send(Item::Text(format!("{object}\n"))).await;
        }
    }

    /// Waits, not for ever, until everything is written.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.items.send(Item::Flush(done)).await.is_ok() {
            let _ = timeout(FLUSH_TIMEOUT, written).await;
        }
    }
}

/// Writes to standard output; where nobody reads it any more, nothing is written.
pub fn stdout() -> Sink {
    Box::new(|text| {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    })
}

/// Colours, where they are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    has_colours: bool,
}

impl Style {
    /// Without colours.
    #[cfg(test)]
    pub const PLAIN: Self = Self { has_colours: false };

    fn paint(self, code: &str, text: &str) -> String {
        if self.has_colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// What matters.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What may be passed over.
    pub fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What is good for the side at bat.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What went wrong.
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// What is asked of the reader.
    pub fn asked(self, text: &str) -> String {
        self.paint("1;33", text)
    }
}
