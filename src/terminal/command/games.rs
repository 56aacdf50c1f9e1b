//! Finding games, making them, taking seats.

use crate::client::{Done, GameSummary, Refusal};
use crate::id::GameId;
use crate::protocol::Page;
use crate::rules::vocabulary::{AiDifficulty, GameMode, LeagueId, Side, Status};
use crate::terminal::args::{Args, parse};
use crate::terminal::draw::{card, records, status};
use crate::terminal::session::{Reply, Session};
use serde_json::{Value, json};

/// Games that a list shows.
const LIST_LIMIT: u8 = 20;
/// Games among which the end of an id is looked for.
const SEARCH_LIMIT: u8 = 100;
/// Numbers that a league sets: as they are typed, and the fields they go to.
const SETTINGS: &[(&str, &str)] = &[
    ("innings", "innings"),
    ("mercy", "mercy_runs"),
    ("reliever", "reliever_batters_min"),
    ("park_homerun", "park_homerun"),
    ("park_single", "park_single"),
    ("park_homerun_left", "park_homerun_left"),
    ("park_single_left", "park_single_left"),
    ("clock", "decision_seconds"),
    ("misses", "missed_deadlines_max"),
];

/// Which seats are whose in a new game.
struct Seats {
    mine: Vec<Side>,
    ai: Vec<Side>,
}

impl Seats {
    fn read(args: &mut Args) -> Done<Self> {
        let me = args.named("me").unwrap_or_else(|| "home".to_owned());
        let vs = args.named("vs").unwrap_or_else(|| "ai".to_owned());
        let mine = match me.as_str() {
            "home" => vec![Side::Home],
            "away" => vec![Side::Away],
            "both" => vec![Side::Home, Side::Away],
            "none" => Vec::new(),
            _ => return Err(Refusal::new(format!("me: `{me}`; allowed are home, away, both and none"))),
        };
        let others: Vec<_> = Side::ALL.iter().copied().filter(|side| !mine.contains(side)).collect();
        match vs.as_str() {
            "ai" => Ok(Self { mine, ai: others }),
            "open" if mine.len() == 1 => Ok(Self { mine, ai: Vec::new() }),
            "open" => Err(Refusal::new("vs=open needs me=home or me=away")),
            _ => Err(Refusal::new(format!("vs: `{vs}`; allowed are ai and open"))),
        }
    }
}

pub(super) async fn new_game(session: &mut Session, args: &mut Args) -> Done<Reply> {
    let league = args.named_as("league")?.unwrap_or(LeagueId::Pd);
    let seats = Seats::read(args)?;
    let mut body = json!({
        "league_id": league,
        "home_team_is_ai": seats.ai.contains(&Side::Home),
        "away_team_is_ai": seats.ai.contains(&Side::Away),
        "game_mode": args.named_as::<GameMode>("mode")?.unwrap_or(GameMode::Exhibition),
        "seat": seats.mine.first(),
        "ai_difficulty": args.named_as::<AiDifficulty>("level")?.unwrap_or(AiDifficulty::Medium),
    });
    for (word, auto) in [("manual", false), ("auto", true)] {
        if args.flag(word) {
            body["auto_mode"] = json!(auto);
        }
    }
    if args.flag("private") {
        body["visibility"] = json!("private");
    }
    body["settings"] = settings(args)?;
    let named = [args.named("home"), args.named("away")];
    args.end()?;
    let teams = session.api().teams(league).await?;
    for (at, (side, named)) in ["home", "away"].into_iter().zip(named).enumerate() {
        body[format!("{side}_team_id")] = match named {
            Some(named) => json!(session.team(league, &named).await?),
            None => json!(teams.get(at).map(|team| team.id)),
        };
    }
    if body["home_team_id"] == body["away_team_id"] {
        return Err(Refusal::new("a game needs two teams; name both: home=TEAM away=TEAM"));
    }
    let created: GameSummary = session.api().post("/games", &body).await?;
    let game = created.id;
    if let [_, second] = seats.mine.as_slice() {
        session.take_second_seat(game, *second).await?;
    }
    session.follow(game).await?;
    let mut reply = shown(session, game, created.seed_commitment.as_deref()).await?;
    if let ([mine], true) = (seats.mine.as_slice(), seats.ai.is_empty()) {
        let invitation = format!(
            "The {} seat is free. Whoever you tell types: claim {} {game}",
            mine.opponent(),
            mine.opponent()
        );
        reply.lines.push(session.style().faint(&invitation));
    }
    Ok(reply)
}

/// The league's settings, as far as they are named; the host knows the defaults.
fn settings(args: &mut Args) -> Done<Value> {
    let mut settings = json!({});
    for (word, field) in SETTINGS {
        if let Some(number) = args.named_as::<u32>(word)? {
            settings[*field] = json!(number);
        }
    }
    for (word, field) in [("extra_runner", "extra_inning_runner"), ("injuries", "injuries")] {
        if args.flag(word) {
            settings[field] = json!(true);
        }
    }
    if let Some(list) = args.named("cardsets") {
        let cardsets = list.split(',').map(|number| parse::<i32>("cardsets", number));
        settings["cardsets"] = json!(cardsets.collect::<Done<Vec<_>>>()?);
    }
    Ok(settings)
}

/// What is said of a game that is followed from now on.
async fn shown(session: &Session, game: GameId, commitment: Option<&str>) -> Done<Reply> {
    let view = session.view().await?;
    let table = session.board.table();
    let mine: Vec<_> =
        Side::ALL.iter().filter(|side| table.mine[**side]).map(|side| table.team(*side)).collect();
    let seat = match mine.as_slice() {
        [] => "you watch".to_owned(),
        [one] => format!("you manage {one}"),
        _ => "you manage both".to_owned(),
    };
    let style = session.style();
    let mut lines = vec![
        style.strong(&format!("{} at {}: {seat}.", view.away_team_name, view.home_team_name)),
        style.faint(&format!("game {game}")),
    ];
    if let Some(commitment) = commitment {
        lines.push(style.faint(&format!("dice sealed as {commitment}")));
    }
    lines.extend(status::last_play(&view));
    lines.push(style.asked(&format!("> {}", status::waiting(&table, &view))));
    Ok(Reply { lines, data: json!({ "game": game, "mine": table.mine, "state": view }) })
}

pub(super) async fn list_games(session: &Session, args: &mut Args) -> Done<Reply> {
    let mut path = format!("/games?limit={LIST_LIMIT}");
    if args.flag("mine")
        && let Some(user) = session.board.table().user.as_ref()
    {
        path.push_str(&format!("&user_id={}", user.id));
    }
    if let Some(word) = args.next() {
        path.push_str(&format!("&status={}", parse::<Status>("status", &word)?));
    }
    args.end()?;
    let page: Page<Value> = session.api().get(&path).await?;
    let current = session.board.table().game.map(|game| game.to_string());
    let lines = if page.items.is_empty() {
        vec!["There is no such game; `new_game` makes one.".to_owned()]
    } else {
        records::games(&page.items, current.as_deref())
    };
    Ok(Reply { lines, data: json!(page.items) })
}

pub(super) async fn use_game(session: &mut Session, args: &mut Args) -> Done<Reply> {
    let named = args.next();
    args.end()?;
    let game = match &named {
        Some(id) if id.parse::<GameId>().is_ok() => parse("the game's id", id)?,
        _ => search(session, named.as_deref()).await?,
    };
    session.follow(game).await?;
    shown(session, game, None).await
}

/// The newest game whose id ends so; without an end, the newest of ours that is not over.
async fn search(session: &Session, end: Option<&str>) -> Done<GameId> {
    let user = session.board.table().user.as_ref().map(|user| user.id);
    let mut path = format!("/games?limit={SEARCH_LIMIT}");
    if let (None, Some(user)) = (end, user) {
        path.push_str(&format!("&user_id={user}"));
    }
    let page: Page<GameSummary> = session.api().get(&path).await?;
    let found = page.items.iter().find(|game| match end {
        Some(end) => game.id.to_string().ends_with(end),
        None => game.status != Status::Completed,
    });
    match found {
        Some(game) => Ok(game.id),
        None => Err(Refusal::new(match end {
            Some(end) => format!("no game's id ends in `{end}`; `list_games` shows them"),
            None => "you have no game that goes on; `new_game` makes one, `list_games` shows all".to_owned(),
        })),
    }
}

pub(super) async fn claim(session: &mut Session, args: &mut Args) -> Done<Reply> {
    let side: Side = parse("seat", &args.need("`home` or `away`")?)?;
    let invited = args.next().map(|id| parse::<GameId>("the game's id", &id)).transpose()?;
    args.end()?;
    let game = match invited {
        // A private game can be followed only by those who have a seat in it.
        Some(game) => game,
        None => session.game()?,
    };
    if session.board.table().game == Some(game) && session.board.table().mine[side] {
        return Err(Refusal::new(format!("the {side} seat is yours already")));
    }
    session.api().claim_seat(game, side).await?;
    session.follow(game).await?;
    shown(session, game, None).await
}

pub(super) async fn teams(session: &Session, args: &mut Args) -> Done<Reply> {
    let league = args.next().map(|word| parse("league", &word)).transpose()?.unwrap_or(LeagueId::Pd);
    args.end()?;
    let page: Page<Value> = session.api().get(&format!("/teams?league_id={league}")).await?;
    Ok(Reply { lines: records::teams(&page.items), data: json!(page.items) })
}

pub(super) async fn players(session: &Session, args: &mut Args) -> Done<Reply> {
    let named = args.need("a team")?;
    args.end()?;
    let league = session.board.table().view.as_ref().map_or(LeagueId::Pd, |view| view.league_id);
    let team = session.team(league, &named).await?;
    let cards = session.cards_of(team, league).await?;
    Ok(Reply { lines: card::players(cards.iter()), data: json!(cards) })
}

pub(super) async fn who(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    let (name, game) = {
        let table = session.board.table();
        (table.user.as_ref().map_or_else(|| "a stranger".to_owned(), |user| user.name.clone()), table.game)
    };
    let mut lines = vec![format!("You are {name} at {}.", session.api().origin())];
    let Some(game) = game else { return Ok(Reply { data: json!({ "name": name }), lines }) };
    let row: Value = session.api().get(&format!("/games/{game}")).await?;
    for &side in Side::ALL {
        let seat = &row["seats"][side.as_str()];
        let is_ai = row[format!("{side}_team_is_ai")] == true;
        let holder = match seat["user_name"].as_str() {
            _ if is_ai => "the host's AI",
            Some(name) => name,
            None => "nobody: the seat is free",
        };
        let mine = if session.board.table().mine[side] { " (yours)" } else { "" };
        lines.push(format!("{side}: {}, managed by {holder}{mine}", session.board.table().team(side)));
    }
    let users = row["connected_users"].as_array().into_iter().flatten();
    let names: Vec<_> = users.filter_map(|user| user["name"].as_str()).collect();
    lines.push(format!("connected: {}", names.join(", ")));
    Ok(Reply { lines, data: row })
}
