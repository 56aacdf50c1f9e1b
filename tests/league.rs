//! The leagues' own teams and cards: their sites, which may misbehave, and files.

mod asking;
mod importing;
mod playing;
mod site;
