//! Speed checks: uncapped hits, tag-ups, DECIDE, steals (`running.toml`, `groundball.toml`, RULES 3.3-3.5, 5.3).

use super::ChartError;
use super::source::Source;
use crate::rules::vocabulary::Position;
use serde::Deserialize;

/// What is added to a runner's speed for one kind of advance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// Always.
    pub base: i8,
    /// With two outs.
    pub two_outs: i8,
    /// On balls to left field.
    pub left_field: i8,
    /// On balls to centre field.
    pub center_field: i8,
    /// On balls to right field.
    pub right_field: i8,
}

/// Modifiers of steals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StealTerms {
    /// The runner is held.
    pub held: i8,
    /// To third.
    pub third: i8,
    /// Home.
    pub home: i8,
    /// A successful steal with a die at or below this checks for a throwing error.
    pub throw_error_at_or_below: u8,
}

/// All numbers about running.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Running {
    /// The lowest and highest chance of a check.
    pub clamp: (i8, i8),
    /// Single: the runner from second tries for home.
    pub second_to_home: Term,
    /// Single: the runner from first tries for third.
    pub first_to_third: Term,
    /// Single: the batter takes second on the throw.
    pub batter_to_second: Term,
    /// Single: the runner from first was held.
    pub held_first_to_third: i8,
    /// Double: the runner from first tries for home.
    pub first_to_home: Term,
    /// Double: the batter takes third on the throw.
    pub batter_to_third: Term,
    /// Fly B: the runner from second tags up.
    pub tag_to_third: Term,
    /// Fly B: the only die on which he is out.
    pub tag_to_third_out_on: u8,
    /// Fly BQ: the runner from third tags up.
    pub tag_to_home: Term,
    /// Steals.
    pub steal: StealTerms,
}

#[derive(Deserialize)]
struct File {
    common: Common,
    single_uncapped: Single,
    double_uncapped: Double,
    tag_up: TagUp,
    steal: Steal,
}

#[derive(Deserialize)]
struct Common {
    clamp: [i8; 2],
}

#[derive(Deserialize)]
struct Single {
    second_to_home: RawTerm,
    first_to_third: RawTerm,
    batter_to_second_on_throw: RawTerm,
    held_r1_penalty: i8,
}

#[derive(Deserialize)]
struct Double {
    first_to_home: RawTerm,
    batter_to_third_on_throw: RawTerm,
}

#[derive(Deserialize)]
struct TagUp {
    b_second_to_third: RawTerm,
    bq_third_to_home: RawTerm,
}

#[derive(Deserialize)]
struct Steal {
    held_modifier: i8,
    third_base: Modifier,
    home: Modifier,
    catcher_throw_error: ThrowError,
}

#[derive(Deserialize)]
struct Modifier {
    modifier: i8,
}

#[derive(Deserialize)]
struct ThrowError {
    trigger_d20: Vec<u8>,
}

#[derive(Deserialize)]
struct RawTerm {
    base: String,
    #[serde(default)]
    two_outs: i8,
    #[serde(default, rename = "LF")]
    left_field: i8,
    #[serde(default, rename = "CF")]
    center_field: i8,
    #[serde(default, rename = "RF")]
    right_field: i8,
    #[serde(default)]
    out_only_on: Option<u8>,
}

impl Running {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("running.toml");
        let file: File = source.toml(text)?;
        let term = |name: &str, raw: &RawTerm| term(source, name, raw);
        let faces = &file.steal.catcher_throw_error.trigger_d20;
        let from_one = faces.iter().copied().eq((1..=20).take(faces.len()));
        source.check(from_one, || "steal.catcher_throw_error: faces must count up from 1".to_owned())?;
        let tag = &file.tag_up.b_second_to_third;
        Ok(Self {
            clamp: (file.common.clamp[0], file.common.clamp[1]),
            second_to_home: term("second_to_home", &file.single_uncapped.second_to_home)?,
            first_to_third: term("first_to_third", &file.single_uncapped.first_to_third)?,
            batter_to_second: term("batter_to_second", &file.single_uncapped.batter_to_second_on_throw)?,
            held_first_to_third: file.single_uncapped.held_r1_penalty,
            first_to_home: term("first_to_home", &file.double_uncapped.first_to_home)?,
            batter_to_third: term("batter_to_third", &file.double_uncapped.batter_to_third_on_throw)?,
            tag_to_third: term("b_second_to_third", tag)?,
            tag_to_third_out_on: tag.out_only_on.ok_or_else(|| source.error("out_only_on is missing"))?,
            tag_to_home: term("bq_third_to_home", &file.tag_up.bq_third_to_home)?,
            steal: StealTerms {
                held: file.steal.held_modifier,
                third: file.steal.third_base.modifier,
                home: file.steal.home.modifier,
                throw_error_at_or_below: u8::try_from(faces.len()).map_err(|error| source.error(error))?,
            },
        })
    }

    /// A chance within the bounds of every check.
    #[must_use]
    pub fn clamped(&self, chance: i16) -> i8 {
        let bounded = chance.clamp(i16::from(self.clamp.0), i16::from(self.clamp.1));
        i8::try_from(bounded).expect("the bounds are i8")
    }
}

impl Term {
    /// What is added for a ball to `location` with this many outs.
    #[must_use]
    pub const fn modifier(&self, location: Option<Position>, outs: u8) -> i8 {
        let by_field = match location {
            Some(Position::LeftField) => self.left_field,
            Some(Position::CenterField) => self.center_field,
            Some(Position::RightField) => self.right_field,
            _ => 0,
        };
        self.base + by_field + if outs == 2 { self.two_outs } else { 0 }
    }
}

/// Reads `running + arm`, with a number added or taken away.
fn term(source: Source, name: &str, raw: &RawTerm) -> Result<Term, ChartError> {
    let rest = raw.base.strip_prefix("running + arm");
    let rest = rest.ok_or_else(|| source.error(format_args!("{name}: `{}` is no speed check", raw.base)))?;
    let digits: String = rest.chars().filter(|character| !character.is_whitespace()).collect();
    let base = if digits.is_empty() { 0 } else { source.word(name, &digits)? };
    Ok(Term {
        base,
        two_outs: raw.two_outs,
        left_field: raw.left_field,
        center_field: raw.center_field,
        right_field: raw.right_field,
    })
}
