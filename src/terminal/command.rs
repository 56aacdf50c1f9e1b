//! From a line to what it does. One file a group of commands; each reads its words, asks the host, and answers.

mod course;
mod games;
mod lineups;
mod look;
mod play;
mod practice;
mod quick;

use super::args::Args;
use super::board::Detail;
use super::catalog::{find, help};
use super::session::{Reply, Session};
use crate::client::{Done, Refusal};
use serde_json::json;

/// What comes of a line.
#[derive(Debug)]
pub enum Outcome {
    /// It was done.
    Done(Reply),
    /// Nothing stands there.
    Nothing,
    /// Leave.
    Quit,
}

/// The name of the command that a line begins with, for those who look at answers.
pub fn name_of(line: &str) -> &str {
    let word = line.split_whitespace().next().unwrap_or_default();
    find(word).map_or(word, |entry| entry.name)
}

/// Does what a line says.
///
/// # Errors
/// Why it is not done, and what is allowed.
pub async fn execute(session: &mut Session, line: &str) -> Done<Outcome> {
    let Some((word, args)) = Args::split(line)? else { return Ok(Outcome::Nothing) };
    let entry = find(&word).map_err(Refusal::new)?;
    let usage = format!("{} {}", entry.name, entry.usage);
    let mut args = args.with_usage(format!("type: {}", usage.trim_end()));
    let args = &mut args;
    let reply = match entry.name {
        "new_game" => games::new_game(session, args).await,
        "list_games" => games::list_games(session, args).await,
        "use_game" => games::use_game(session, args).await,
        "claim" => games::claim(session, args).await,
        "teams" => games::teams(session, args).await,
        "players" => games::players(session, args).await,
        "who" => games::who(session, args).await,
        "start_game" => play::start_game(session, args).await,
        "defensive" => play::defensive(session, args).await,
        "offensive" => play::offensive(session, args).await,
        "roll" => play::roll(session, args).await,
        "resolve" => play::resolve(session, args).await,
        "x_check" => play::x_check(session, args).await,
        "runner" => play::runner(session, args).await,
        "quick_play" => quick::quick_play(session, args).await,
        "wait" => quick::wait(session, args).await,
        "lineups" => lineups::lineups(session, args).await,
        "set_lineup" => lineups::set_lineup(session, args).await,
        "substitute" => lineups::substitute(session, args).await,
        "pause" => course::pause(session, args).await,
        "resume" => course::resume(session, args).await,
        "forfeit" => course::forfeit(session, args).await,
        "rollback" => course::rollback(session, args).await,
        "accept" => course::answer(session, args, true).await,
        "decline" => course::answer(session, args, false).await,
        "entropy" => course::entropy(session, args).await,
        "status" => look::status(session, args).await,
        "explain" => look::explain(session, args),
        "plays" => look::plays(session, args).await,
        "box_score" => look::box_score(session, args).await,
        "card" => look::card(session, args),
        "journal" => look::journal(session, args).await,
        "resolve_with" => practice::resolve_with(session, args).await,
        "force_wild_pitch" => practice::force(session, args, "wild_pitch").await,
        "force_passed_ball" => practice::force(session, args, "passed_ball").await,
        "roll_jump" => practice::jump(session, args, false).await,
        "test_jump" => practice::jump(session, args, true).await,
        "roll_fielding" => practice::fielding(session, args, false).await,
        "test_fielding" => practice::fielding(session, args, true).await,
        "test_location" => practice::location(session, args).await,
        "detail" => detail(session, args),
        "help" => show_help(session, args),
        "quit" => return args.end().map(|()| Outcome::Quit),
        other => Err(Refusal::new(format!("`{other}` is listed and not done"))),
    };
    reply.map(Outcome::Done)
}

fn detail(session: &Session, args: &mut Args) -> Done<Reply> {
    let word = args.need("`full` or `brief`")?;
    args.end()?;
    let detail = match word.as_str() {
        "full" => Detail::Full,
        "brief" => Detail::Brief,
        _ => return Err(Refusal::new(format!("`{word}`: allowed are full and brief"))),
    };
    session.board.table().detail = detail;
    Ok(Reply::done())
}

fn show_help(session: &Session, args: &mut Args) -> Done<Reply> {
    let topic = args.next();
    args.end()?;
    let lines = help(topic.as_deref(), session.style()).map_err(Refusal::new)?;
    Ok(Reply { data: json!(lines), lines })
}

#[cfg(test)]
mod tests {
    use crate::terminal::catalog::CATALOG;

    #[test]
    fn every_command_of_the_help_is_done_somewhere() {
        let text = include_str!("command.rs");
        for entry in CATALOG {
            assert!(text.contains(&format!("\"{}\" =>", entry.name)), "{} is not done", entry.name);
        }
    }
}
