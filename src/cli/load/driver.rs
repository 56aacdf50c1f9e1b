//! Both managers of one game, who play one game after the other.

use super::benches::Bench;
use super::frame::Request;
use super::link::{Heard, News, Order, QUEUE_MAX};
use super::lobby::Lobby;
use super::pace::Pace;
use super::stats::{Latency, Stats};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{ClientFrame, CommandFrame};
use crate::rules::command::{Command, RunnerDecision};
use crate::rules::decision::{DefensiveDecision, OffensiveDecision};
use crate::rules::rejection::RejectionCode;
use crate::rules::vocabulary::{BySide, DecisionPhase, Side};
use anyhow::{Context, Result, bail};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// A host that says nothing for so long does not play.
const PATIENCE: Duration = Duration::from_secs(120);
/// A request whose answer is refused so often is not going to be answered.
const REFUSALS_MAX: u32 = 10;
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// Plays games at one bench.
pub struct Driver {
    bench: Bench,
    lobby: Arc<Lobby>,
    stats: Arc<Stats>,
    pace: Pace,
}

impl Driver {
    pub const fn new(bench: Bench, lobby: Arc<Lobby>, stats: Arc<Stats>, pace: Pace) -> Self {
        Self { bench, lobby, stats, pace }
    }

    /// Plays from `first` on until it is stopped.
    pub async fn run(mut self, first: Instant, stop: CancellationToken) -> Result<()> {
        let playing = async {
            sleep_until(first).await;
            loop {
                self.play().await?;
                self.stats.count(&self.stats.games_ended);
            }
        };
        stop.run_until_cancelled(playing).await.unwrap_or(Ok(()))
    }

    /// One game, from its creation to its end.
    async fn play(&mut self) -> Result<()> {
        let seats = &self.bench.seats;
        let game = self.lobby.game(&seats.home.token, &seats.away.token).await?;
        let (sender, heard) = mpsc::channel(QUEUE_MAX);
        for (side, seat) in seats.iter() {
            tell(&seat.link, Order::Follow { game, to: Some((side, sender.clone())) }).await?;
        }
        for spectator in &self.bench.spectators {
            tell(spectator, Order::Follow { game, to: None }).await?;
        }
        drop(sender);
        let played = Table::new(game, heard).play(self).await.with_context(|| format!("game {game}"));
        let links = self.bench.seats.iter().map(|(_, seat)| &seat.link).chain(&self.bench.spectators);
        for link in links {
            tell(link, Order::Leave { game }).await?;
        }
        played
    }
}

async fn tell(link: &mpsc::Sender<Order>, order: Order) -> Result<()> {
    link.send(order).await.context("a connection has ended for good")
}

/// What is known of a game.
struct Table {
    game: GameId,
    heard: mpsc::Receiver<Heard>,
    /// What each manager has seen, and when.
    seen: BySide<Option<(Seq, Instant)>>,
    request: Option<Request>,
    /// The newest request that was answered.
    answered: Option<Seq>,
    /// The last entry that ended a play.
    play: Seq,
    is_over: bool,
}

impl Table {
    const fn new(game: GameId, heard: mpsc::Receiver<Heard>) -> Self {
        let seen = BySide { away: None, home: None };
        Self { game, heard, seen, request: None, answered: None, play: Seq(0), is_over: false }
    }

    async fn play(&mut self, driver: &mut Driver) -> Result<()> {
        while self.seen.home.is_none() || self.seen.away.is_none() {
            self.hear().await?;
        }
        let now = Instant::now();
        self.give(driver, Side::Home, Command::Start {}, None, now).await?;
        let (mut play_due, mut due) = (now, now);
        let mut refusals = 0;
        while !self.is_over {
            let Some(request) = self.request.clone() else {
                self.hear().await?;
                continue;
            };
            let now = Instant::now();
            due = if request.phase == DecisionPhase::AwaitingDefensive {
                play_due = driver.pace.play(now);
                play_due
            } else {
                driver.pace.command(due, now)
            };
            let before = self.play;
            let answered = self.give(driver, request.side, answer(&request)?, Some(request.seq), due).await?;
            refusals = if answered { 0 } else { refusals + 1 };
            if refusals == REFUSALS_MAX {
                bail!("every answer to {} is refused", request.phase);
            }
            if answered && request.phase == DecisionPhase::AwaitingRoll {
                self.record_roll(driver, request.side, due);
            }
            if self.play > before {
                self.until_both_saw(self.play).await?;
                driver.stats.record(Latency::Play, play_due.elapsed());
                driver.stats.count(&driver.stats.plays);
            }
        }
        Ok(())
    }

    fn record_roll(&self, driver: &Driver, side: Side, due: Instant) {
        if let Some((_, at)) = self.seen[side] {
            driver.stats.record(Latency::RollToResult, at.saturating_duration_since(due));
        }
    }

    /// Gives a command when it is due; returns when it is committed and its entry seen. False: it was refused.
    async fn give(
        &mut self,
        driver: &Driver,
        side: Side,
        command: Command,
        expect: Option<Seq>,
        due: Instant,
    ) -> Result<bool> {
        let (id, kind) = (CommandId::generate(), command.kind());
        let text = ClientFrame::Command(CommandFrame { id, game: self.game, expect, command }).text();
        sleep_until(due).await;
        tell(&driver.bench.seats[side].link, Order::Command { id, text: text.clone() }).await?;
        let seq = loop {
            match self.hear().await? {
                News::Committed { id: committed, seq } if committed == id => break seq,
                News::Rejected { id: rejected, code, message, retry_after } if rejected == id => {
                    if !matches!(code, RejectionCode::Busy | RejectionCode::Unavailable) {
                        driver.stats.count(&driver.stats.refused);
                        return if code == RejectionCode::Stale {
                            Ok(false)
                        } else {
                            bail!("{kind}: {message}")
                        };
                    }
                    driver.stats.count(&driver.stats.retried);
                    sleep(retry_after.max(RETRY_PAUSE)).await;
                    tell(&driver.bench.seats[side].link, Order::Command { id, text: text.clone() }).await?;
                }
                _ => {}
            }
        };
        driver.stats.count(&driver.stats.commands);
        driver.stats.record(Latency::Committed, due.elapsed());
        while self.seen[side].is_none_or(|(seen, _)| seen < seq) {
            self.hear().await?;
        }
        self.answered = self.answered.max(expect);
        self.request.take_if(|request| Some(request.seq) == expect);
        Ok(true)
    }

    async fn until_both_saw(&mut self, seq: Seq) -> Result<()> {
        while [self.seen.home, self.seen.away].iter().any(|seen| seen.is_none_or(|(seen, _)| seen < seq)) {
            self.hear().await?;
        }
        Ok(())
    }

    /// Takes the next news and learns from them.
    async fn hear(&mut self) -> Result<News> {
        let heard = timeout(PATIENCE, self.heard.recv()).await;
        let heard = heard.with_context(|| format!("nothing came for {PATIENCE:?}"))?;
        let Heard { side, at, what } = heard.context("both connections have ended")?;
        match &what {
            News::Joined { seq, request } => {
                self.saw(side, *seq, at);
                self.asks(request.clone());
            }
            News::Entry(entry) => {
                self.saw(side, entry.seq, at);
                self.asks(entry.request.clone());
                self.is_over |= entry.is_end;
                if entry.is_play {
                    self.play = self.play.max(entry.seq);
                }
            }
            News::Committed { .. } | News::Rejected { .. } => {}
        }
        Ok(what)
    }

    fn saw(&mut self, side: Side, seq: Seq, at: Instant) {
        if self.seen[side].is_none_or(|(seen, _)| seen < seq) {
            self.seen[side] = Some((seq, at));
        }
    }

    /// A request is newer than the one that is known, or old news from the slower connection.
    fn asks(&mut self, request: Option<Request>) {
        let Some(request) = request else { return };
        let newest = self.request.as_ref().map(|known| known.seq).max(self.answered);
        if newest.is_none_or(|newest| request.seq > newest) {
            self.request = Some(request);
        }
    }
}

/// The plain answer to what is asked.
fn answer(request: &Request) -> Result<Command> {
    Ok(match request.phase {
        DecisionPhase::AwaitingDefensive => Command::DefensiveDecision(DefensiveDecision::default()),
        DecisionPhase::AwaitingOffensive => Command::OffensiveDecision(OffensiveDecision::default()),
        DecisionPhase::AwaitingRoll => Command::Roll {},
        DecisionPhase::AwaitingRunner => {
            let choice = request.choices.first().context("a default")?.clone();
            Command::RunnerDecision(RunnerDecision { choice })
        }
        other => bail!("no manager here knows what to do in {other}"),
    })
}
