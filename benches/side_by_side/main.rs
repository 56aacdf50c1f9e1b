//! What a play costs the host, beside a bare WebSocket server that sends the same frames to the same connections and
//! has no rules, no state, no JSON and no database.
//!
//! `cargo bench --bench side_by_side [-- GAMES SECONDS]`, on Linux. Each server runs on the first core and whoever loads it
//! on the second, with the database; the figures of one run are to be compared with each other and with nothing else.
//!
//! With another word it measures something else:
//!
//! * `-- crash GAMES`: so many games between AI managers, a crash, and how soon they go on, with all cores;
//! * `-- waits [GAMES PLAYS_PER_SECOND SECONDS]`: how long managers wait, beside single commits to the same database;
//! * `-- growth [SECONDS]`: the same number of plays a second over more and more games;
//! * `-- crowd [SECONDS]`: one game with more and more spectators.

mod bare;
mod crash;
mod metronome;
mod paced;
mod processes;
#[path = "../support/mod.rs"]
mod support;

use bare::FrameSizes;
use paced::Pace;
use processes::{Server, bare_server, dugout, self_on_core, stay_on_core};
use serde_json::Value;
use support::postgres::Cluster;
use support::{Managers, Recorded};

/// A server, and what a thousand plays cost it.
struct Measured {
    name: &'static str,
    plays_per_second: f64,
    cpu_per_1000_plays: f64,
    memory_mb: f64,
    report: Option<Value>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |index: usize, default: u32| {
        arguments.get(index).map_or(default, |text| text.parse().expect("a number"))
    };
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bare-server", sizes] => bare::serve(sizes.parse().expect("three lengths")),
        ["bare-load", address, games, seconds, sizes] => bare::load(
            address,
            games.parse().expect("a number"),
            seconds.parse().expect("a number"),
            sizes.parse().expect("three lengths"),
        ),
        ["crash", games] => crash(games.parse().expect("a number")),
        ["waits", ..] => paced(&[Pace::of(number(1, 1_000), number(2, 50), number(3, 40))]),
        ["growth", ..] => paced(&[10, 100, 1_000, 10_000].map(|games| Pace {
            // The games grow, not the sockets.
            games_per_connection: 50,
            ..Pace::of(games, 100, number(1, 30))
        })),
        ["crowd", ..] => paced(&[0, 1_000, 9_000].map(|spectators| Pace {
            spectators,
            ramp_s: 2 + spectators / 200,
            ..Pace::of(1, 1, number(1, 40))
        })),
        _ => compare(number(0, 100), number(1, 15)),
    }
}

/// The paces one after the other, each on a database of its own, of both kinds.
fn paced(paces: &[Pace]) {
    stay_on_core(1);
    println!("SQLite");
    paced::head();
    for pace in paces {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("dugout.sqlite");
        paced::measure(&format!("sqlite:{}", file.display()), *pace);
    }
    let Some(cluster) = Cluster::start() else {
        println!("PostgreSQL is not installed: not measured");
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("PostgreSQL");
    paced::head();
    for pace in paces {
        paced::measure(&runtime.block_on(cluster.database()), *pace);
    }
}

fn compare(games: u32, seconds: u32) {
    stay_on_core(1);
    let sizes = FrameSizes::of(&Recorded::play(1, Managers::Plain));
    println!("{games} games, {seconds} s each; frames of a play: {sizes}");
    let directory = tempfile::tempdir().expect("a directory");
    let mut measured = vec![measure_bare(games, seconds, sizes)];
    let file = directory.path().join("dugout.sqlite");
    measured.push(measure_host("dugout, SQLite", games, seconds, &format!("sqlite:{}", file.display())));
    match Cluster::start() {
        Some(cluster) => {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            let url = runtime.block_on(cluster.database());
            measured.push(measure_host("dugout, PostgreSQL", games, seconds, &url));
        }
        None => println!("PostgreSQL is not installed: not measured"),
    }
    report(&measured);
}

fn crash(games: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    println!("SQLite");
    let file = directory.path().join("dugout.sqlite");
    runtime.block_on(crash::measure(&format!("sqlite:{}", file.display()), games));
    let Some(cluster) = Cluster::start() else {
        println!("PostgreSQL is not installed: not measured");
        return;
    };
    println!("PostgreSQL");
    runtime.block_on(async { crash::measure(&cluster.database().await, games).await });
}

fn measure_bare(games: u32, seconds: u32, sizes: FrameSizes) -> Measured {
    let server = bare_server(sizes);
    let before = server.cpu_seconds();
    let output = self_on_core(1)
        .args(["bare-load", &server.address, &games.to_string(), &seconds.to_string(), &sizes.to_string()])
        .output()
        .expect("the load runs");
    let cpu = server.cpu_seconds() - before;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let plays: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of plays");
    Measured {
        name: "bare WebSocket server",
        plays_per_second: plays / f64::from(seconds),
        cpu_per_1000_plays: cpu / plays * 1e3,
        memory_mb: server.memory_mb(),
        report: None,
    }
}

fn measure_host(name: &'static str, games: u32, seconds: u32, database: &str) -> Measured {
    let server = Server::host(database);
    let output = dugout(1)
        .args(["load", &server.address, "--json", "--ramp-s", "2"])
        .args(["--games", &games.to_string(), "--seconds", &seconds.to_string()])
        .output()
        .expect("the load runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let figure = |pointer: &str| report.pointer(pointer).and_then(Value::as_f64).expect("a figure");
    Measured {
        name,
        plays_per_second: figure("/plays_per_second"),
        cpu_per_1000_plays: figure("/host/cpu_seconds_per_1000_plays"),
        memory_mb: figure("/host/memory_mb"),
        report: Some(report),
    }
}

fn report(measured: &[Measured]) {
    let bare = measured[0].cpu_per_1000_plays;
    println!(
        "\n{:<24}{:>10}{:>16}{:>10}{:>10}{:>22}{:>20}",
        "", "plays/s", "CPU s/1000", "x bare", "MB", "roll to result p50/99", "commit ms, changes"
    );
    for Measured { name, plays_per_second, cpu_per_1000_plays, memory_mb, report } in measured {
        let figure = |pointer: &str| {
            let value = report.as_ref().and_then(|report| report.pointer(pointer)).and_then(Value::as_f64);
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
        };
        let latency = ["p50", "p99"]
            .map(|quantile| figure(&format!("/latency_ms/roll to result/{quantile}")))
            .join(" / ");
        let commit = ["commit_ms", "changes_per_commit"].map(|of| figure(&format!("/host/{of}"))).join(", ");
        println!(
            "{name:<24}{plays_per_second:>10.0}{cpu_per_1000_plays:>16.3}{:>10.1}{memory_mb:>10.0}{latency:>22}{commit:>20}",
            cpu_per_1000_plays / bare
        );
    }
}
