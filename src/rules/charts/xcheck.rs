//! What the codes of an X-Check mean, clean, with an error and on a rare play
//! (`xcheck_results.toml`, RULES 2.4).

use super::ChartError;
use super::error_charts::ErrorSize;
use super::range::RangeCode;
use super::source::Source;
use crate::rules::event::Reached;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::Position;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the runners move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunnerMove {
    /// Every runner so many bases, scoring past third.
    Bases(u8),
    /// Everybody scores.
    All,
    /// Nobody moves.
    Hold,
    /// Only forced runners move.
    Forced,
    /// The runner on first is out, the others hold.
    FirstOut,
    /// The runner on third is out, the others hold.
    ThirdOut,
    /// The lead runner is out, the others hold.
    LeadOut,
}

/// An effect that is written out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effect {
    /// Where the batter ends up; none: his plate appearance goes on.
    pub batter: Option<Reached>,
    /// How the runners move.
    pub runners: RunnerMove,
    /// It is a hit.
    pub hit: bool,
    /// A ground ball double play by force.
    pub gidp: bool,
    /// What it is called, where the table names it.
    pub outcome: Option<PlayOutcome>,
}

/// What a code means on clean play.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clean {
    /// A written-out effect.
    Effect(Effect),
    /// An outcome with a chart of its own: ground balls and fly balls.
    Outcome(PlayOutcome),
    /// The batter's speed decides.
    SpeedCheck,
    /// With runners on a passed-ball check: `success`, else `otherwise`.
    PassedBallCheck {
        /// The ball gets past the catcher.
        success: Effect,
        /// The pop is caught.
        otherwise: Effect,
    },
}

/// When the first of a rare play's two effects holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RareWhen {
    /// With a runner on first.
    FirstOccupied,
    /// With a runner on third.
    ThirdOccupied,
    /// With a runner anywhere.
    AnyRunner,
}

/// What a rare play comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rare {
    /// Always the same.
    Effect(Effect),
    /// The bases decide.
    ByRunners {
        /// The question.
        when: RareWhen,
        /// If so.
        then: Effect,
        /// If not.
        otherwise: Effect,
    },
    /// A plain speed check.
    SpeedCheck,
}

/// Everything about one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeResults {
    /// Clean play.
    pub clean: Clean,
    /// Errors of one, two and three bases, where the code has them.
    pub errors: [Option<Effect>; 3],
    /// The rare play.
    pub rare: Rare,
}

/// Results by code, and the numbers of the procedure.
#[derive(Debug)]
pub struct XCheckResults {
    codes: BTreeMap<RangeCode, CodeResults>,
    /// Range added when the fielder plays in.
    pub playing_in_range_penalty: u8,
    /// The worst range.
    pub range_max: u8,
    /// Range of a fielder without rating.
    pub missing_range: u8,
    /// Error rating of a fielder without rating.
    pub missing_error: u8,
    /// Who plays in (`#` results, range) with the infield in.
    pub infield_in: Vec<Position>,
    /// Who plays in with the corners in.
    pub corners_in: Vec<Position>,
    /// Who plays in with the outfield in.
    pub outfield_in: Vec<Position>,
}

#[derive(Deserialize)]
struct File {
    procedure: Procedure,
    playing_in: PlayingIn,
    codes: BTreeMap<String, Code>,
}

#[derive(Deserialize)]
struct Procedure {
    playing_in_range_penalty: u8,
    max_range: u8,
    hash_converts_to: String,
    spd_safe: String,
    spd_out: String,
    missing_ratings: Missing,
}

#[derive(Deserialize)]
struct Missing {
    range: u8,
    error: u8,
}

#[derive(Deserialize)]
struct PlayingIn {
    range_penalty_positions_infield_in: Vec<Position>,
    range_penalty_positions_corners_in: Vec<Position>,
    outfield_in: Vec<Position>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    no: RawEffect,
    e1: Option<RawEffect>,
    e2: Option<RawEffect>,
    e3: Option<RawEffect>,
    rare: RawEffect,
    #[serde(default)]
    reserved: bool,
}

/// One effect as the file writes it: a union of everything that any code needs.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawEffect {
    batter: Option<toml::Value>,
    runners: Option<String>,
    r1: Option<u8>,
    r3: Option<u8>,
    lead: Option<u8>,
    others: Option<String>,
    hit: Option<u8>,
    gidp: Option<u8>,
    outcome: Option<String>,
    rule: Option<String>,
    check_success: Option<Box<RawEffect>>,
    otherwise: Option<Box<RawEffect>>,
    with_r1: Option<Box<RawEffect>>,
    without_r1: Option<Box<RawEffect>>,
    with_r3: Option<Box<RawEffect>>,
    without_r3: Option<Box<RawEffect>>,
    with_runners: Option<Box<RawEffect>>,
    bases_empty: Option<Box<RawEffect>>,
    // Derived by the engine from the facts above; read so that the file may state them.
    #[serde(rename = "type")]
    _type: Option<String>,
    #[serde(rename = "outs")]
    _outs: Option<u8>,
    #[serde(rename = "error")]
    _error: Option<u8>,
    #[serde(rename = "at_bat")]
    _at_bat: Option<u8>,
    #[serde(rename = "passed_ball")]
    _passed_ball: Option<u8>,
    #[serde(rename = "wild_pitch")]
    _wild_pitch: Option<u8>,
    #[serde(rename = "comment")]
    _comment: Option<String>,
}

impl XCheckResults {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("xcheck_results.toml");
        let file: File = source.toml(text)?;
        let procedure = file.procedure;
        let conversions = [procedure.hash_converts_to, procedure.spd_safe, procedure.spd_out];
        source.check(conversions == ["SI2", "SI1", "G3"], || {
            "procedure: `#` converts to SI2, a speed check to SI1 or G3".to_owned()
        })?;
        let mut codes = BTreeMap::new();
        for (name, code) in file.codes {
            let word: RangeCode = source.word("codes", &name)?;
            source.check(code.reserved == word.is_reserved(), || {
                format!("codes: {name} must{} be reserved", if word.is_reserved() { "" } else { " not" })
            })?;
            codes.insert(word, results(source, &name, &code)?);
        }
        for &code in RangeCode::ALL {
            let (plain, _) = code.without_hash();
            source.check(codes.contains_key(&plain), || format!("codes: {plain} is missing"))?;
        }
        Ok(Self {
            codes,
            playing_in_range_penalty: procedure.playing_in_range_penalty,
            range_max: procedure.max_range,
            missing_range: procedure.missing_ratings.range,
            missing_error: procedure.missing_ratings.error,
            infield_in: file.playing_in.range_penalty_positions_infield_in,
            corners_in: file.playing_in.range_penalty_positions_corners_in,
            outfield_in: file.playing_in.outfield_in,
        })
    }

    /// What a code means; `#` is ignored.
    ///
    /// # Panics
    /// Never: loading refuses a file in which a code is missing.
    #[must_use]
    pub fn code(&self, code: RangeCode) -> &CodeResults {
        self.codes.get(&code.without_hash().0).expect("every code was present at loading")
    }

    /// The effect of an error on a code; an error of three bases where the code knows only two is the
    /// largest it knows.
    #[must_use]
    pub fn error(&self, code: RangeCode, size: ErrorSize) -> Option<Effect> {
        let known = self.code(code).errors;
        known[..size as usize].iter().rev().find_map(|effect| *effect)
    }
}

fn results(source: Source, name: &str, code: &Code) -> Result<CodeResults, ChartError> {
    let error = |size: &str, raw: &Option<RawEffect>| {
        raw.as_ref().map(|raw| effect(source, &format!("{name}.{size}"), raw)).transpose()
    };
    let place = format!("{name}.rare");
    Ok(CodeResults {
        clean: clean(source, &format!("{name}.no"), &code.no)?,
        errors: [error("e1", &code.e1)?, error("e2", &code.e2)?, error("e3", &code.e3)?],
        rare: rare(source, &place, &code.rare)?,
    })
}

fn clean(source: Source, place: &str, raw: &RawEffect) -> Result<Clean, ChartError> {
    let Some(rule) = raw.rule.as_deref() else {
        return Ok(Clean::Effect(effect(source, place, raw)?));
    };
    match (rule, &raw.outcome, &raw.check_success, &raw.otherwise) {
        ("groundball" | "flyball", Some(outcome), None, None) => {
            Ok(Clean::Outcome(source.word(place, outcome)?))
        }
        ("speed_check", None, None, None) => Ok(Clean::SpeedCheck),
        ("passed_ball_check_if_runners" | "passed_ball_check", None, Some(success), Some(otherwise)) => {
            Ok(Clean::PassedBallCheck {
                success: effect(source, place, success)?,
                otherwise: effect(source, place, otherwise)?,
            })
        }
        _ => Err(source.error(format_args!("{place}: unknown rule `{rule}`"))),
    }
}

fn rare(source: Source, place: &str, raw: &RawEffect) -> Result<Rare, ChartError> {
    if raw.rule.as_deref() == Some("speed_check") {
        return Ok(Rare::SpeedCheck);
    }
    let pairs = [
        (RareWhen::FirstOccupied, &raw.with_r1, &raw.without_r1),
        (RareWhen::ThirdOccupied, &raw.with_r3, &raw.without_r3),
        (RareWhen::AnyRunner, &raw.with_runners, &raw.bases_empty),
    ];
    for (when, then, otherwise) in pairs {
        match (then, otherwise) {
            (Some(then), Some(otherwise)) => {
                let then = effect(source, place, then)?;
                return Ok(Rare::ByRunners { when, then, otherwise: effect(source, place, otherwise)? });
            }
            (None, None) => {}
            _ => return Err(source.error(format_args!("{place}: one of the two cases is missing"))),
        }
    }
    Ok(Rare::Effect(effect(source, place, raw)?))
}

fn effect(source: Source, place: &str, raw: &RawEffect) -> Result<Effect, ChartError> {
    let batter = match &raw.batter {
        Some(toml::Value::Integer(base @ 0..=4)) => {
            Some(Reached::try_from(*base).expect("0 to 4 fits into a u8"))
        }
        Some(toml::Value::String(word)) if word == "stay" => None,
        _ => return Err(source.error(format_args!("{place}: batter must be 0 to 4 or `stay`"))),
    };
    let others_hold = raw.others.as_deref() == Some("hold");
    let runners = match (raw.runners.as_deref(), raw.r1, raw.r3, raw.lead) {
        (Some("all"), None, None, None) => RunnerMove::All,
        (Some("hold"), None, None, None) => RunnerMove::Hold,
        (Some("forced"), None, None, None) => RunnerMove::Forced,
        (Some("+1"), None, None, None) => RunnerMove::Bases(1),
        (Some("+2"), None, None, None) => RunnerMove::Bases(2),
        (None, Some(0), None, None) if others_hold => RunnerMove::FirstOut,
        (None, None, Some(0), None) if others_hold => RunnerMove::ThirdOut,
        (None, None, None, Some(0)) if others_hold => RunnerMove::LeadOut,
        (None, None, None, None) => RunnerMove::Hold,
        _ => return Err(source.error(format_args!("{place}: unknown movement of the runners"))),
    };
    let outcome = raw.outcome.as_deref().map(|word| source.word(place, word)).transpose()?;
    let hit = raw.hit == Some(1);
    Ok(Effect { batter, runners, hit, gidp: raw.gidp == Some(1), outcome })
}
