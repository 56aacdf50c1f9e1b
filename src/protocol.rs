//! The wire, as plain types: the frames of `dugout.v1`, the bodies of the HTTP API, what each seat may see.
//!
//! Pure: text and values in, values and bytes out. It must not know sockets, actors or the database; what a
//! command means is the rules' business, only its form is decided here.

pub mod asyncapi;
mod box_score;
mod close;
mod command;
mod frame;
mod http;
mod input;
mod json;
mod operator;
mod roster;
pub mod schema;
mod trial;
mod user;
mod view;

pub use box_score::{BoxScoreView, LineScore, Named};
pub use close::CloseCode;
pub use command::{COMMAND_KINDS, parse_command};
pub use frame::{Limits, committed, draining, events, joined, moved, presence, rejected, shown_seq, welcome};
pub use http::{Granted, NewGame, NewToken, Page, Problem};
pub use input::{BadFrame, ClientFrame, CommandFrame, FRAME_TYPES, Hello, Join, Leave};
pub use json::{from_value, parse_json};
pub use operator::{ForfeitAct, FreeSeatAct, GiveSeatAct, PlainAct, QuarantineAct, RollbackAct, parse_act};
pub use roster::{RosterAddition, RosterBody, RosterEntry};
pub use trial::parse_trial;
pub use user::{ConnectedUser, Role, SeatOrSpectator, User, valid_name};
pub use view::{
    DecisionsThisPlay, GameView, LineupView, PendingView, PlayerView, RecordView, RunnerQuestionView,
    RunnerTryView,
};

/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "dugout.v1";
