//! One visit: who we are, which game we follow, and the ways that all commands share.

use super::board::{Board, Table, asks};
use super::keyring::{Key, Keyring};
use super::screen::{Screen, Style};
use crate::client::{Api, Done, Following, GameSummary, Link, Refusal, SeatHolder, Team};
use crate::id::{CardId, GameId, Seq, TeamId, UserId};
use crate::protocol::{GameView, Page};
use crate::rules::card::PlayerCard;
use crate::rules::command::Command;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::PendingDecision;
use crate::rules::vocabulary::{BySide, DecisionPhase, LeagueId, Side, Status};
use serde_json::Value;
use std::time::Duration;

/// How often a command is given again that the host was too busy for.
const TRIES_MAX: u32 = 8;
/// How long an entry that is committed may take to be shown.
const SHOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// What a command shows: lines for people, data for programs.
#[derive(Debug, Default)]
pub struct Reply {
    /// For people.
    pub lines: Vec<String>,
    /// For programs.
    pub data: Value,
}

impl Reply {
    /// Nothing but that it is done.
    pub fn done() -> Self {
        Self::default()
    }
}

/// A user at the host.
#[derive(Clone, Debug)]
pub struct Person {
    /// His way to the API.
    pub api: Api,
    /// His connection.
    pub link: Link,
    /// His id, where it is known.
    pub user_id: Option<UserId>,
    token: String,
}

impl Person {
    /// Connects, and shows what happens on `board` where there is one.
    fn connect(api: &Api, token: &str, user_id: Option<UserId>, board: Option<&Board>) -> Self {
        let client = concat!("dugout-play/", env!("CARGO_PKG_VERSION"));
        let (link, news) = Link::start(api.origin(), token, client);
        if let Some(board) = board {
            tokio::spawn(board.clone().show(news));
        }
        Self { api: api.with_token(token), link, user_id, token: token.to_owned() }
    }
}

/// Where the tokens come from.
#[derive(Clone, Debug)]
pub struct Identity {
    /// A token that was brought along.
    pub token: Option<String>,
    /// The name of a guest.
    pub name: String,
    /// Where guests' tokens are kept.
    pub keyring: Keyring,
    /// What the host is called there.
    pub host: String,
}

/// One visit to one host.
#[derive(Debug)]
pub struct Session {
    /// Where things are shown.
    pub screen: Screen,
    /// The game that is followed.
    pub board: Board,
    /// How long to wait for the other side before a command is refused as out of turn.
    pub patience: Duration,
    identity: Identity,
    stranger: Api,
    first: Person,
    /// Who holds the second seat, where both are ours.
    second: Option<(Side, Person)>,
}

impl Session {
    /// Says hello to the host.
    ///
    /// # Errors
    /// In words: nobody answers, or the host takes neither the token nor guests.
    pub async fn begin(api: Api, identity: Identity, screen: Screen, patience: Duration) -> Done<Self> {
        let board = Board::new(screen.clone());
        let key = match &identity.token {
            Some(token) => {
                knock(&api.with_token(token)).await?;
                (token.clone(), None)
            }
            None => guest(&api, &identity, &identity.name).await.map(|key| (key.token, Some(key.user_id)))?,
        };
        let first = Person::connect(&api, &key.0, key.1, Some(&board));
        Ok(Self { screen, board, patience, identity, stranger: api, first, second: None })
    }

    /// The way to the API, with our token.
    pub const fn api(&self) -> &Api {
        &self.first.api
    }

    /// The colours.
    pub fn style(&self) -> Style {
        self.screen.style()
    }

    /// The game that is followed.
    pub fn game(&self) -> Done<GameId> {
        let game = self.board.table().game;
        game.ok_or_else(|| Refusal::new("you follow no game; `new_game` makes one, `use_game` finds one"))
    }

    /// The state of the game, read anew where something happened since.
    pub async fn view(&self) -> Done<GameView> {
        let game = self.game()?;
        {
            let table = self.board.table();
            if let (false, Some(view)) = (table.is_stale, &table.view) {
                return Ok(view.clone());
            }
        }
        let view = self.api().state(game).await?;
        self.board.table().take(view.clone());
        Ok(view)
    }

    /// Follows a game, and takes the seats in it that are ours.
    pub async fn follow(&mut self, game: GameId) -> Done<()> {
        if self.first.link.is_ended() {
            let Person { token, user_id, .. } = self.first.clone();
            self.first = Person::connect(&self.stranger, &token, user_id, Some(&self.board));
        }
        let before = self.board.table().game.filter(|before| *before != game);
        if let Some(before) = before {
            self.first.link.leave(before).await?;
        }
        let Following { seq, .. } = self.first.link.follow(game).await?;
        let shown = |table: &Table| (table.game == Some(game) && table.seq >= seq).then_some(());
        self.board.until(SHOWN_TIMEOUT, shown).await;
        let row = self.api().game(game).await?;
        self.second = self.second_seat(&row.seats);
        self.board.table().sit_beside(self.second.as_ref().map(|(side, _)| *side));
        self.read_cards().await
    }

    /// The seat of the game that our second self holds.
    fn second_seat(&self, seats: &BySide<Option<SeatHolder>>) -> Option<(Side, Person)> {
        let key = self.identity.keyring.get(&self.identity.host, &self.second_name())?;
        let holds = |side: &Side| seats[*side].as_ref().is_some_and(|holder| holder.user_id == key.user_id);
        let side = Side::ALL.iter().copied().find(holds)?;
        Some((side, self.second_person(&key)))
    }

    fn second_person(&self, key: &Key) -> Person {
        match &self.second {
            Some((_, person)) if person.token == key.token && !person.link.is_ended() => person.clone(),
            _ => Person::connect(&self.stranger, &key.token, Some(key.user_id), None),
        }
    }

    fn second_name(&self) -> String {
        let name: String = self.identity.name.chars().take(30).collect();
        format!("{name} 2")
    }

    /// Takes the second seat of a game for ourselves: a guest of our own, as a user holds one seat of a game.
    pub async fn take_second_seat(&mut self, game: GameId, side: Side) -> Done<()> {
        let name = self.second_name();
        let key = guest(&self.stranger, &self.identity, &name).await?;
        let person = self.second_person(&key);
        person.api.claim_seat(game, side).await?;
        self.second = Some((side, person));
        Ok(())
    }

    /// Reads the cards of both teams, for names and ratings.
    async fn read_cards(&self) -> Done<()> {
        let view = self.view().await?;
        for team in [view.away_team_id, view.home_team_id] {
            let cards = self.cards_of(team, view.league_id).await?;
            let mut table = self.board.table();
            table.cards.extend(cards.into_iter().map(|card| (card.card_id, card)));
        }
        Ok(())
    }

    /// The cards of a team.
    pub async fn cards_of(&self, team: TeamId, league: LeagueId) -> Done<Vec<PlayerCard>> {
        let players = self.api().players(league, team).await?;
        Ok(players.into_iter().map(|player| player.card).collect())
    }

    /// The team that is named: by number, abbreviation, or the beginning of its name.
    pub async fn team(&self, league: LeagueId, named: &str) -> Done<TeamId> {
        let teams = self.api().teams(league).await?;
        let lower = named.to_lowercase();
        let fits = |team: &&Team| {
            named.parse() == Ok(team.id)
                || team.abbreviation.to_lowercase() == lower
                || (!lower.is_empty() && team.name.to_lowercase().starts_with(&lower))
        };
        teams.iter().find(fits).map(|team| team.id).ok_or_else(|| {
            let names: Vec<_> = teams.iter().map(|team| format!("{} ({})", team.id, team.name)).collect();
            Refusal::new(format!("`{named}` is no team; there are {}", names.join(", ")))
        })
    }

    /// Gives a command for a side, or for any seat of ours, and waits until its entry is shown.
    pub async fn order(&self, side: Option<Side>, expect: Option<Seq>, command: &Command) -> Done<Seq> {
        let game = self.game()?;
        let beside = self.board.table().beside();
        let person = match &self.second {
            Some((held, person)) if side == Some(*held) && beside == side => person,
            _ => &self.first,
        };
        let mut tries = 0;
        let seq = loop {
            match person.link.command(game, expect, command).await {
                Ok(seq) => break seq,
                Err(_) if person.link.is_ended() => {
                    return Err(Refusal::new("the connection has ended; `use_game` opens it again"));
                }
                Err(refusal) => {
                    tries += 1;
                    if refusal.code == Some(RejectionCode::NotYourSeat) {
                        self.look_for_second_seat(game).await;
                    }
                    match refusal.retry_after_ms.filter(|_| refusal.passes() && tries < TRIES_MAX) {
                        Some(after) => tokio::time::sleep(Duration::from_millis(after.min(2_000))).await,
                        None => return Err(refusal),
                    }
                }
            }
        };
        self.board.until(SHOWN_TIMEOUT, |table| (table.seq >= seq).then_some(())).await;
        Ok(seq)
    }

    /// Gives up the seat of our second self, who follows no game, where it is another's by now.
    async fn look_for_second_seat(&self, game: GameId) {
        let Ok(row) = self.api().game(game).await else { return };
        let held = self.second_seat(&row.seats).map(|(side, _)| side);
        self.board.table().sit_beside(held);
    }

    /// What one of our seats owes now, in one of these phases; the other side is waited for a while.
    pub async fn owed(&self, wanted: &[DecisionPhase]) -> Done<PendingDecision> {
        self.game()?;
        let settled = |table: &Table| {
            let settled = table.status != Some(Status::Active) || table.owed().is_some();
            let watches = !table.mine.away && !table.mine.home;
            (settled || watches).then_some(())
        };
        self.board.until(self.patience, settled).await;
        let table = self.board.table();
        match (table.status, table.owed()) {
            (Some(Status::Active), Some(owed)) if wanted.contains(&owed.phase) => Ok(owed.clone()),
            (Some(Status::Active), Some(owed)) => {
                let (what, command) = asks(owed.phase);
                let team = table.team(owed.side);
                Err(Refusal::new(format!("it is {team}'s turn to {what}: `{command}`")))
            }
            _ => Err(Refusal::new(idle(&table))),
        }
    }

    /// A player of the game's rosters, by number or by a part of his name.
    pub fn card(&self, named: &str) -> Done<PlayerCard> {
        let table = self.board.table();
        find_card(table.cards.values(), named).cloned()
    }
}

/// Why nothing is asked of us.
fn idle(table: &Table) -> String {
    match table.status {
        Some(Status::Pending) => "the game has not started; `start_game` begins it".to_owned(),
        Some(Status::Paused) => "the game is paused; `resume` goes on".to_owned(),
        Some(Status::Completed) => "the game is over; `new_game` makes another".to_owned(),
        _ if !table.mine.away && !table.mine.home => {
            "you watch this game; `claim home` or `claim away` takes a free seat".to_owned()
        }
        _ => match &table.pending {
            Some(pending) => {
                let (what, _) = asks(pending.phase);
                format!("it is {}'s turn to {what}; `wait` waits for yours", table.team(pending.side))
            }
            None => "nothing is asked of you now; `wait` waits for your turn".to_owned(),
        },
    }
}

/// The one card that is named: by number, by the whole name, or by a part of it.
pub fn find_card<'a>(cards: impl Iterator<Item = &'a PlayerCard>, named: &str) -> Done<&'a PlayerCard> {
    let cards: Vec<_> = cards.collect();
    if let Ok(number) = named.parse::<i32>() {
        let found = cards.iter().find(|card| card.card_id == CardId(number));
        return found.copied().ok_or_else(|| {
            Refusal::new(format!("there is no card {number} here; `players TEAM` lists them"))
        });
    }
    let lower = named.to_lowercase();
    let exact = cards.iter().filter(|card| card.name.to_lowercase() == lower);
    let parts = cards.iter().filter(|card| !lower.is_empty() && card.name.to_lowercase().contains(&lower));
    let found: Vec<_> = if exact.clone().count() == 1 { exact.collect() } else { parts.collect() };
    match found.as_slice() {
        [only] => Ok(only),
        [] => Err(Refusal::new(format!("`{named}` is no player here; `players TEAM` lists them"))),
        several => {
            let names: Vec<_> =
                several.iter().map(|card| format!("{} ({})", card.name, card.card_id)).collect();
            Err(Refusal::new(format!("`{named}` may be {}; name one by his number", names.join(", "))))
        }
    }
}

/// Asks whether the host takes the caller's token.
async fn knock(api: &Api) -> Done<()> {
    api.ask::<Page<GameSummary>>("/games?limit=1").await.map(|_| ())
}

/// A guest's token: the one that was kept, else a new one.
async fn guest(api: &Api, identity: &Identity, name: &str) -> Done<Key> {
    if let Some(key) = identity.keyring.get(&identity.host, name) {
        match knock(&api.with_token(&key.token)).await {
            Ok(()) => return Ok(key),
            Err(refusal) if refusal.code == Some(RejectionCode::Forbidden) => {} // expired, or of another host
            Err(refusal) => return Err(refusal),
        }
    }
    let granted = api.guest(name).await?;
    let key = Key { token: granted.token, user_id: granted.user.id };
    identity.keyring.put(&identity.host, name, key.clone())?;
    Ok(key)
}
