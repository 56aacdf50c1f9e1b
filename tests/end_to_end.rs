//! The whole host through a real process: what managers, spectators and operators see from outside.

mod clocks;
mod command_line;
mod crowd;
mod doors;
mod games_command;
mod importing;
mod load;
mod operating;
mod refusals;
mod resume;
mod rosters;
mod stop;
mod verify;
mod whole_game;

pub use crowd::wait_until_over;
pub use verify::assert_verified;
pub use whole_game::finished_game;
