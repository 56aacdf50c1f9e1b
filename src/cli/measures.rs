//! What host and gateway count, for `/metrics`: every name with its meaning and unit, so that what an operator reads there
//! explains itself.

use metrics::Unit;

enum Kind {
    Counter,
    Gauge,
    Histogram(Unit),
}

use Kind::{Counter, Gauge, Histogram};

const SECONDS: Kind = Histogram(Unit::Seconds);
const COUNTS: Kind = Histogram(Unit::Count);

const MEASURES: &[(&str, Kind, &str)] = &[
    ("dugout_commit_batch_changes", COUNTS, "changes of many games that one commit took"),
    (
        "dugout_commit_retries_total",
        Counter,
        "commits that had to be tried again because the database was away",
    ),
    (
        "dugout_commit_seconds",
        SECONDS,
        "one commit, from the first statement to its confirmation, retries included",
    ),
    (
        "dugout_connections",
        Gauge,
        "open WebSocket connections that were let in, those that have not said hello included",
    ),
    ("dugout_cpu_seconds", Gauge, "CPU that the host's process has used, user and system"),
    ("dugout_crowd_parcels", COUNTS, "frames that a game's crowd had yet to be sent when the next one came"),
    ("dugout_database_connections", Gauge, "connections to the database, by state"),
    ("dugout_database_connections_max", Gauge, "connections to the database that may be open at once"),
    ("dugout_deadlines_missed_total", Counter, "deadlines that passed, after which the host decided"),
    ("dugout_deadlines_moved_total", Counter, "deadlines moved by the time in which nobody could play"),
    (
        "dugout_followers_sent_away_total",
        Counter,
        "connections that were told that their game lives on another host",
    ),
    ("dugout_frames_received_total", Counter, "text frames received"),
    ("dugout_frames_sent_total", Counter, "text frames sent"),
    (
        "dugout_game_failures_total",
        Counter,
        "game actors that failed; each is rebuilt from its journal or quarantined",
    ),
    ("dugout_game_inbox_messages", COUNTS, "questions that waited for a game when one more was put to it"),
    (
        "dugout_games_fenced_total",
        Counter,
        "games that another host has taken over while this one played them",
    ),
    ("dugout_games_live", Gauge, "games in memory"),
    ("dugout_games_quarantined_total", Counter, "games set aside because they kept failing"),
    ("dugout_games_refused_total", Counter, "games that were not opened because host.games_max were live"),
    ("dugout_heartbeats_failed_total", Counter, "signs of life that could not be given to the other hosts"),
    ("dugout_hosts_living", Gauge, "hosts that share the database, this one included"),
    ("dugout_http_request_seconds", SECONDS, "one HTTP request, by route and status"),
    ("dugout_http_requests_total", Counter, "HTTP requests answered, by route and status"),
    (
        "dugout_league_failures_total",
        Counter,
        "times a league's card site failed and was left alone for a while",
    ),
    ("dugout_lease_held", Gauge, "1 while the host may play the games it owns"),
    (
        "dugout_leases_lost_total",
        Counter,
        "times the host had to stop playing because it could give no sign of life",
    ),
    ("dugout_outbox_frames", COUNTS, "frames that waited for a connection when it was written to"),
    ("dugout_outbox_lagged_total", Counter, "connections that read too slowly and have to resume"),
    ("dugout_persistence_queue_changes", Gauge, "changes that wait for the next commit"),
    ("dugout_refusals_total", Counter, "commands and requests answered with a refusal, by door and code"),
    (
        "dugout_refused_total",
        Counter,
        "what was turned away before it was understood, by reason: rates, sizes, forms",
    ),
    ("dugout_rehydrate_seconds", SECONDS, "reading a game back from the database"),
    (
        "dugout_snapshots_rejected_total",
        Counter,
        "stored states that did not match the journal and were not used",
    ),
    ("dugout_sockets", Gauge, "WebSocket connections whose user is known"),
    ("dugout_sockets_closed_total", Counter, "WebSocket connections the host closed, by code"),
    (
        "dugout_spans_dropped_total",
        Counter,
        "spans of traces that were not exported: too many waited, or the collector did not take them",
    ),
    ("dugout_spans_exported_total", Counter, "spans of traces that the collector took"),
    ("dugout_takeovers_total", Counter, "games taken over from hosts that died"),
    ("dugout_write_seconds", SECONDS, "one change, from its game to the confirmation of its commit"),
];

/// Tells the recorder in place what each name means, those of the process included.
pub fn describe() {
    metrics_process::Collector::default().describe();
    for (name, kind, meaning) in MEASURES {
        match kind {
            Counter => metrics::describe_counter!(*name, *meaning),
            Gauge => metrics::describe_gauge!(*name, *meaning),
            Histogram(unit) => metrics::describe_histogram!(*name, *unit, *meaning),
        }
    }
}
