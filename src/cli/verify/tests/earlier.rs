//! A game that other rules decided is not called changed for it; its chain, its seed and its dice are held to all the same.

use super::*;
use crate::rules::charts::RULES_VERSION;

const EARLIER: u16 = RULES_VERSION - 1;

/// The journal as if it had begun under earlier rules, sealed as that host would have.
fn of_earlier_rules(lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    let mut header: Value = serde_json::from_str(&lines[0]).expect("JSON");
    header["rules_version"] = json!(EARLIER);
    lines[0] = canonical_json(&header);
    let mut first: Value = serde_json::from_str(&lines[1]).expect("JSON");
    first["events"][0]["rules_version"] = json!(EARLIER);
    lines[1] = canonical_json(&first);
    seal_again(&mut lines);
    lines
}

#[test]
fn a_game_of_earlier_rules_that_these_rules_decide_the_same_holds_whole() {
    let verdict = check(joined(&of_earlier_rules(&lines(&PLAYED)))).expect("it holds");
    assert_eq!(verdict.rules_version, EARLIER);
    assert!(verdict.is_whole() && verdict.decided_otherwise.is_none(), "{verdict:?}");
}

#[test]
fn what_these_rules_decide_otherwise_is_named_and_no_fault() {
    let (played_otherwise, at) = forge("play_resolved", |event| {
        event["runs_scored"] = json!(event["runs_scored"].as_u64().expect("runs") + 1);
    });
    assert_refused(joined(&played_otherwise), &Place::Entry(at));
    let verdict =
        check(joined(&of_earlier_rules(&played_otherwise))).expect("it holds as far as one can tell");
    assert!(verdict.is_finished() && !verdict.is_whole());
    assert_eq!(verdict.decided_otherwise, Some(at));
    assert_eq!(verdict.to_json()["rules_version"], EARLIER);
}

#[test]
fn a_die_that_the_seed_does_not_give_is_caught_under_any_rules() {
    let (forged, at) = forge("dice_rolled", |event| {
        let face = event["roll"]["d20"].as_i64().expect("a die");
        event["roll"]["d20"] = json!(face % 20 + 1);
    });
    let fault = assert_refused(joined(&of_earlier_rules(&forged)), &Place::Entry(at));
    assert!(fault.what.contains("by the seed"), "{fault}");
    let (forged, at) = forge("dice_rolled", |event| event["roll"]["first_die"] = json!(3));
    let fault = assert_refused(joined(&of_earlier_rules(&forged)), &Place::Entry(at));
    assert!(fault.what.contains("is due"), "{fault}");
    let (forged, at) = forge("game_completed", |event| event["dice_seed"] = json!("08".repeat(32)));
    assert_refused(joined(&of_earlier_rules(&forged)), &Place::Entry(at));
    let mut broken = of_earlier_rules(&lines(&PLAYED));
    broken.remove(4);
    assert_refused(joined(&broken), &Place::Entry(Seq(4)));
}
