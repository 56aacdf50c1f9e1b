//! Taking a game back from the database, as a host does after a crash, and the hop to a game's actor.
//!
//! `cargo bench --bench recovery`.

mod support;

use divan::Bencher;
use dugout::id::HostId;
use dugout::store::change::Change;
use dugout::store::{Store, StoreSettings};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use std::sync::{Arc, LazyLock};
use support::postgres::Cluster;
use support::{Managers, Recorded, Scribe};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

fn main() {
    divan::main();
}

static GAME: LazyLock<Recorded> = LazyLock::new(|| Recorded::play(1, Managers::Plain));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// Claims a game that is nearly over, again and again. With `snapshots` there are those that the host keeps, without
/// them all entries are applied.
fn claim(bencher: Bencher, url: &str, snapshots: bool) {
    let url = url.parse().expect("a URL");
    let store = RUNTIME.block_on(Store::open(&url, &StoreSettings::default())).expect("a store");
    let (mut scribe, mut new) = Scribe::new(&GAME, HostId::generate());
    if !snapshots {
        new.snapshot = None;
    }
    let commit = |change| {
        let outcomes = RUNTIME.block_on(store.commit([change].into())).expect("the database answers");
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    };
    let game_id = scribe.game_id();
    commit(Change::CreateGame(Box::new(new)));
    for _ in 0..GAME.steps.len() - 5 {
        let mut append = scribe.next().expect("not over");
        if !snapshots {
            append.snapshot = None;
        }
        commit(Change::Append(Arc::new(append)));
    }
    bencher.bench_local(|| RUNTIME.block_on(store.claim(game_id, HostId::generate())).expect("claimed"));
}

#[divan::bench(args = [true, false], max_time = 3)]
fn claim_sqlite(bencher: Bencher, snapshots: bool) {
    let directory = TempDir::new().expect("a directory");
    claim(bencher, &format!("sqlite:{}", directory.path().join("bench.sqlite").display()), snapshots);
}

#[divan::bench(args = [true, false], max_time = 3)]
fn claim_postgres(bencher: Bencher, snapshots: bool) {
    let Some(cluster) = Cluster::shared() else { return };
    claim(bencher, &RUNTIME.block_on(cluster.database()), snapshots);
}

struct Echo;

impl Actor for Echo {
    type Msg = RpcReplyPort<()>;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Self::Msg>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        reply: Self::Msg,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        reply.send(())?;
        Ok(())
    }
}

/// A question to an actor and its answer.
#[divan::bench]
fn hop_actor(bencher: Bencher) {
    let (actor, _) = RUNTIME.block_on(Actor::spawn(None, Echo, ())).expect("an actor");
    bencher.bench_local(|| RUNTIME.block_on(actor.call(|reply| reply, None)).expect("answered"));
}

/// The same with a plain task and a channel.
#[divan::bench]
fn hop_task(bencher: Bencher) {
    let (sender, mut receiver) = mpsc::channel::<oneshot::Sender<()>>(16);
    RUNTIME.spawn(async move {
        while let Some(reply) = receiver.recv().await {
            let _ = reply.send(());
        }
    });
    bencher.bench_local(|| {
        RUNTIME.block_on(async {
            let (reply, answer) = oneshot::channel();
            sender.send(reply).await.expect("alive");
            answer.await.expect("answered");
        });
    });
}
