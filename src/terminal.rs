//! `dugout play`: games in a terminal, on any host, by people or by scripts.
//!
//! A client like any other, made of [`crate::client`]: it speaks the public protocol and knows of the rules only their
//! words. It must not know the host, the store or the gateway.

mod args;
mod board;
mod catalog;
mod command;
mod complete;
mod draw;
mod editor;
mod keyring;
mod screen;
mod session;

pub use draw::columns;

use crate::client::{Api, Done, Refusal};
use command::{Outcome, execute, name_of};
use editor::{Asked, Editor};
use keyring::Keyring;
use screen::{Form, Screen};
use serde_json::json;
use session::{Identity, Session};
use std::path::PathBuf;
use std::time::Duration;

/// How long a person waits for the other side before he is told that it is not his turn.
const PERSON_PATIENCE: Duration = Duration::from_secs(3);
/// How long a script does.
const SCRIPT_PATIENCE: Duration = Duration::from_secs(60);

/// What is needed for a visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The HTTP client.
    pub client: reqwest::Client,
    /// The host: `http://…` or `https://…`.
    pub url: String,
    /// What the host is called where tokens are kept: its address, or the place of its data.
    pub host: String,
    /// A token that was brought along; without it a guest's is asked for.
    pub token: Option<String>,
    /// The guest's name.
    pub name: String,
    /// Where tokens and the history of lines are kept.
    pub state_dir: PathBuf,
    /// Colours are wanted.
    pub has_colours: bool,
    /// One JSON object a line instead of text for people.
    pub json: bool,
}

/// Where the commands come from.
#[derive(Debug)]
pub enum Commands {
    /// Somebody types them.
    Typed,
    /// They stand in a text.
    Written(String),
}

/// How a visit ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// As it should.
    Well,
    /// At a command that was not done, which has been said.
    AtFailure,
}

/// Plays until the commands end, or somebody leaves.
///
/// # Errors
/// In words: the host cannot be reached, or lets nobody in.
pub async fn run(visit: Visit, commands: Commands) -> Result<Ended, String> {
    let visited = match commands {
        Commands::Typed => converse(visit).await,
        Commands::Written(text) => follow_script(visit, &text).await,
    };
    visited.map_err(|refusal| refusal.to_string())
}

impl Visit {
    fn form(&self) -> Form {
        match (self.json, self.has_colours) {
            (true, _) => Form::Json,
            (false, true) => Form::Colours,
            (false, false) => Form::Plain,
        }
    }

    async fn begin(&self, screen: Screen, patience: Duration, token: Option<String>) -> Done<Session> {
        let identity = Identity {
            token,
            name: self.name.clone(),
            keyring: Keyring::in_directory(&self.state_dir),
            host: self.host.clone(),
        };
        Session::begin(Api::new(self.client.clone(), &self.url, None), identity, screen, patience).await
    }
}

/// A conversation with somebody at a terminal.
async fn converse(visit: Visit) -> Done<Ended> {
    let history = visit.state_dir.join("history");
    let (mut editor, sink) = Editor::start(history).await.map_err(Refusal::new)?;
    let (screen, writer) = Screen::start(visit.form(), sink);
    let begun = match visit.begin(screen.clone(), PERSON_PATIENCE, visit.token.clone()).await {
        Err(refusal) if visit.token.is_none() && refusal.code.is_some() => {
            // Guests are not let in: a token may be.
            screen.lines(&[refusal.to_string()]).await;
            screen.flush().await;
            match editor.ask("token: ", None).await {
                Asked::Line(token) => {
                    visit.begin(screen.clone(), PERSON_PATIENCE, Some(token.trim().to_owned())).await
                }
                Asked::Interrupted | Asked::Ended => Err(refusal),
            }
        }
        begun => begun,
    };
    let mut session = match begun {
        Ok(session) => session,
        Err(refusal) => {
            drop((editor, screen));
            let _ = writer.join();
            return Err(refusal);
        }
    };
    screen.lines(&welcome(&session, &visit)).await;
    while let Some(line) = ask(&mut editor, &screen, &session).await {
        if !obey(&mut session, &screen, &line).await {
            break;
        }
    }
    screen.flush().await;
    drop((session, screen, editor));
    // The editor's thread may still hold the terminal; nothing is written any more.
    Ok(Ended::Well)
}

fn welcome(session: &Session, visit: &Visit) -> Vec<String> {
    let style = session.style();
    vec![
        style.strong("dugout: dice-and-card baseball"),
        format!("You are {} at {}. `help` lists the commands, Tab completes.", visit.name, visit.host),
        "`new_game` begins at once against the host; `use_game` goes on with your last one.".to_owned(),
    ]
}

/// The next line that is typed; none when he leaves.
async fn ask(editor: &mut Editor, screen: &Screen, session: &Session) -> Option<String> {
    // Completion offers what is legal now, so the state is read before it may be asked for.
    let _ = session.view().await;
    loop {
        screen.flush().await;
        match editor.ask("dugout> ", Some(session.board.clone())).await {
            Asked::Line(line) => return Some(line),
            Asked::Interrupted => {
                screen.lines(&["(Ctrl-D or `quit` leaves; the game stays.)".to_owned()]).await
            }
            Asked::Ended => return None,
        }
    }
}

/// Does what was typed; false when he leaves.
async fn obey(session: &mut Session, screen: &Screen, line: &str) -> bool {
    let done = tokio::select! {
        done = execute(session, line) => done,
        _ = tokio::signal::ctrl_c() => Err(Refusal::new("you stopped waiting; what was sent stands")),
    };
    match done {
        Ok(Outcome::Done(reply)) => {
            screen
                .json(&json!({"type": "result", "command": name_of(line), "ok": true, "data": reply.data}))
                .await;
            screen.lines(&reply.lines).await;
        }
        Ok(Outcome::Nothing) => {}
        Ok(Outcome::Quit) => return false,
        Err(refusal) => {
            let style = screen.style();
            screen.json(&failure(None, line, &refusal)).await;
            let lines: Vec<_> =
                draw::wrap(&refusal.to_string(), 2).iter().map(|line| style.bad(line)).collect();
            screen.lines(&lines).await;
        }
    }
    true
}

fn failure(number: Option<usize>, line: &str, refusal: &Refusal) -> serde_json::Value {
    json!({
        "type": "result",
        "line": number,
        "command": name_of(line),
        "ok": false,
        "code": refusal.code,
        "field": refusal.field,
        "message": refusal.message,
    })
}

/// Commands from a text, one a line, up to the first that is not done.
async fn follow_script(visit: Visit, text: &str) -> Done<Ended> {
    let (screen, writer) = Screen::start(visit.form(), screen::stdout());
    let ended = script(&visit, &screen, text).await;
    drop(screen);
    if ended.is_ok() {
        let _ = writer.join();
    }
    ended
}

async fn script(visit: &Visit, screen: &Screen, text: &str) -> Done<Ended> {
    let mut session = visit.begin(screen.clone(), SCRIPT_PATIENCE, visit.token.clone()).await?;
    for (number, line) in (1..).zip(text.lines()) {
        let done = tokio::select! {
            done = execute(&mut session, line) => done,
            _ = tokio::signal::ctrl_c() => Err(Refusal::new("interrupted")),
        };
        match done {
            Ok(Outcome::Done(reply)) => {
                let result = json!({
                    "type": "result", "line": number, "command": name_of(line), "ok": true, "data": reply.data,
                });
                screen.json(&result).await;
                screen.lines(&reply.lines).await;
            }
            Ok(Outcome::Nothing) => {}
            Ok(Outcome::Quit) => break,
            Err(refusal) => {
                screen.json(&failure(Some(number), line, &refusal)).await;
                screen.flush().await;
                eprintln!("dugout: line {number}: {}: {refusal}", name_of(line));
                return Ok(Ended::AtFailure);
            }
        }
    }
    screen.flush().await;
    Ok(Ended::Well)
}
