//! A client of a host, for programs: questions over HTTP, and a connection that games are played over.
//!
//! [`Api`] asks over HTTP, and goes to the host where a game lives. [`Link`] is one user's connection: it greets, follows
//! games, gives commands, and comes back by itself after a cut or a restart. What was not answered is sent again with the
//! same id, so that a command has its effect exactly once; entries that were missed are asked for, so that each comes
//! once and in order as [`News`]. A game that moves to another host is followed there. `dugout play` is made of these.
//!
//! ```no_run
//! use dugout::client::{Api, Link, News, Refusal, http};
//! use dugout::id::TeamId;
//! use dugout::protocol::NewGame;
//! use dugout::rules::command::Command;
//! use dugout::rules::decision::{DefensiveDecision, OffensiveDecision};
//! use dugout::rules::event::Event;
//! use dugout::rules::vocabulary::{DecisionPhase, Side};
//! use std::time::Duration;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Refusal> {
//! // Who plays: a guest here; elsewhere a token of the league's operator.
//! let stranger = Api::new(http("example/1", Duration::from_secs(10))?, "http://127.0.0.1:8080", None);
//! let ann = stranger.guest("Ann").await?;
//! let api = stranger.with_token(&ann.token);
//!
//! // A game at home against the host's own manager.
//! let teams = NewGame { away_team_is_ai: true, ..NewGame::between(TeamId(2), TeamId(1)) };
//! let game = api.create_game(&teams).await?.id;
//!
//! let (link, mut news) = Link::start(api.origin(), &ann.token, "example/1");
//! link.follow(game).await?;
//! link.command(game, None, &Command::Start {}).await?;
//!
//! while let Some(told) = news.recv().await {
//!     let News::Entry(entry) = told else { continue };
//!     for event in entry.known() {
//!         match event {
//!             // Ours: whoever fields decides first, then whoever bats, who also rolls.
//!             Event::DecisionRequested { phase, side: Side::Home, seq, .. } => {
//!                 let command = match phase {
//!                     DecisionPhase::AwaitingDefensive => {
//!                         Command::DefensiveDecision(DefensiveDecision::default())
//!                     }
//!                     DecisionPhase::AwaitingOffensive => {
//!                         Command::OffensiveDecision(OffensiveDecision::default())
//!                     }
//!                     _ => Command::Roll {},
//!                 };
//!                 match link.command(game, Some(seq), &command).await {
//!                     Ok(seq) => println!("done in entry {seq}"),
//!                     Err(refusal) => println!("refused: {refusal}"),
//!                 }
//!             }
//!             Event::PlayResolved(play) => println!("{}", play.description),
//!             Event::GameCompleted { .. } => return Ok(()),
//!             _ => {}
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod answers;
mod api;
mod connection;
mod frame;
mod link;
mod news;
mod refusal;
mod socket;

pub use answers::{GameSummary, Player, SeatHolder, Team};
pub use api::Api;
pub use link::{Following, Link};
pub use news::{Entry, News};
pub use refusal::{Done, Refusal};
pub use socket::{Socket, Stream, open};

use std::time::Duration;

/// An HTTP client for [`Api`], with TLS by the system's certificates. `name` is the program and its version, `timeout`
/// how long one answer may take.
///
/// # Errors
/// The system's certificates cannot be used.
pub fn http(name: &str, timeout: Duration) -> Done<reqwest::Client> {
    // Somebody may have installed a provider before; one is enough.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = reqwest::Client::builder().timeout(timeout).user_agent(name).build();
    built.map_err(|error| Refusal::new(format!("no HTTP client: {error}")))
}
