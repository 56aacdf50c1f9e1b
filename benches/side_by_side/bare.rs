//! The bare server and its clients: for each command an answer to whoever sent it and a frame to both managers, of
//! the lengths that the host's frames have.

use super::support::Recorded;
use dugout::id::{CommandId, GameId, Seq};
use dugout::protocol;
use dugout::store::canonical::canonical_json;
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

/// Commands of a play: the defence's, the offence's, the roll.
const COMMANDS: usize = 3;
/// A command as a manager sends it: its id, the game, what is decided.
const COMMAND_BYTES: usize = 220;
const QUEUE_FRAMES_MAX: usize = 64;

/// The average length of the `events` frames of a play's three commands.
#[derive(Clone, Copy)]
pub struct FrameSizes([usize; COMMANDS]);

impl FrameSizes {
    /// Those of a recorded game.
    pub fn of(game: &Recorded) -> Self {
        let mut lengths: [Vec<usize>; COMMANDS] = Default::default();
        for step in &game.steps {
            let command = match step.command.kind() {
                "defensive_decision" => 0,
                "offensive_decision" => 1,
                "roll" => 2,
                _ => continue,
            };
            let frame = protocol::events(GameId::generate(), Seq(100), &canonical_json(&step.events));
            lengths[command].push(frame.len());
        }
        Self(lengths.map(|lengths| lengths.iter().sum::<usize>() / lengths.len().max(1)))
    }
}

impl fmt::Display for FrameSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [defence, offence, roll] = self.0;
        write!(f, "{defence},{offence},{roll}")
    }
}

impl FromStr for FrameSizes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lengths: Result<Vec<usize>, _> = text.split(',').map(str::parse).collect();
        let lengths = lengths.map_err(|error| error.to_string())?;
        lengths.try_into().map(Self).map_err(|_| "three lengths".to_owned())
    }
}

fn text(bytes: usize) -> Message {
    Message::text("x".repeat(bytes))
}

/// The managers of each game.
type Games = Arc<Mutex<HashMap<String, Vec<mpsc::Sender<Message>>>>>;

/// Serves for ever.
pub fn serve(sizes: FrameSizes) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("listening on ws://{}", listener.local_addr().expect("an address"));
        let games = Games::default();
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            tokio::spawn(manage(stream, Arc::clone(&games), sizes));
        }
    });
}

/// One connection: its first frame names the game, every other one is a command.
async fn manage(stream: TcpStream, games: Games, sizes: FrameSizes) {
    let mut socket = accept_async(stream).await.expect("a handshake");
    let Some(Ok(Message::Text(game))) = socket.next().await else { return };
    let (sender, mut frames) = mpsc::channel(QUEUE_FRAMES_MAX);
    games.lock().expect("no panic").entry(game.to_string()).or_default().push(sender);
    let answer = protocol::committed(CommandId::generate(), GameId::generate(), Seq(100)).len();
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { return };
                if socket.send(frame).await.is_err() { return }
            }
            incoming = socket.next() => {
                let Some(Ok(Message::Text(command))) = incoming else { return };
                let kind = usize::from(command.as_bytes()[0] - b'0');
                let managers = games.lock().expect("no panic").get(game.as_str()).cloned().unwrap_or_default();
                let event = text(sizes.0[kind]);
                for manager in managers {
                    let _ = manager.try_send(event.clone());
                }
                if socket.send(text(answer)).await.is_err() { return }
            }
        }
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Plays so many games at once, for so long; prints how many plays that were.
pub fn load(address: &str, games: u32, seconds: u64, sizes: FrameSizes) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let plays = Arc::new(AtomicU64::new(0));
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for number in 0..games {
            let managers = [enter(address, number).await, enter(address, number).await];
            tasks.push((managers, Arc::clone(&plays)));
        }
        let until = Instant::now() + Duration::from_secs(seconds);
        let tasks: Vec<_> = tasks
            .into_iter()
            .map(|(managers, plays)| tokio::spawn(play(managers, sizes, until, plays)))
            .collect();
        for task in tasks {
            task.await.expect("a game is played");
        }
    });
    println!("{}", plays.load(Ordering::Relaxed));
}

async fn enter(address: &str, number: u32) -> Socket {
    let (mut socket, _) = connect_async(address).await.expect("a connection");
    socket.send(Message::text(format!("game {number}"))).await.expect("the server reads");
    socket
}

async fn play(mut managers: [Socket; 2], sizes: FrameSizes, until: Instant, plays: Arc<AtomicU64>) {
    while Instant::now() < until {
        for command in 0..COMMANDS {
            let mover = usize::from(command > 0);
            let frame = format!("{command}{}", "y".repeat(COMMAND_BYTES - 1));
            managers[mover].send(Message::text(frame)).await.expect("the server reads");
            for (manager, frames) in [(mover, 2), (1 - mover, 1)] {
                for _ in 0..frames {
                    let frame = managers[manager].next().await.expect("a frame").expect("a frame");
                    assert!(frame.len() <= sizes.0[command].max(200));
                }
            }
        }
        plays.fetch_add(1, Ordering::Relaxed);
    }
}
