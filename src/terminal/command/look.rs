//! Looking: the situation, plays, box score, cards, the journal.

use crate::client::{Done, Refusal};
use crate::protocol::Page;
use crate::terminal::args::{Args, parse};
use crate::terminal::draw::steps::{roll, steps};
use crate::terminal::draw::{self, records, wrap};
use crate::terminal::session::{Reply, Session};
use serde_json::{Value, json};

/// Plays that are listed where nothing else is said.
const PLAYS_SHOWN: usize = 10;

pub(super) async fn status(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    let view = session.view().await?;
    let lines = draw::status::status(&session.board.table(), session.style());
    let chance = draw::status::home_chance(&view);
    Ok(Reply { lines, data: json!({ "state": view, "home_win_expectancy": chance }) })
}

pub(super) fn explain(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    session.game()?;
    let table = session.board.table();
    let Some((play, rolls)) = &table.last else {
        return Err(Refusal::new("no play was made since you follow this game; `plays` lists the others"));
    };
    let name = |id| table.name(id);
    let style = session.style();
    let mut lines = vec![style.strong(&format!("#{} {}", play.play_number, play.description))];
    for thrown in rolls {
        lines.extend(wrap(&format!("  dice  {}", roll(thrown, &name)), 8));
    }
    for step in steps(&play.resolution, &name) {
        lines.extend(wrap(&format!("  {step}"), 4));
    }
    Ok(Reply { lines, data: json!({ "play": play, "rolls": rolls }) })
}

pub(super) async fn plays(session: &Session, args: &mut Args) -> Done<Reply> {
    let count = args.next().map(|word| parse("number of plays", &word)).transpose()?.unwrap_or(PLAYS_SHOWN);
    args.end()?;
    let game = session.game()?;
    let page: Page<Value> = session.api().get(&format!("/games/{game}/plays")).await?;
    let shown = &page.items[page.items.len().saturating_sub(count)..];
    let lines =
        if shown.is_empty() { vec!["No play was made yet.".to_owned()] } else { records::plays(shown) };
    Ok(Reply { lines, data: json!(shown) })
}

pub(super) async fn box_score(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    let game = session.game()?;
    let view = session.api().box_score(game).await?;
    Ok(Reply { lines: draw::box_score::box_score(&view, session.style()), data: json!(view) })
}

pub(super) fn card(session: &Session, args: &mut Args) -> Done<Reply> {
    let named = args.rest().join(" ");
    args.end()?;
    session.game()?;
    if named.is_empty() {
        return Err(Refusal::new("say whose: card PLAYER, by number or name"));
    }
    let card = session.card(&named)?;
    Ok(Reply { lines: draw::card::full(&card, session.style()), data: json!(card) })
}

pub(super) async fn journal(session: &Session, args: &mut Args) -> Done<Reply> {
    let file = args.next();
    args.end()?;
    let game = session.game()?;
    let path = format!("/games/{game}/journal");
    let text = session.api().text(&path).await?;
    let entries = text.lines().count().saturating_sub(1);
    let is_over = session.board.table().is_over();
    let url = format!("{}/api/v1{path}", session.api().origin());
    let mut lines = vec![format!("{entries} entries, chained by hashes, every die among them.")];
    match &file {
        Some(file) => {
            std::fs::write(file, &text)
                .map_err(|error| Refusal::new(format!("cannot write {file}: {error}")))?;
            lines.push(format!("Saved; `dugout verify {file}` recomputes every die and play."));
        }
        None if is_over => lines.push(format!("Anybody may check it: dugout verify {url}")),
        None => {
            lines.push("Until the game is over it is for its managers; `journal FILE` saves it.".to_owned());
            lines.push(
                "`dugout verify FILE` recomputes every play; the dice once the seed is out.".to_owned(),
            );
        }
    }
    Ok(Reply { lines, data: json!({ "entries": entries, "url": url, "file": file }) })
}
