//! What the chaos, check and rare dice trigger (`dice.toml`, RULES 1).

use super::ChartError;
use super::source::Source;
use serde::Deserialize;

/// Faces that start a check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Triggers {
    /// Faces of the chaos die that check for a wild pitch.
    pub wild_pitch: Vec<u8>,
    /// Faces of the chaos die that check for a passed ball.
    pub passed_ball: Vec<u8>,
    /// Faces of the jump roll's check die that check for a pick-off.
    pub pickoff: Vec<u8>,
    /// Faces of the jump roll's check die that check for a balk.
    pub balk: Vec<u8>,
    /// Faces of the d100 that make a rare play.
    pub rare_play: Vec<u8>,
    /// The column of the pitcher's card on which he may be hurt, in games played with injuries.
    pub injury_column: u8,
    /// The totals there that ask for the check.
    pub injury_totals: Vec<u8>,
}

/// What the total of an injury trigger is taken from: the pitcher's injury number that it checks.
const INJURY_NUMBER_FROM: u8 = 13;

impl Triggers {
    /// The pitcher's injury number that an at-bat roll checks, if it checks one.
    #[must_use]
    pub fn injury_number(&self, column: u8, total: u8) -> Option<u8> {
        let asks = column == self.injury_column && self.injury_totals.contains(&total);
        asks.then(|| INJURY_NUMBER_FROM - total)
    }
}

#[derive(Deserialize)]
struct File {
    at_bat: AtBat,
    jump: Jump,
    fielding: Fielding,
}

#[derive(Deserialize)]
struct AtBat {
    batter_card_columns: Vec<u8>,
    pitcher_card_columns: Vec<u8>,
    chaos_wild_pitch_check: Vec<u8>,
    chaos_passed_ball_check: Vec<u8>,
    injury: InjuryCheck,
}

#[derive(Deserialize)]
struct InjuryCheck {
    column: u8,
    two_d6_totals: Vec<u8>,
    pitcher_injury_threshold: String,
}

#[derive(Deserialize)]
struct Jump {
    pickoff_check: Vec<u8>,
    balk_check: Vec<u8>,
}

#[derive(Deserialize)]
struct Fielding {
    rare_play: Vec<u8>,
}

impl Triggers {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("dice.toml");
        let file: File = source.toml(text)?;
        source.check(
            file.at_bat.batter_card_columns == [1, 2, 3] && file.at_bat.pitcher_card_columns == [4, 5, 6],
            || "at_bat: the batter's card is columns 1-3 and the pitcher's 4-6".to_owned(),
        )?;
        let injury = file.at_bat.injury;
        let totals_fit = injury.two_d6_totals.iter().all(|total| (2..=12).contains(total));
        let threshold = format!("{INJURY_NUMBER_FROM} - two_d6_total");
        source.check(totals_fit && injury.pitcher_injury_threshold == threshold, || {
            format!("at_bat.injury: totals are 2 to 12, the number checked is `{threshold}`")
        })?;
        let faces = |name: &str, faces: Vec<u8>, sides: u8| {
            let sound = !faces.is_empty() && faces.iter().all(|face| (1..=sides).contains(face));
            source.check(sound, || format!("{name}: {faces:?} are not faces of a d{sides}"))?;
            Ok(faces)
        };
        Ok(Self {
            wild_pitch: faces("chaos_wild_pitch_check", file.at_bat.chaos_wild_pitch_check, 20)?,
            passed_ball: faces("chaos_passed_ball_check", file.at_bat.chaos_passed_ball_check, 20)?,
            pickoff: faces("pickoff_check", file.jump.pickoff_check, 20)?,
            balk: faces("balk_check", file.jump.balk_check, 20)?,
            rare_play: faces("rare_play", file.fielding.rare_play, 100)?,
            injury_column: injury.column,
            injury_totals: injury.two_d6_totals,
        })
    }
}
