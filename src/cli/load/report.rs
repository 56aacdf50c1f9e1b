//! What was measured, as a table or as JSON.

use super::LoadArgs;
use super::host_side::HostSide;
use super::stats::{Latency, Stats};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// The result of a run. Latencies are in milliseconds.
#[derive(Serialize, Debug)]
pub struct Report {
    games: u32,
    spectators: u32,
    seconds: f64,
    loop_kind: &'static str,
    plays: u64,
    plays_per_second: f64,
    commands_committed: u64,
    commands_refused: u64,
    commands_retried: u64,
    games_ended: u64,
    sockets_lost: u64,
    entries_checked: u64,
    pub violations_total: u64,
    pub violations: Vec<String>,
    latency_ms: BTreeMap<String, Quantiles>,
    host: HostSide,
}

#[derive(Serialize, Debug)]
struct Quantiles {
    count: u64,
    p50: f64,
    p90: f64,
    p99: f64,
    p999: f64,
    max: f64,
}

impl Quantiles {
    fn of(stats: &Stats, what: Latency) -> Self {
        let histogram = stats.latency(what);
        let ms = |us: u64| std::time::Duration::from_micros(us).as_secs_f64() * 1e3;
        let at = |quantile: f64| ms(histogram.value_at_quantile(quantile));
        Self {
            count: histogram.len(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: ms(histogram.max()),
        }
    }
}

impl Report {
    pub fn new(args: &LoadArgs, stats: &Stats, seconds: f64, host: HostSide) -> Self {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (violations_total, violations) = stats.violations();
        let plays = stats.plays();
        Self {
            games: args.games,
            spectators: args.spectators,
            seconds,
            loop_kind: if args.plays_per_second.is_some() { "open" } else { "closed" },
            plays,
            plays_per_second: f64::from(u32::try_from(plays).unwrap_or(u32::MAX)) / seconds,
            commands_committed: read(&stats.commands),
            commands_refused: read(&stats.refused),
            commands_retried: read(&stats.retried),
            games_ended: read(&stats.games_ended),
            sockets_lost: read(&stats.sockets_lost),
            entries_checked: read(&stats.entries_checked),
            violations_total,
            violations,
            latency_ms: Latency::ALL
                .iter()
                .map(|what| (what.to_string(), Quantiles::of(stats, *what)))
                .collect(),
            host,
        }
    }

    pub fn text(&self) -> String {
        let mut text = format!(
            "{} games, {} spectators each, {} loop, measured for {:.1} s\n\
             plays                 {:>10}   {:.1} a second\n\
             commands committed    {:>10}   {} refused, {} sent again\n\
             games ended           {:>10}\n\
             connections lost      {:>10}\n\
             entries checked       {:>10}   {}\n\n\
             latency, ms              p50       p90       p99     p99.9       max     count\n",
            self.games,
            self.spectators,
            self.loop_kind,
            self.seconds,
            self.plays,
            self.plays_per_second,
            self.commands_committed,
            self.commands_refused,
            self.commands_retried,
            self.games_ended,
            self.sockets_lost,
            self.entries_checked,
            match self.violations_total {
                0 => "none missing, none twice".to_owned(),
                count => format!("{count} VIOLATIONS"),
            },
        );
        for what in Latency::ALL.map(|what| what.to_string()) {
            let Quantiles { count, p50, p90, p99, p999, max } = self.latency_ms[&what];
            // Writing into a String can't fail.
            let _ = writeln!(
                text,
                "{what:<20}{p50:>9.2} {p90:>9.2} {p99:>9.2} {p999:>9.2} {max:>9.2} {count:>9}"
            );
        }
        text.push('\n');
        text.push_str(&self.host.text());
        for violation in &self.violations {
            let _ = writeln!(text, "violation: {violation}");
        }
        text
    }
}
