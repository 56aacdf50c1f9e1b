//! Who sits where: the connections of all games, opened before the first is played.

use super::LoadArgs;
use super::link::{Link, Order};
use super::lobby::Lobby;
use super::stats::Stats;
use crate::cli::progress;
use crate::rules::vocabulary::BySide;
use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Connections that are being opened at once.
const OPENING_MAX: usize = 32;

/// A manager's connection and the token that it has.
#[derive(Clone, Debug)]
pub struct Seat {
    pub link: mpsc::Sender<Order>,
    pub token: String,
}

/// Everybody who is at one game.
#[derive(Clone, Debug)]
pub struct Bench {
    pub seats: BySide<Seat>,
    pub spectators: Vec<mpsc::Sender<Order>>,
}

/// The connections of all games: each group of games shares the same.
#[derive(Debug)]
pub struct Benches {
    groups: Vec<Bench>,
    games_per_connection: u32,
}

impl Benches {
    /// Opens all connections, with a bar on stderr.
    pub async fn open(
        args: &LoadArgs,
        lobby: &Lobby,
        stats: &Arc<Stats>,
        stop: &CancellationToken,
    ) -> Result<Self> {
        let groups = args.games.div_ceil(args.games_per_connection);
        let per_group = args.spectators + 2;
        let total = u64::from(groups) * u64::from(per_group);
        let bar = progress::bar(total, "{pos}/{len} connections");
        let open = |number: u64| {
            let bar = &bar;
            async move {
                let token = lobby.token(&format!("load {number}")).await?;
                let link = Link::open(args, lobby, stats, token.clone(), stop).await?;
                bar.inc(1);
                Ok::<_, anyhow::Error>(Seat { link, token })
            }
        };
        let seats: Vec<Seat> = stream::iter((0..total).map(open)).buffered(OPENING_MAX).try_collect().await?;
        bar.finish_and_clear();
        let mut seats = seats.into_iter();
        let mut groups_made = Vec::new();
        while let (Some(home), Some(away)) = (seats.next(), seats.next()) {
            let spectators = seats.by_ref().take(args.spectators as usize).map(|seat| seat.link).collect();
            groups_made.push(Bench { seats: BySide { away, home }, spectators });
        }
        Ok(Self { groups: groups_made, games_per_connection: args.games_per_connection })
    }

    /// Who is at this game.
    pub fn of(&self, game: u32) -> Bench {
        self.groups[(game / self.games_per_connection) as usize].clone()
    }
}
