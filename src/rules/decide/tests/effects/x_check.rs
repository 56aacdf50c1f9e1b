//! Every effect of `xcheck_results.toml`, in every situation, through a manager's reading.

use super::{number, played, situation, waiting};
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::charts::range::RangeCode;
use crate::rules::command::{Command, Issuer, ManualOutcomeSubmission};
use crate::rules::decide;
use crate::rules::moment::Moment;
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::GameState;
use crate::rules::testing::CARDS;
use crate::rules::vocabulary::{DecisionPhase, Position};
use crate::rules::x_check::{XCheckRoll, XCheckSubmission, is_possible};

/// Where everybody ends up.
type Ends = (Option<u8>, [Option<u8>; 3]);

const fn position(code: RangeCode) -> Position {
    match code {
        RangeCode::G1 | RangeCode::G2 | RangeCode::G3 | RangeCode::Si1 => Position::Shortstop,
        RangeCode::Spd | RangeCode::Po | RangeCode::Fo | RangeCode::Wp | RangeCode::X => Position::Catcher,
        _ => Position::LeftField,
    }
}

fn reading(code: RangeCode, error: ErrorSize) -> Command {
    let submission = ManualOutcomeSubmission::of(PlayOutcome::XCheck, None);
    Command::ManualOutcome(ManualOutcomeSubmission {
        x_check: Some(XCheckSubmission { code, error }),
        ..submission
    })
}

/// The state with an X-Check that waits, whose dice allow this error.
fn rolled(
    base: &GameState,
    (bits, outs): (u8, u8),
    code: RangeCode,
    error: ErrorSize,
    rare: bool,
) -> GameState {
    let mut state = situation(base, bits, outs);
    let position = position(code);
    let total = (3..=18).find(|total| is_possible(position, *total, error)).expect("some total errs so");
    state.pending_x_check = Some(XCheckRoll {
        position,
        defender_lineup_id: state.lineups[state.fielding_side()].at(position).expect("nine field").lineup_id,
        d20: 1,
        error_total: total,
        d100: if rare { 1 } else { 50 },
        rare_play: rare,
        chart_row: vec![if code.is_reserved() { RangeCode::G1 } else { code }; 5],
        error_text: String::new(),
    });
    state
}

/// The effect of a cell for these bases; none where a rule of its own decides.
fn cell(cell: &toml::Table, bits: u8) -> Option<&toml::Table> {
    let cases = [
        ("with_r1", "without_r1", bits & 1 != 0),
        ("with_r3", "without_r3", bits & 4 != 0),
        ("with_runners", "bases_empty", bits != 0),
    ];
    for (then, otherwise, holds) in cases {
        if cell.contains_key(then) {
            return cell[if holds { then } else { otherwise }].as_table();
        }
    }
    (!cell.contains_key("rule")).then_some(cell)
}

fn expected(effect: &toml::Table, bits: u8, outs: u8) -> Ends {
    let batter = effect["batter"].as_integer().map(|base| base as u8);
    let on = |base: u8| bits & 1 << (base - 1) != 0;
    let hold = |base: u8| on(base).then_some(base);
    let is_hit = effect.get("hit").is_some_and(|hit| number(hit) == 1);
    if batter == Some(0) && !is_hit && outs == 2 {
        return (batter, [1, 2, 3].map(hold)); // the third out before first base: nobody moves
    }
    let lead = (1..=3).rev().find(|base| on(*base));
    let ends = [1, 2, 3].map(|base: u8| {
        let forced = (1..base).all(on);
        let end = match effect.get("runners").and_then(toml::Value::as_str) {
            Some("all") => 4,
            Some("forced") if forced => base + 1,
            Some("forced" | "hold") => base,
            Some(bases) => (base + bases.trim_start_matches('+').parse::<u8>().expect("+n")).min(4),
            None if effect.contains_key("r1") && base == 1 => 0,
            None if effect.contains_key("r3") && base == 3 => 0,
            None if effect.contains_key("lead") && Some(base) == lead => 0,
            None => base,
        };
        on(base).then_some(end)
    });
    (batter, ends)
}

#[test]
fn every_effect_of_every_code_is_played_as_it_stands() {
    let table: toml::Table =
        toml::from_str(include_str!("../../../charts/data/xcheck_results.toml")).expect("TOML");
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let sizes = [("no", ErrorSize::No), ("e1", ErrorSize::E1), ("e2", ErrorSize::E2), ("e3", ErrorSize::E3)];
    let mut count = 0;
    for (name, results) in table["codes"].as_table().expect("codes") {
        let code: RangeCode = name.parse().expect("a code");
        for (column, effects) in results.as_table().expect("effects") {
            let Some(effects) = effects.as_table() else { continue };
            let rare = column == "rare";
            let size = sizes.iter().find(|(name, _)| name == column).map_or(ErrorSize::No, |(_, size)| *size);
            for (bits, outs) in (0..8).flat_map(|bits| (0..3).map(move |outs| (bits, outs))) {
                let state = rolled(&base, (bits, outs), code, size, rare);
                let command = reading(code, size);
                if code.is_reserved() && bits == 0 {
                    let dice = &mut super::Script::new(&[]);
                    let refused = decide(&state, &CARDS, Issuer::Operator, &command, Moment::EPOCH, dice);
                    assert_eq!(
                        refused.expect_err("nobody to advance").field.as_deref(),
                        Some("x_check.code")
                    );
                    continue;
                }
                let Some(effect) = cell(effects, bits) else { continue };
                let play = played(&state, &command, &[], &[]);
                let place = format!("{code}.{column}, bases {bits:03b}, {outs} out");
                assert_eq!((play.batter_to, play.runners_to), expected(effect, bits, outs), "{place}");
                let errs = size != ErrorSize::No || effect.contains_key("error");
                assert_eq!(play.error.is_some(), errs, "{place}");
                assert_eq!(play.plate_appearance, play.batter_to.is_some(), "{place}");
                count += 1;
            }
        }
    }
    assert!(count > 1_200, "{count} effects played");
}

#[test]
fn the_audit_of_an_x_check_has_every_field_of_the_list() {
    let table: toml::Table =
        toml::from_str(include_str!("../../../charts/data/xcheck_results.toml")).expect("TOML");
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let state = rolled(&base, (0, 0), RangeCode::Spd, ErrorSize::E1, false);
    let play = played(&state, &reading(RangeCode::Spd, ErrorSize::E1), &[], &[]);
    let audit = serde_json::to_value(play.resolution.x_check).expect("JSON");
    for field in table["audit"]["fields"].as_array().expect("a list") {
        let field = field.as_str().expect("a name");
        assert!(audit.get(field).is_some(), "{field} is missing in {audit}");
    }
}

#[test]
fn the_reserved_codes_are_the_catchers_alone() {
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    for code in [RangeCode::Wp, RangeCode::X] {
        let mut state = rolled(&base, (1, 0), code, ErrorSize::No, false);
        let caught = played(&state, &reading(code, ErrorSize::No), &[], &[20]);
        let wild = code == RangeCode::Wp;
        assert_eq!(caught.batter_to, if wild { None } else { Some(0) });
        let past = played(&state, &reading(code, ErrorSize::No), &[], &[1]);
        let outcome = if wild { PlayOutcome::WildPitch } else { PlayOutcome::PassedBall };
        assert_eq!((past.outcome, past.runners_to[0]), (outcome, Some(2)));
        let roll = state.pending_x_check.as_mut().expect("it waits");
        roll.position = Position::Shortstop;
        let dice = &mut super::Script::new(&[]);
        let refused =
            decide(&state, &CARDS, Issuer::Operator, &reading(code, ErrorSize::No), Moment::EPOCH, dice);
        assert_eq!(refused.expect_err("not his chart").field.as_deref(), Some("x_check.code"));
    }
}
