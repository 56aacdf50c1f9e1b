//! A manager who knows nothing but the library.

use crate::support::PATIENCE;
use crate::support::server::Address;
use dugout::client::{Api, Entry, Link, News, http};
use dugout::id::{GameId, Seq};
use dugout::protocol::NewGame;
use dugout::rules::command::{Command, RunnerDecision};
use dugout::rules::event::Event;
use dugout::rules::state::GameSettings;
use dugout::rules::vocabulary::{DecisionPhase, LeagueId, Side};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

/// Who plays at home, with what he was told.
pub struct Player {
    pub api: Api,
    pub token: String,
    pub link: Link,
    pub news: Receiver<News>,
    pub game: GameId,
    /// The last entry that was told, in a state or by itself.
    pub last: Option<Seq>,
    /// What is asked of the home side: the phase, the entry that asks, the choices.
    pub asked: Option<(DecisionPhase, Seq, Vec<String>)>,
    pub is_over: bool,
    /// How often the connection has come back.
    pub returns: u32,
    pub moves: Vec<String>,
}

/// The way to the API of the host at this address.
pub fn api(address: &Address) -> Api {
    let client = http("dugout-test/1", PATIENCE).expect("an HTTP client");
    Api::new(client, &format!("http://{}", address.get()), None)
}

/// A game of one inning at home against the host's manager.
pub async fn game_against_ai(api: &Api) -> GameId {
    let teams = api.teams(LeagueId::Pd).await.expect("teams");
    let settings = GameSettings { innings: 1, ..GameSettings::default() };
    let new = NewGame { away_team_is_ai: true, settings, ..NewGame::between(teams[1].id, teams[0].id) };
    let created = api.create_game(&new).await.expect("a game");
    assert_eq!((created.home_team_id, created.away_team_is_ai), (teams[0].id, true));
    created.id
}

impl Player {
    /// A guest of the host at `address`, who connects through `origin` and follows a new game.
    pub async fn sit_down(address: &Address, origin: &str) -> Self {
        let stranger = api(address);
        let granted = stranger.guest("Ann").await.expect("a guest's token");
        let api = stranger.with_token(&granted.token);
        let game = game_against_ai(&api).await;
        Self::follow(api, &granted.token, origin, game).await
    }

    /// Connects to the host at `origin` and follows a game.
    pub async fn follow(api: Api, token: &str, origin: &str, game: GameId) -> Self {
        let (link, news) = Link::start(origin, token, "dugout-test/1");
        let following = link.follow(game).await.expect("followed");
        let mut player = Self {
            api,
            token: token.to_owned(),
            link,
            news,
            game,
            last: None,
            asked: None,
            is_over: false,
            returns: 0,
            moves: Vec::new(),
        };
        while player.last.is_none_or(|last| last < following.seq) {
            player.hear().await;
        }
        player
    }

    /// Takes the next news; checks that no entry is missing and none comes twice.
    pub async fn hear(&mut self) {
        let told = timeout(PATIENCE, self.news.recv()).await.expect("some news").expect("a connection");
        match told {
            News::Joined { game, state, missed, .. } if game == self.game => {
                assert!(!missed, "entries of {game} were left out");
                if let Some(state) = state {
                    self.last = Some(state.seq);
                    let owed = state.pending_decision.filter(|owed| owed.side == Side::Home);
                    self.asked = owed.map(|owed| (owed.phase, owed.seq, owed.choices));
                }
            }
            News::Entry(entry) if entry.game == self.game => self.learn(&entry),
            News::Back => self.returns += 1,
            News::Moved { url, .. } => self.moves.push(url),
            News::Unfollowed { game, refusal } => panic!("{game} is not followed any more: {refusal}"),
            News::Ended { why, .. } => panic!("the connection has ended: {why}"),
            _ => {}
        }
    }

    fn learn(&mut self, entry: &Entry) {
        let expected = self.last.map(Seq::next);
        assert_eq!(Some(entry.seq), expected, "entries come once and in order");
        self.last = Some(entry.seq);
        let known = entry.known();
        assert_eq!(known.len(), entry.events.len(), "the library knows all events of its own host");
        for event in known {
            match event {
                Event::DecisionRequested { phase, side, seq, choices, .. } => {
                    self.asked = (side == Side::Home).then_some((phase, seq, choices));
                }
                Event::GameCompleted { .. } => self.is_over = true,
                _ => {}
            }
        }
    }

    /// Hears until something is asked of the home side; none when the game is over.
    pub async fn wait_for_turn(&mut self) -> Option<(Command, Seq)> {
        while !self.is_over {
            if let Some((phase, seq, choices)) = self.asked.take() {
                return Some((answer(phase, &choices), seq));
            }
            self.hear().await;
        }
        None
    }

    /// Plays until the game is over, or so many commands are given.
    pub async fn play(&mut self, commands_max: usize) {
        for _ in 0..commands_max {
            let Some((command, expect)) = self.wait_for_turn().await else { return };
            let seq = self.link.command(self.game, Some(expect), &command).await;
            let seq = seq.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
            assert!(seq > expect, "the answer is an entry after the question");
        }
    }

    pub async fn start(&mut self) {
        self.link.command(self.game, None, &Command::Start {}).await.expect("the game starts");
    }
}

/// The plain answer to what is asked.
fn answer(phase: DecisionPhase, choices: &[String]) -> Command {
    match phase {
        DecisionPhase::AwaitingDefensive => Command::DefensiveDecision(Default::default()),
        DecisionPhase::AwaitingOffensive => Command::OffensiveDecision(Default::default()),
        DecisionPhase::AwaitingRoll => Command::Roll {},
        DecisionPhase::AwaitingRunner => {
            let choice = choices.first().expect("a default").clone();
            Command::RunnerDecision(RunnerDecision { choice })
        }
        other => panic!("nobody here knows what to do in {other}"),
    }
}
