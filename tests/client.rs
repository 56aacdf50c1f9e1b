//! The library for programs that talk to a host, `dugout::client`, against real hosts.

mod cuts;
mod moves;
mod playing;
mod support;
