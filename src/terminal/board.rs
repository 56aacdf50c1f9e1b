//! What the terminal knows of the game it follows, shared by the connection, the prompt and the commands.

use super::draw::play;
use super::screen::Screen;
use crate::client::{Entry, News};
use crate::id::{CardId, GameId, LineupId, Seq};
use crate::protocol::{CloseCode, GameView, SeatOrSpectator, User};
use crate::rules::card::PlayerCard;
use crate::rules::dice::Roll;
use crate::rules::event::{Event, Play};
use crate::rules::lineup::LineupPlayerState;
use crate::rules::state::PendingDecision;
use crate::rules::vocabulary::{BySide, DecisionPhase, Side, Status};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// How much of a play is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Detail {
    /// The dice and every step.
    #[default]
    Full,
    /// One line a play.
    Brief,
}

/// The game as it is known here.
#[derive(Debug, Default)]
pub struct Table {
    /// Who the host says we are.
    pub user: Option<User>,
    /// The game that is followed.
    pub game: Option<GameId>,
    /// The seats that are ours; `sit` reckons them.
    pub mine: BySide<bool>,
    /// The seat that the host gave to our connection.
    own: Option<Side>,
    /// The seat of our second self.
    beside: Option<Side>,
    /// The last entry that was shown.
    pub seq: Seq,
    /// The state, as last read.
    pub view: Option<GameView>,
    /// The state is older than the last entry.
    pub is_stale: bool,
    /// Who owes what.
    pub pending: Option<PendingDecision>,
    /// Where the game stands in its life.
    pub status: Option<Status>,
    /// The cards of both rosters.
    pub cards: BTreeMap<CardId, PlayerCard>,
    /// The last play, with its dice.
    pub last: Option<(Play, Vec<Roll>)>,
    /// Plays since the game is followed.
    pub plays: u32,
    /// How much of a play is told.
    pub detail: Detail,
    entries: BTreeMap<LineupId, CardId>,
    rolls: Vec<Roll>,
}

impl Table {
    /// A player's name by his line-up entry.
    pub fn name(&self, lineup_id: LineupId) -> String {
        match self.entries.get(&lineup_id) {
            Some(card_id) => self.card_name(*card_id),
            None => format!("#{lineup_id}"),
        }
    }

    /// A player's name by his card.
    pub fn card_name(&self, card_id: CardId) -> String {
        self.cards.get(&card_id).map_or_else(|| format!("card {card_id}"), |card| card.name.clone())
    }

    /// A team's name.
    pub fn team(&self, side: Side) -> String {
        match (&self.view, side) {
            (Some(view), Side::Away) => view.away_team_name.clone(),
            (Some(view), Side::Home) => view.home_team_name.clone(),
            (None, side) => side.to_string(),
        }
    }

    /// Whether a side is managed by the host.
    pub fn is_ai(&self, side: Side) -> bool {
        self.view.as_ref().is_some_and(|view| match side {
            Side::Away => view.away_team_is_ai,
            Side::Home => view.home_team_is_ai,
        })
    }

    /// What we owe.
    pub fn owed(&self) -> Option<&PendingDecision> {
        self.pending.as_ref().filter(|pending| self.status == Some(Status::Active) && self.mine[pending.side])
    }

    /// Whether the game is over.
    pub fn is_over(&self) -> bool {
        self.status == Some(Status::Completed)
    }

    /// Says which seat the second of us holds.
    pub fn sit_beside(&mut self, beside: Option<Side>) {
        self.beside = beside;
        self.sit();
    }

    /// The seat that the second of us holds.
    pub const fn beside(&self) -> Option<Side> {
        self.beside
    }

    /// Reckons which seats are ours: an operator acts for both.
    fn sit(&mut self) {
        let all = self.user.as_ref().is_some_and(User::is_operator);
        for &side in Side::ALL {
            self.mine[side] = all || self.own == Some(side) || self.beside == Some(side);
        }
    }

    /// Takes a place at the table. Answers with words for people where it is another than before.
    fn place(&mut self, own: Option<Side>) -> Option<String> {
        let before = std::mem::replace(&mut self.own, own);
        self.sit();
        match (before, own) {
            (before, now) if before == now => None,
            (_, Some(side)) => Some(format!("you manage {} now", self.team(side))),
            (Some(side), None) => {
                Some(format!("{} is not yours any more: its seat was taken away from you", self.team(side)))
            }
            (None, None) => None,
        }
    }

    /// Takes a state that was read.
    pub fn take(&mut self, view: GameView) {
        if view.seq < self.seq {
            return; // read before the last entry came
        }
        for player in view.away_lineup.players.iter().chain(&view.home_lineup.players) {
            self.entries.insert(player.player.lineup_id, player.player.card_id);
        }
        self.status = Some(view.status);
        self.pending = view.pending_decision.clone();
        self.is_stale = false;
        self.view = Some(view);
    }

    /// Learns from an entry as much as the prompt needs; the rest is read when it is asked for.
    fn learn(&mut self, event: &Event) {
        match event {
            Event::DecisionRequested { phase, side, seq, deadline, choices } => {
                self.pending = Some(PendingDecision {
                    phase: *phase,
                    side: *side,
                    seq: *seq,
                    deadline: *deadline,
                    choices: choices.clone(),
                });
            }
            Event::GameStarted {} | Event::Resumed {} => self.status = Some(Status::Active),
            Event::Paused {} => {
                self.status = Some(Status::Paused);
                self.pending.iter_mut().for_each(|pending| pending.deadline = None);
            }
            Event::DeadlineMoved { deadline, .. } => {
                self.pending.iter_mut().for_each(|pending| pending.deadline = Some(*deadline));
            }
            Event::GameCompleted { .. } => {
                self.status = Some(Status::Completed);
                self.pending = None;
            }
            Event::RolledBack { state, .. } => {
                self.pending = state.pending_decision.clone();
                self.status = Some(state.status);
            }
            Event::LineupSet { players, .. } | Event::SubstitutionMade { players, .. } => self.enter(players),
            Event::DiceRolled { roll } => self.rolls.push(roll.clone()),
            Event::PlayResolved(play) => {
                self.last = Some(((**play).clone(), std::mem::take(&mut self.rolls)));
                self.plays += 1;
            }
            _ => {}
        }
    }

    fn enter(&mut self, players: &[LineupPlayerState]) {
        self.entries.extend(players.iter().map(|player| (player.lineup_id, player.card_id)));
    }
}

/// The table with whoever looks at it; clones share it.
#[derive(Clone, Debug)]
pub struct Board {
    table: Arc<Mutex<Table>>,
    changes: Arc<watch::Sender<u64>>,
    screen: Screen,
}

impl Board {
    /// An empty table, shown on `screen`.
    pub fn new(screen: Screen) -> Self {
        let table = Arc::new(Mutex::new(Table::default()));
        Self { table, changes: Arc::new(watch::Sender::new(0)), screen }
    }

    /// The table, for a look that does not wait.
    pub fn table(&self) -> MutexGuard<'_, Table> {
        // Nobody leaves the table half laid: what a panic left behind is still a table.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` answers something; nothing when that takes too long.
    pub async fn until<T>(&self, patience: Duration, mut done: impl FnMut(&Table) -> Option<T>) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let wait = async {
            loop {
                if let Some(found) = done(&self.table()) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        timeout(patience, wait).await.ok().flatten()
    }

    /// Says something about the connection.
    async fn say(&self, text: &str) {
        self.screen.json(&json!({"type": "notice", "text": text})).await;
        self.tell(text).await;
    }

    /// Says it to people; programs have been told in their own way.
    async fn tell(&self, text: &str) {
        self.screen.lines(&[self.screen.style().faint(&format!("({text})"))]).await;
        self.changed();
    }

    /// Shows what a connection tells, for as long as it does.
    pub async fn show(self, mut news: mpsc::Receiver<News>) {
        while let Some(news) = news.recv().await {
            self.take(news).await;
        }
    }

    async fn take(&self, news: News) {
        match news {
            News::Welcome(user) => {
                self.table().user = Some(user);
                self.changed();
            }
            News::Joined { game, seat, state, missed, asked } => {
                if let (true, Some(state)) = (missed, &state) {
                    self.caught_up(state).await;
                }
                self.joined(game, seat, state, asked).await;
            }
            News::Entry(entry) => self.entry(entry).await,
            News::Presence { .. } => {}
            News::Unfollowed { refusal, .. } => {
                self.say(&format!("the game is not followed any more: {}", refusal.message)).await;
            }
            News::Moved { url, .. } => self.say(&format!("the game lives at {url}; going there …")).await,
            News::Lost { why } => self.say(&format!("connection lost ({why}); coming back …")).await,
            News::Back => self.say("connected again").await,
            News::Ended { code, why } => {
                if code == Some(CloseCode::NotAllowed) {
                    self.barred().await;
                }
                self.say(&format!("connection closed: {why}")).await;
            }
        }
    }

    /// Takes the answer to a `join`. Who did not ask for it is told where he sits elsewhere than before.
    async fn joined(
        &self,
        game: GameId,
        seat: SeatOrSpectator,
        state: Option<Box<GameView>>,
        is_asked: bool,
    ) {
        let moved = {
            let mut table = self.table();
            if table.game != Some(game) {
                let kept = std::mem::take(&mut *table);
                *table =
                    Table { user: kept.user, cards: kept.cards, detail: kept.detail, ..Table::default() };
                table.game = Some(game);
            }
            let moved = table.place(seat.side());
            if let Some(state) = state {
                table.seq = state.seq;
                table.take(*state);
            }
            moved.filter(|_| !is_asked)
        };
        if let Some(moved) = moved {
            self.seated(game, seat, &moved).await;
        }
        self.changed();
    }

    /// Says that we sit elsewhere now.
    async fn seated(&self, game: GameId, seat: SeatOrSpectator, words: &str) {
        self.screen.json(&json!({"type": "seat", "game": game, "seat": seat})).await;
        self.tell(words).await;
    }

    /// Says that our seat is gone, and with it the sight of the game.
    async fn barred(&self) {
        let (game, lost) = {
            let mut table = self.table();
            (table.game, table.place(None))
        };
        if let (Some(game), Some(lost)) = (game, lost) {
            self.seated(game, SeatOrSpectator::Spectator, &lost).await;
        }
    }

    /// Says that more happened than the host tells entry by entry: the state is all there is.
    async fn caught_up(&self, view: &GameView) {
        let object = json!({"type": "state", "game": view.game_id, "seq": view.seq, "state": view});
        self.screen.json(&object).await;
        self.tell("much has happened since; `status` shows where the game stands, `plays` lists it").await;
    }

    async fn entry(&self, entry: Entry) {
        let known = entry.known();
        let Entry { game, seq, events } = entry;
        let lines = {
            let mut table = self.table();
            if table.game != Some(game) || seq != table.seq.next() {
                return; // shown before, or those before it are asked for
            }
            table.seq = seq;
            table.is_stale = true;
            let mut lines = Vec::new();
            for event in &known {
                table.learn(event);
                lines.extend(play::event(&table, event, self.screen.style()));
            }
            lines
        };
        self.screen.json(&json!({"type": "entry", "game": game, "seq": seq, "events": events})).await;
        self.screen.lines(&lines).await;
        self.changed();
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}

/// What a phase asks for, and the command that answers.
pub const fn asks(phase: DecisionPhase) -> (&'static str, &'static str) {
    match phase {
        DecisionPhase::AwaitingStart => ("start the game", "start_game"),
        DecisionPhase::AwaitingDefensive => ("set the defense", "defensive"),
        DecisionPhase::AwaitingOffensive => ("set the offense", "offensive"),
        DecisionPhase::AwaitingRoll => ("roll the dice", "roll"),
        DecisionPhase::AwaitingOutcome => ("read the card", "resolve OUTCOME"),
        DecisionPhase::AwaitingRunner => ("decide about a runner", "runner CHOICE"),
        DecisionPhase::Completed => ("nothing", "box_score"),
    }
}
