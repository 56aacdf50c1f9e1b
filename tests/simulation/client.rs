//! A client with one game: it plays by what it was shown, sends again what was not answered, and comes back
//! wherever it was cut off.

use super::hosts::{Hosts, Running, World};
use super::ledger::Ledger;
use super::network::{Ask, Connection, Delivery, Line};
use dugout::id::{CommandId, GameId, PlayNumber, Seq};
use dugout::manager;
use dugout::protocol::{self, User};
use dugout::rules::command::{
    AnswerRollback, Command, ContributeEntropy, Forfeit, ManualOutcomeSubmission, ProposeRollback,
    RunnerDecision,
};
use dugout::rules::decision::{DefensiveDecision, OffensiveDecision};
use dugout::rules::outcome::PlayOutcome;
use dugout::rules::rejection::RejectionCode;
use dugout::rules::state::GameState;
use dugout::rules::vocabulary::{AiDifficulty, DecisionPhase, Side, Status};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// After how long without an answer a command is sent again on the same connection.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a client looks on in calm weather before it believes that there is nothing left for it to do.
const LINGER: Duration = Duration::from_secs(3);

/// How a client behaves, drawn at its birth.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    pub think_ms_max: u64,
    pub outbox_frames_max: usize,
    pub reads_slowly: bool,
    pub doubles_percent: u64,
    pub stays_ms_max: u64,
}

pub struct Client {
    pub world: World,
    pub hosts: Arc<Hosts>,
    pub ledger: Ledger,
    pub user: User,
    pub game_id: GameId,
    /// The side it manages; none for a spectator.
    pub side: Option<Side>,
    /// It holds its seat; otherwise it claims it first.
    pub is_seated: bool,
    pub commands_left: u32,
    pub habits: Habits,
    /// The last entry it was shown.
    pub seen: Seq,
    pub waits_for: Option<Outstanding>,
    pub given_up: bool,
}

/// A command without an answer.
#[derive(Clone, Debug)]
pub struct Outstanding {
    id: CommandId,
    expect: Option<Seq>,
    command: Command,
    send_at: Instant,
}

impl Client {
    /// Plays until it has nothing left to do and the weather is calm.
    pub async fn run(mut self) {
        while !self.is_done() {
            let Some(running) = self.pick_host() else {
                sleep(self.world.random.millis(20, 400)).await;
                continue;
            };
            self.sit(running).await;
            sleep(self.world.random.millis(0, 300)).await;
        }
        self.world.trace.note(format_args!("{} is done", self.user.name));
    }

    fn pick_host(&self) -> Option<Running> {
        let at = if self.world.weather.is_calm() {
            0
        } else {
            self.world.random.between(0, self.hosts.count() as u64 - 1) as usize
        };
        self.hosts.running(at)
    }

    /// Nothing is left: no answer outstanding, everything seen, and no command to give.
    fn is_done(&self) -> bool {
        let (head, is_set_aside) =
            self.world.database.look(self.game_id, |game| (game.head(), game.quarantined.is_some()));
        let is_caught_up = self.seen == head || is_set_aside;
        let is_over = is_caught_up && self.waits_for.is_none() && self.commands_left == 0;
        self.world.weather.is_calm() && (self.given_up || is_over)
    }

    /// One connection, from its beginning to its end.
    async fn sit(&mut self, running: Running) {
        let Self { world, ledger, user, game_id, habits, .. } = self;
        let line = Line {
            world: world.clone(),
            ledger: ledger.clone(),
            running,
            user: user.clone(),
            game_id: *game_id,
        };
        let reads_slowly = habits.reads_slowly && !world.weather.is_calm();
        let mut connection = Connection::open(line, habits.outbox_frames_max, reads_slowly);
        if !self.is_seated
            && let Some(side) = self.side
        {
            connection.send(Ask::Claim(side));
        }
        let resumes = self.seen > Seq(0) && self.world.random.percent(60);
        connection.send(Ask::Join { after: resumes.then_some(self.seen) });
        if let Some(outstanding) = &mut self.waits_for {
            outstanding.send_at = Instant::now();
        }
        let leaves_at = Instant::now() + self.world.random.millis(10, self.habits.stays_ms_max);
        let mut idle_since = Instant::now();
        loop {
            let acts_at = Instant::now() + self.world.random.millis(0, self.habits.think_ms_max);
            tokio::select! {
                biased;
                delivery = connection.next() => {
                    idle_since = Instant::now();
                    if !delivery.is_some_and(|delivery| self.receive(delivery)) { return; }
                }
                () = sleep_until(acts_at) => {
                    if self.act(&mut connection) { idle_since = Instant::now(); }
                }
            }
            let is_calm = self.world.weather.is_calm();
            if is_calm && self.waits_for.is_none() && idle_since.elapsed() > LINGER {
                self.commands_left = 0; // it is not asked anything any more
            }
            if self.is_done() || !is_calm && Instant::now() > leaves_at {
                return;
            }
        }
    }

    /// Takes in what arrived. False when the connection is of no more use.
    fn receive(&mut self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Frame(frame) => {
                if let Some((_, seq)) = protocol::shown_seq(&frame) {
                    let follows = frame.ends_with(br#""state":null}"#);
                    self.seen = if follows { self.seen } else { self.seen.max(seq) };
                }
            }
            Delivery::Claimed => self.is_seated = true,
            Delivery::Committed(id) => self.answered(id),
            Delivery::Refused(id, rejection) => match rejection.retry_after_ms {
                Some(later) => {
                    if let Some(outstanding) = self.waits_for.as_mut().filter(|waits| waits.id == id) {
                        outstanding.send_at = Instant::now() + Duration::from_millis(later);
                    }
                }
                None => {
                    self.given_up |= rejection.code == RejectionCode::Quarantined;
                    self.answered(id);
                }
            },
            Delivery::Unwelcome(rejection) => {
                match rejection.code {
                    RejectionCode::Quarantined => (self.given_up, self.waits_for) = (true, None),
                    // It ended before he had his seat: he looks on.
                    RejectionCode::GameOver => (self.side, self.commands_left) = (None, 0),
                    _ => {}
                }
                return false;
            }
            Delivery::Closed => return false,
        }
        true
    }

    fn answered(&mut self, id: CommandId) {
        if self.waits_for.as_ref().is_some_and(|waits| waits.id == id) {
            self.waits_for = None;
        }
    }

    /// Sends what is due. False when there was nothing to send.
    fn act(&mut self, connection: &mut Connection) -> bool {
        if self.waits_for.is_none() {
            self.waits_for = self.next_command();
        }
        let name = &self.user.name;
        let Some(outstanding) = self.waits_for.as_mut() else { return false };
        if Instant::now() < outstanding.send_at {
            return false;
        }
        outstanding.send_at = Instant::now() + PATIENCE;
        let times = if self.world.random.percent(self.habits.doubles_percent) { 2 } else { 1 };
        for _ in 0..times {
            let Outstanding { id, expect, command, .. } = outstanding.clone();
            self.world.trace.count("sent", format_args!("{name} sends {} {}", command.kind(), short(id)));
            connection.send(Ask::Command { id, expect, command });
        }
        true
    }

    fn next_command(&mut self) -> Option<Outstanding> {
        let side = self.side.filter(|_| self.is_seated && self.seen > Seq(0) && self.commands_left > 0)?;
        let seen = self.seen;
        let random = &self.world.random;
        let (expect, command) = self.world.database.look(self.game_id, |game| {
            let state = &game.written(seen)?.state;
            let command = match random.between(1, 100) {
                1..=8 => aside(random, state, side),
                9..=11 => Some(Command::Roll {}),
                12..=40 => manager::choose_as(AiDifficulty::Medium, state, &game.cards, side),
                _ => due(random, state, side),
            }?;
            let asked = state.pending_decision.as_ref().map(|pending| pending.seq);
            Some((asked.filter(|_| random.percent(50)), command))
        })?;
        self.commands_left -= 1;
        let id = CommandId(self.world.random.uuid());
        Some(Outstanding { id, expect, command, send_at: Instant::now() })
    }
}

/// What the side owes, if it owes anything.
fn due(random: &super::random::Random, state: &GameState, side: Side) -> Option<Command> {
    if state.decision_phase == DecisionPhase::AwaitingStart {
        return Some(Command::Start {});
    }
    if state.status == Status::Paused {
        return Some(Command::Resume {});
    }
    if let Some(proposal) = &state.pending_rollback
        && proposal.side != side
    {
        return Some(Command::AnswerRollback(AnswerRollback { accept: random.percent(70) }));
    }
    let pending = state.pending_decision.as_ref().filter(|pending| pending.side == side)?;
    match pending.phase {
        DecisionPhase::AwaitingDefensive => Some(Command::DefensiveDecision(DefensiveDecision::default())),
        DecisionPhase::AwaitingOffensive => Some(Command::OffensiveDecision(OffensiveDecision::default())),
        DecisionPhase::AwaitingRoll => Some(Command::Roll {}),
        DecisionPhase::AwaitingRunner => {
            let choice = random.pick(&pending.choices).clone();
            Some(Command::RunnerDecision(RunnerDecision { choice }))
        }
        DecisionPhase::AwaitingOutcome => {
            let outcome = *random.pick(&[PlayOutcome::Strikeout, PlayOutcome::Walk, PlayOutcome::Homerun]);
            Some(Command::ManualOutcome(ManualOutcomeSubmission::of(outcome, None)))
        }
        DecisionPhase::AwaitingStart | DecisionPhase::Completed => None,
    }
}

/// What managers do beside their plays.
fn aside(random: &super::random::Random, state: &GameState, side: Side) -> Option<Command> {
    if state.decision_phase == DecisionPhase::AwaitingStart {
        let entropy = random.uuid().simple().to_string();
        return state.entropy[side]
            .is_none()
            .then_some(Command::ContributeEntropy(ContributeEntropy { entropy }));
    }
    if state.is_over() {
        return None;
    }
    let plays = u64::try_from(state.play_count.0).unwrap_or_default();
    Some(match random.between(1, 10) {
        1..=4 => Command::Pause {},
        5..=9 => {
            let to_play = PlayNumber(random.between(0, plays) as i32);
            Command::ProposeRollback(ProposeRollback { to_play })
        }
        _ => Command::Forfeit(Forfeit::default()),
    })
}

/// A command's id in the trace.
fn short(id: CommandId) -> String {
    id.0.simple().to_string()[..6].to_owned()
}
