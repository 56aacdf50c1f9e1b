//! Who plays: line-ups shown and set, players brought in.

use super::play::own_side;
use crate::client::{Done, Refusal};
use crate::id::{CardId, LineupId, TeamId};
use crate::protocol::{GameView, LineupView, PlayerView};
use crate::rules::card::PlayerCard;
use crate::rules::command::{Command, SetLineup, Substitute, Substitution};
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::{Position, Side};
use crate::terminal::args::{Args, parse};
use crate::terminal::draw::{records, wrap};
use crate::terminal::session::{Reply, Session, find_card};
use serde_json::json;

pub(super) async fn lineups(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    let view = session.view().await?;
    let style = session.style();
    let mut lines = records::lineup(&view.away_team_name, &view.away_lineup, style);
    lines.push(String::new());
    lines.extend(records::lineup(&view.home_team_name, &view.home_lineup, style));
    Ok(Reply { lines, data: json!({ "away": view.away_lineup, "home": view.home_lineup }) })
}

/// A side's line-up and its team.
const fn of_side(view: &GameView, side: Side) -> (&LineupView, TeamId) {
    match side {
        Side::Away => (&view.away_lineup, view.away_team_id),
        Side::Home => (&view.home_lineup, view.home_team_id),
    }
}

pub(super) async fn set_lineup(session: &Session, args: &mut Args) -> Done<Reply> {
    let view = session.view().await?;
    let side = own_side(session, args)?;
    let (lineup, team) = of_side(&view, side);
    let words = args.rest();
    args.end()?;
    if words.is_empty() {
        let text = format!("set_lineup {side} {}", as_typed(lineup));
        let mut lines = vec!["As it stands; change what you like and send it:".to_owned()];
        lines.extend(wrap(&text, 2));
        return Ok(Reply { lines, data: json!({ "line": text }) });
    }
    let players = {
        let table = session.board.table();
        let roster: Vec<_> = table.cards.values().filter(|card| card.team_id == team).collect();
        words.iter().map(|word| slot(&roster, word)).collect::<Done<Vec<_>>>()?
    };
    let seq = session.order(Some(side), None, &Command::SetLineup(SetLineup { players })).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

fn as_typed(lineup: &LineupView) -> String {
    let slot = |entry: &PlayerView| {
        let order = entry.player.batting_order.map(|order| format!(":{order}")).unwrap_or_default();
        format!("{}:{}{order}", entry.player.card_id, entry.player.position)
    };
    lineup.players.iter().filter(|entry| entry.player.is_active).map(slot).collect::<Vec<_>>().join(" ")
}

/// `101:CF:1`, or `Soto:LF:3`.
fn slot(roster: &[&PlayerCard], word: &str) -> Done<LineupSlot> {
    let parts: Vec<_> = word.split(':').collect();
    let (player, position, order) = match parts.as_slice() {
        [player, position] => (player, position, None),
        [player, position, order] => (player, position, Some(parse::<u8>("place in the order", order)?)),
        _ => {
            return Err(Refusal::new(format!(
                "`{word}`: a starter is PLAYER:POS or PLAYER:POS:ORDER, as 101:CF:1"
            )));
        }
    };
    let position: Position = parse("position", &position.to_uppercase())?;
    let card_id = find_card(roster.iter().copied(), player)?.card_id;
    Ok(LineupSlot { card_id, position, batting_order: order })
}

pub(super) async fn substitute(session: &Session, args: &mut Args) -> Done<Reply> {
    let view = session.view().await?;
    let mine = session.board.table().mine;
    let side = match (mine.away, mine.home) {
        (true, true) => None,
        _ => Some(own_side(session, args)?),
    };
    let words = args.rest();
    args.end()?;
    let groups: Vec<&[String]> = words.split(|word| word == "and").collect();
    // Where both seats are ours, the player who leaves says which.
    let sides: Vec<Side> = side.map_or_else(|| Side::ALL.to_vec(), |side| vec![side]);
    let mut items = Vec::new();
    let mut found_side = None;
    for group in groups {
        let [who, with, options @ ..] = group else {
            return Err(Refusal::new("say who leaves and who comes: substitute WHO WITH [POS] [ORDER]"));
        };
        let (owner, entry) = leaving(&view, &sides, who)?;
        if found_side.replace(owner).is_some_and(|before| before != owner) {
            return Err(Refusal::new("players of both teams; one team at a time"));
        }
        let (_, team) = of_side(&view, owner);
        items.push(item(session, team, entry, with, options)?);
    }
    let (Some(first), Some(side)) = (items.first().copied(), found_side) else {
        return Err(Refusal::new("say who leaves and who comes: substitute WHO WITH [POS] [ORDER]"));
    };
    let command = Command::Substitute(Substitute {
        replacing: first.replacing,
        card_id: first.card_id,
        position: first.position,
        batting_order: first.batting_order,
        also: items[1..].to_vec(),
    });
    let seq = session.order(Some(side), None, &command).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

/// The player who leaves: by the number of his entry, his position, or a part of his name.
fn leaving(view: &GameView, sides: &[Side], who: &str) -> Done<(Side, LineupId)> {
    let number = who.parse::<i32>().ok();
    let position = who.to_uppercase().parse::<Position>().ok();
    let lower = who.to_lowercase();
    let fits = |entry: &&PlayerView| match (number, position) {
        (Some(number), _) => entry.player.lineup_id == LineupId(number),
        (None, Some(position)) => entry.player.position == position,
        (None, None) => entry.name.as_ref().is_some_and(|name| name.to_lowercase().contains(&lower)),
    };
    let of = |side: Side| {
        let (lineup, _) = of_side(view, side);
        let active = lineup.players.iter().filter(|entry| entry.player.is_active || number.is_some());
        active.filter(fits).map(move |entry| (side, entry)).collect::<Vec<_>>()
    };
    let found: Vec<_> = sides.iter().flat_map(|side| of(*side)).collect();
    match found.as_slice() {
        [(side, entry)] => Ok((*side, entry.player.lineup_id)),
        [] => Err(Refusal::new(format!(
            "`{who}` is nobody in the game; `lineups` shows entries, positions and names"
        ))),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|(_, entry)| {
                    format!("{} ({})", entry.name.clone().unwrap_or_default(), entry.player.lineup_id)
                })
                .collect();
            Err(Refusal::new(format!(
                "`{who}` may be {}; name one by the number of his entry",
                names.join(", ")
            )))
        }
    }
}

fn item(
    session: &Session,
    team: TeamId,
    replacing: LineupId,
    with: &str,
    options: &[String],
) -> Done<Substitution> {
    let card_id: CardId = {
        let table = session.board.table();
        find_card(table.cards.values().filter(|card| card.team_id == team), with)?.card_id
    };
    let mut change = Substitution { replacing, card_id, position: None, batting_order: None };
    for option in options {
        if let Ok(order) = option.parse() {
            change.batting_order = Some(order);
        } else {
            change.position = Some(parse("position", &option.to_uppercase())?);
        }
    }
    Ok(change)
}
