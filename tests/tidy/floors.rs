//! The floors of the house: imports point down only.

use super::Finding;
use super::paths::{Mention, mentions};
use super::source::Source;

/// What one folder of `src` may reach.
struct Floor {
    folder: &'static str,
    /// Folders of the crate that it may name, besides itself.
    may_import: &'static [&'static str],
    /// Paths that it never mentions.
    never: &'static [&'static str],
}

/// The one file in which a path may be mentioned that its floor never mentions, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    // A call that is dropped in mid-transaction leaves its connection unusable: here, and only here, it is thrown away.
    ("src/store/wire.rs", "tokio::time::timeout"),
];

/// What would make a pure floor impure: a runtime, a database, chance, a clock, files, the network, a log.
const IMPURE: &[&str] = &[
    "tokio",
    "ractor",
    "diesel",
    "diesel_async",
    "rand",
    "tracing",
    "chrono",
    "std::time",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
];

/// The table of the floors. `id` is below everything; `config` is plain settings, which the floors with a runtime
/// may take in, and `telemetry` what they trace with; `cli` and `main` stand outside and may name all.
const FLOORS: &[Floor] = &[
    Floor { folder: "id", may_import: &[], never: IMPURE },
    Floor { folder: "rules", may_import: &["id"], never: IMPURE },
    Floor { folder: "manager", may_import: &["id", "rules"], never: IMPURE },
    Floor { folder: "fairness", may_import: &["id", "rules"], never: IMPURE },
    Floor { folder: "protocol", may_import: &["id", "rules"], never: IMPURE },
    Floor {
        folder: "store",
        may_import: &["id", "rules"],
        never: &[
            "ractor",
            "axum",
            "tungstenite",
            "tokio_tungstenite",
            "tokio::time::timeout",
            "tokio::select",
        ],
    },
    Floor {
        folder: "league",
        may_import: &["id", "telemetry", "rules"],
        never: &["ractor", "axum", "tungstenite", "tokio_tungstenite", "diesel", "diesel_async"],
    },
    Floor {
        folder: "host",
        may_import: &[
            "id",
            "config",
            "telemetry",
            "rules",
            "manager",
            "fairness",
            "store",
            "league",
            "protocol",
        ],
        never: &["axum", "hyper", "tungstenite", "tokio_tungstenite", "diesel", "diesel_async"],
    },
    Floor {
        folder: "gateway",
        may_import: &["id", "config", "telemetry", "rules", "host", "protocol", "store", "league"],
        never: &["diesel", "diesel_async", "ractor", "crate::rules::decide"],
    },
    Floor {
        folder: "client",
        may_import: &["id", "rules", "protocol"],
        never: &["diesel", "diesel_async", "ractor", "axum", "crate::rules::decide"],
    },
    Floor {
        folder: "terminal",
        may_import: &["id", "rules", "protocol", "client"],
        never: &["diesel", "diesel_async", "ractor", "axum", "crate::rules::decide"],
    },
    Floor {
        folder: "telemetry",
        may_import: &["config"],
        never: &["ractor", "diesel", "diesel_async", "axum"],
    },
    Floor { folder: "config", may_import: &["id", "rules"], never: &["tokio", "ractor", "diesel", "axum"] },
];

/// Folders and files above the floors, which put the house together.
const ABOVE: &[&str] = &["cli", "lib", "main"];

pub fn check(sources: &[Source]) -> Vec<Finding> {
    let of_the_crate = sources.iter().filter(|source| source.path.starts_with("src/"));
    of_the_crate.flat_map(check_file).collect()
}

fn check_file(source: &Source) -> Vec<Finding> {
    let folder = source.path["src/".len()..].trim_end_matches(".rs").split('/').next().unwrap_or_default();
    if ABOVE.contains(&folder) {
        return Vec::new();
    }
    let Some(floor) = FLOORS.iter().find(|floor| floor.folder == folder) else {
        return vec![Finding {
            file: source.path.clone(),
            line: 1,
            rule: "floors",
            what: format!("`{folder}` stands on no floor"),
            remedy: "add its row to FLOORS in tests/tidy/floors.rs and to the table in docs/ARCHITECTURE.md",
        }];
    };
    mentions(source)
        .iter()
        .filter(|mention| !mention.is_test)
        .filter(|mention| !EXCEPTIONS.contains(&(source.path.as_str(), mention.segments.join("::").as_str())))
        .filter_map(|mention| offence(floor, mention).map(|what| (mention, what)))
        .map(|(mention, what)| Finding {
            file: source.path.clone(),
            line: mention.line,
            rule: "floors",
            what,
            remedy: "imports point down only: move the code up, or hand in what it needs",
        })
        .collect()
}

fn offence(floor: &Floor, mention: &Mention) -> Option<String> {
    let path = mention.segments.join("::");
    let leads_to = |banned: &&&str| path == **banned || path.starts_with(&format!("{banned}::"));
    if let Some(banned) = floor.never.iter().find(leads_to) {
        return Some(format!("`{}` never mentions `{banned}`, here as `{path}`", floor.folder));
    }
    let [root, folder, ..] = mention.segments.as_slice() else { return None };
    let into_the_crate = root == "crate" || root == "dugout";
    let starts_a_module = folder.starts_with(|first: char| first.is_ascii_lowercase());
    let allowed = folder == floor.folder || floor.may_import.contains(&folder.as_str());
    (into_the_crate && starts_a_module && !allowed)
        .then(|| format!("`{}` may not import `{folder}`, here as `{path}`", floor.folder))
}

#[test]
fn an_upward_import_a_banned_path_and_a_folder_without_a_floor_are_found() {
    let text = "use crate::id::Seq;\nuse super::super::store::Store;\nfn f() { std::time::Instant::now(); }\nuse std::{fmt, fs};";
    super::assert_found(&check(&[Source::new("src/rules/state.rs", text)]), &[2, 3, 4]);
    super::assert_found(&check(&[Source::new("src/host/game.rs", "use diesel_async::RunQueryDsl;")]), &[1]);
    super::assert_found(
        &check(&[Source::new("src/gateway/http.rs", "\nuse crate::rules::decide::decide;")]),
        &[2],
    );
    super::assert_found(&check(&[Source::new("src/attic.rs", "")]), &[1]);
}

#[test]
fn downward_imports_own_words_and_tests_are_left_alone() {
    let text = "use crate::rules::state::GameState;\nuse super::journal;\nlet rand = time::now;\n\
                #[cfg(test)]\nmod tests { use super::*; use ractor::Actor; }";
    super::assert_found(&check(&[Source::new("src/store/queries.rs", text)]), &[]);
    let parent = Source::new("src/store.rs", "#[cfg(test)]\nmod tests;");
    let child = Source::new("src/store/tests/both.rs", "use crate::host::Host;");
    let mut sources = [parent, child];
    super::source::mark_test_files(&mut sources);
    super::assert_found(&check(&sources), &[]);
}
