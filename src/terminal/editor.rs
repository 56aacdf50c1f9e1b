//! The line editor: history, completion, and a printer that does not destroy the line being typed.
//!
//! It blocks, so it lives on a thread of its own and is asked for one line at a time.

use super::board::Board;
use super::complete::complete;
use super::screen::{Sink, stdout};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, ExternalPrinter, Helper};
use std::path::{Path, PathBuf};
use tokio::sync::{mpsc, oneshot};

/// Lines that are remembered.
const HISTORY_MAX: usize = 1_000;

/// What came of asking for a line.
#[derive(Debug)]
pub enum Asked {
    /// A line.
    Line(String),
    /// Ctrl-C: the line is thrown away.
    Interrupted,
    /// Ctrl-D, or the terminal has gone.
    Ended,
}

struct Question {
    prompt: String,
    board: Option<Board>,
    answer: oneshot::Sender<Asked>,
}

/// The way to the editor's thread.
#[derive(Debug)]
pub struct Editor {
    questions: mpsc::Sender<Question>,
}

impl Editor {
    /// Starts the editor; gives it and what writes above its prompt.
    ///
    /// # Errors
    /// In words, where there is no terminal to edit lines on.
    pub async fn start(history: PathBuf) -> Result<(Self, Sink), String> {
        let (questions, asked) = mpsc::channel(1);
        let (ready, started) = oneshot::channel();
        std::thread::spawn(move || edit(&history, ready, asked));
        let sink = started.await.map_err(|_| "the line editor did not start".to_owned())??;
        Ok((Self { questions }, sink))
    }

    /// Asks for a line; with a board, with completion, and the line is remembered.
    pub async fn ask(&mut self, prompt: &str, board: Option<Board>) -> Asked {
        let (answer, answered) = oneshot::channel();
        let question = Question { prompt: prompt.to_owned(), board, answer };
        if self.questions.send(question).await.is_err() {
            return Asked::Ended;
        }
        answered.await.unwrap_or(Asked::Ended)
    }
}

type Lines = rustyline::Editor<Completing, FileHistory>;

fn edit(history: &Path, ready: oneshot::Sender<Result<Sink, String>>, mut asked: mpsc::Receiver<Question>) {
    let mut lines = match open(history) {
        Ok(lines) => lines,
        Err(error) => return drop(ready.send(Err(format!("no lines can be edited here: {error}")))),
    };
    // A terminal that cannot move its cursor gets its lines where they come.
    let sink: Sink = match lines.create_external_printer() {
        Ok(mut printer) => Box::new(move |text| drop(printer.print(text))),
        Err(_) => stdout(),
    };
    if ready.send(Ok(sink)).is_err() {
        return;
    }
    while let Some(Question { prompt, board, answer }) = asked.blocking_recv() {
        let is_remembered = board.is_some();
        if let Some(helper) = lines.helper_mut() {
            helper.board = board;
        }
        let reply = match lines.readline(&prompt) {
            Ok(line) => {
                if is_remembered && !line.trim().is_empty() {
                    // A history that cannot be written is no reason to stop.
                    let _ = lines.add_history_entry(line.as_str());
                    let _ = lines.append_history(history);
                }
                Asked::Line(line)
            }
            Err(ReadlineError::Interrupted) => Asked::Interrupted,
            Err(_) => Asked::Ended,
        };
        let _ = answer.send(reply);
    }
}

fn open(history: &Path) -> rustyline::Result<Lines> {
    let config =
        Config::builder().max_history_size(HISTORY_MAX)?.completion_type(CompletionType::List).build();
    let mut lines = Lines::with_config(config)?;
    lines.set_helper(Some(Completing { board: None }));
    if let Some(directory) = history.parent() {
        let _ = std::fs::create_dir_all(directory);
    }
    let _ = lines.load_history(history); // there is none the first time
    Ok(lines)
}

/// Completes from what is known of the game.
struct Completing {
    board: Option<Board>,
}

impl Completer for Completing {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let Some(board) = &self.board else { return Ok((pos, Vec::new())) };
        let (start, words) = complete(&board.table(), &line[..pos]);
        let is_only = words.len() == 1;
        let pair = |word: String| {
            let goes_on = word.ends_with('=');
            let replacement = if is_only && !goes_on { format!("{word} ") } else { word.clone() };
            Pair { display: word, replacement }
        };
        Ok((start, words.into_iter().map(pair).collect()))
    }
}

impl Hinter for Completing {
    type Hint = String;
}
impl Highlighter for Completing {}
impl Validator for Completing {}
impl Helper for Completing {}
