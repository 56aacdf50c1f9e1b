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
        })
    }
}
