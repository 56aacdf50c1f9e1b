//! The course of the game: suspended, given up, taken back; the managers' own randomness.

use super::play::own_side;
use crate::client::{Done, Refusal};
use crate::id::PlayNumber;
use crate::rules::command::{AnswerRollback, Command, ContributeEntropy, Forfeit, ProposeRollback};
use crate::terminal::args::{Args, parse};
use crate::terminal::session::{Reply, Session};
use serde_json::json;
use uuid::Uuid;

pub(super) async fn pause(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    plain(session, Command::Pause {}).await
}

pub(super) async fn resume(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    plain(session, Command::Resume {}).await
}

async fn plain(session: &Session, command: Command) -> Done<Reply> {
    let side = session.board.table().pending.as_ref().map(|pending| pending.side);
    let side = side.filter(|side| session.board.table().mine[*side]);
    let seq = session.order(side, None, &command).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

pub(super) async fn forfeit(session: &Session, args: &mut Args) -> Done<Reply> {
    session.game()?;
    let confirmed = args.flag("yes");
    let side = own_side(session, args)?;
    args.end()?;
    if !confirmed {
        let team = session.board.table().team(side);
        return Err(Refusal::new(format!("{team} would lose 9 to 0, for good; to do it type: forfeit yes")));
    }
    let seq = session.order(Some(side), None, &Command::Forfeit(Forfeit::default())).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

pub(super) async fn rollback(session: &Session, args: &mut Args) -> Done<Reply> {
    let view = session.view().await?;
    let to_play = match args.next() {
        Some(word) => PlayNumber(parse("play", &word)?),
        None => PlayNumber((view.play_count.0 - 1).max(0)),
    };
    args.end()?;
    let mine = session.board.table().mine;
    let side = crate::rules::vocabulary::Side::ALL.iter().copied().find(|side| mine[*side]);
    let seq = session.order(side, None, &Command::ProposeRollback(ProposeRollback { to_play })).await?;
    if let (true, true, Some(side)) = (mine.away, mine.home, side) {
        let agreed = Command::AnswerRollback(AnswerRollback { accept: true });
        let seq = session.order(Some(side.opponent()), None, &agreed).await?;
        return Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) });
    }
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

pub(super) async fn answer(session: &Session, args: &Args, accept: bool) -> Done<Reply> {
    args.end()?;
    let proposal = session.view().await?.pending.pending_rollback;
    let side = proposal.map(|proposal| proposal.side.opponent());
    let side = side.filter(|side| session.board.table().mine[*side]);
    let seq = session.order(side, None, &Command::AnswerRollback(AnswerRollback { accept })).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

pub(super) async fn entropy(session: &Session, args: &mut Args) -> Done<Reply> {
    session.game()?;
    let side = own_side(session, args)?;
    let entropy = match args.next() {
        Some(hex) => hex,
        // Two random UUIDs hold 30 bytes from the operating system.
        None => format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
    };
    args.end()?;
    let command = Command::ContributeEntropy(ContributeEntropy { entropy: entropy.clone() });
    let seq = session.order(Some(side), None, &command).await?;
    let lines = vec!["Your share, to be compared when the game is over:".to_owned(), format!("  {entropy}")];
    Ok(Reply { lines, data: json!({ "seq": seq, "entropy": entropy }) })
}
